//! The one place that opens connections, plain or counted.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Connection, NoTls};

use super::error::PoolError;
use super::target::{self, Target};
use crate::connection::PgConnection;
use crate::trips::{RoundTrips, Watched};

/// Opens one connection; with a counter, its round trips are counted.
pub(super) async fn open(
    server: &Config,
    target: &Target,
    round_trips: Option<&RoundTrips>,
) -> Result<PgConnection, PoolError> {
    let Some(counter) = round_trips else {
        let connected = server.connect(NoTls).await;
        let (client, connection) = connected.map_err(|error| PoolError::connect(target, error))?;
        return begin(target, client, connection).await;
    };
    counted(server, target, counter).await
}

async fn begin<S, T>(
    target: &Target,
    client: Client,
    connection: Connection<S, T>,
) -> Result<PgConnection, PoolError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let begun = PgConnection::try_from_client_and_connection(client, connection).await;
    begun.map_err(|error| PoolError::setup(target, error))
}

/// Opens a counted connection to the first host that takes one.
async fn counted(
    server: &Config,
    target: &Target,
    counter: &RoundTrips,
) -> Result<PgConnection, PoolError> {
    let mut failed = None;
    for (host, port) in target::addresses(server) {
        match connect(server, target, &host, port, counter).await {
            Ok(conn) => return Ok(conn),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| {
        let nowhere = io::Error::new(io::ErrorKind::InvalidInput, "the URL names no host");
        PoolError::unreachable(target, nowhere)
    }))
}

async fn connect(
    server: &Config,
    target: &Target,
    host: &Host,
    port: u16,
    counter: &RoundTrips,
) -> Result<PgConnection, PoolError> {
    let limit = server.get_connect_timeout().copied();
    let unreachable = |error| PoolError::unreachable(target, error);
    match host {
        Host::Tcp(name) => {
            let socket = within(limit, TcpStream::connect((name.as_str(), port))).await;
            let socket = socket.and_then(|socket| socket.set_nodelay(true).map(|()| socket));
            watch(server, target, socket.map_err(unreachable)?, counter).await
        }
        #[cfg(unix)]
        Host::Unix(directory) => {
            let path = directory.join(format!(".s.PGSQL.{port}"));
            let socket = within(limit, UnixStream::connect(path)).await;
            watch(server, target, socket.map_err(unreachable)?, counter).await
        }
    }
}

async fn within<T>(
    limit: Option<Duration>,
    connected: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    match limit {
        None => connected.await,
        Some(limit) => tokio::time::timeout(limit, connected)
            .await
            .unwrap_or_else(|late| Err(late.into())),
    }
}

/// Logs in on a socket whose frames are counted.
async fn watch<S>(
    server: &Config,
    target: &Target,
    socket: S,
    counter: &RoundTrips,
) -> Result<PgConnection, PoolError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let socket = Watched::new(socket, counter.clone());
    let connected = server.connect_raw(socket, NoTls).await;
    let (client, connection) = connected.map_err(|error| PoolError::connect(target, error))?;
    begin(target, client, connection).await
}
