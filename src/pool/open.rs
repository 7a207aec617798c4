//! The one place that opens connections.

use core::error::Error;
use std::io;
use std::sync::Arc;

use diesel::ConnectionError;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::dial::dial;
use super::error::PoolError;
use super::server::{Place, Server};
use crate::connection::{PgConnection, Redial, Wire};
use crate::trips::{Link, LinkState, RoundTrips, Watched};

/// An open connection.
pub(super) struct Opened {
    pub(super) conn: PgConnection,
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
        match log_in(server, place, server.encrypts(place), round_trips).await {
            Err(error) if server.may_go_without(&error) => {
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

/// Opens a socket and logs in on it.
async fn log_in(
    server: &Arc<Server>,
    place: &Place,
    encrypted: bool,
    round_trips: Option<&RoundTrips>,
) -> Result<Opened, PoolError> {
    let target = &server.target;
    let socket = dial(server, place, encrypted).await?;
    let link = Arc::new(Link::default());
    let socket = Watched::new(socket, Arc::clone(&link), round_trips.cloned());
    let connected = server.config.connect_raw(socket, NoTls).await;
    let (client, connection) = connected.map_err(|error| PoolError::connect(target, error))?;
    let conn = PgConnection::try_from_client_and_connection(client, connection).await;
    let failed = |error| PoolError::setup(target, link.state() == LinkState::Closed, error);
    let conn = conn.map_err(failed)?;
    suits(server, conn.client()).await?;
    let way = Way {
        server: Arc::clone(server),
        place: place.clone(),
    };
    let mut conn = conn.with_redial(Arc::new(way));
    if !server.named_statements {
        let unnamed = conn.with_unnamed_statements().await;
        let unnamed = unnamed.map_err(ConnectionError::CouldntSetupConfiguration);
        conn = unnamed.map_err(failed)?;
    }
    Ok(Opened { conn, link })
}

/// The way of requests to cancel: to the host of their connection.
struct Way {
    server: Arc<Server>,
    place: Place,
}

impl Redial for Way {
    fn redial(&self) -> BoxFuture<'_, Result<Box<dyn Wire>, Box<dyn Error + Send + Sync>>> {
        async {
            let Self { server, place } = self;
            let encrypted = server.encrypts(place);
            let socket = match dial(server, place, encrypted).await {
                Err(error) if server.may_go_without(&error) => dial(server, place, false).await,
                dialled => dialled,
            };
            let socket: Box<dyn Wire> = Box::new(socket?);
            Ok(socket)
        }
        .boxed()
    }
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
