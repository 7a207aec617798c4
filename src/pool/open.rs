//! The one place that opens connections.

use std::io;
use std::sync::Arc;

use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::cancel::Registered;
use super::dial::dial;
use super::error::{PoolError, PoolErrorKind};
use super::server::{Place, Server};
use super::tls::TlsMode;
use crate::trips::{Link, RoundTrips, Watched};

/// An open connection. A task drives it until the client is dropped or the connection is lost;
/// as long, a request to cancel finds its way.
pub(super) struct Opened {
    pub(super) client: Client,
    /// What its socket shows of it.
    pub(super) link: Arc<Link>,
}

/// Opens one connection to the first host that takes one; with a counter, its round trips are
/// counted.
pub(super) async fn open(
    server: &Arc<Server>,
    round_trips: Option<&RoundTrips>,
) -> Result<Opened, PoolError> {
    let mut failed = None;
    for place in server.places() {
        match at(server, &place, round_trips).await {
            Ok(opened) => return Ok(opened),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| {
        let nowhere = io::Error::new(io::ErrorKind::InvalidInput, "the URL names no host");
        PoolError::unreachable(&server.target, nowhere)
    }))
}

/// Within the time for one host. Where TLS is only preferred and does not work, it goes without.
async fn at(
    server: &Arc<Server>,
    place: &Place,
    round_trips: Option<&RoundTrips>,
) -> Result<Opened, PoolError> {
    let limit = server.connect_timeout();
    let opened = async {
        let encrypted = matches!(place.host, Host::Tcp(_)) && server.tls.mode != TlsMode::Disable;
        match log_in(server, place, encrypted, round_trips).await {
            Err(error)
                if error.kind() == PoolErrorKind::Tls && server.tls.mode == TlsMode::Prefer =>
            {
                log_in(server, place, false, round_trips).await
            }
            done => done,
        }
    };
    match tokio::time::timeout(limit, opened).await {
        Ok(done) => done,
        Err(_) => Err(PoolError::silent(&server.target, limit)),
    }
}

/// Logs in, and leaves the connection to a task that ends with the client.
async fn log_in(
    server: &Arc<Server>,
    place: &Place,
    encrypted: bool,
    round_trips: Option<&RoundTrips>,
) -> Result<Opened, PoolError> {
    let socket = dial(server, place, encrypted).await?;
    let link = Arc::new(Link::default());
    let socket = Watched::new(socket, Arc::clone(&link), round_trips.cloned());
    let connected = server.config.connect_raw(socket, NoTls).await;
    let (client, connection) =
        connected.map_err(|error| PoolError::connect(&server.target, error))?;
    let registered = Registered::new(&client.cancel_token(), server, place).await;
    let driven = Arc::clone(&link);
    tokio::spawn(async move {
        let _registered = registered;
        // A query that waits gets the error; the pool sees that the connection is closed.
        let _ended = connection.await;
        driven.close();
    });
    suits(server, &client).await?;
    Ok(Opened { client, link })
}

/// Whether the server may be written to, where the URL asks for one that may or may not.
async fn suits(server: &Server, client: &Client) -> Result<(), PoolError> {
    let wanted = match server.config.get_target_session_attrs() {
        TargetSessionAttrs::ReadWrite => "off",
        TargetSessionAttrs::ReadOnly => "on",
        _ => return Ok(()),
    };
    let asked = client.simple_query("SHOW transaction_read_only").await;
    let answer = asked.map_err(|error| PoolError::connect(&server.target, error))?;
    let is = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0) == Some(wanted),
        _ => false,
    };
    if answer.iter().any(is) {
        return Ok(());
    }
    Err(PoolError::unsuitable(&server.target, wanted == "off"))
}
