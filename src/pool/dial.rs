//! Sockets to a server, encrypted where that is asked for. Nothing here logs in.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslNegotiation};

use super::error::PoolError;
use super::server::{Place, Server};
use super::tls::{Encrypted, TlsMode};

/// A socket, of whichever kind.
pub(super) enum Socket {
    Tcp(TcpStream),
    Tls(Box<Encrypted>),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Opens a socket on which a client may log in, or cancel. `encrypted` is what the mode says, or
/// `false` where `prefer` did not work out.
pub(super) async fn dial(
    server: &Server,
    place: &Place,
    encrypted: bool,
) -> Result<Socket, PoolError> {
    let unreachable = |error| PoolError::unreachable(&server.target, error);
    match &place.host {
        Host::Tcp(name) => {
            let connected = TcpStream::connect((name.as_str(), place.port)).await;
            let socket = connected.and_then(|socket| configure(&server.config, socket));
            let socket = socket.map_err(unreachable)?;
            if encrypted {
                encrypt(server, place, socket).await
            } else {
                Ok(Socket::Tcp(socket))
            }
        }
        #[cfg(unix)]
        Host::Unix(directory) => {
            let path = directory.join(format!(".s.PGSQL.{}", place.port));
            let connected = UnixStream::connect(path).await;
            connected.map(Socket::Unix).map_err(unreachable)
        }
    }
}

/// What the URL says of a TCP socket.
fn configure(config: &Config, socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nodelay(true)?;
    let options = SockRef::from(&socket);
    #[cfg(target_os = "linux")]
    if let Some(limit) = config.get_tcp_user_timeout() {
        options.set_tcp_user_timeout(Some(*limit))?;
    }
    if config.get_keepalives() {
        let mut keepalive = TcpKeepalive::new().with_time(config.get_keepalives_idle());
        if let Some(interval) = config.get_keepalives_interval() {
            keepalive = keepalive.with_interval(interval);
        }
        if let Some(retries) = config.get_keepalives_retries() {
            keepalive = keepalive.with_retries(retries);
        }
        options.set_tcp_keepalive(&keepalive)?;
    }
    Ok(socket)
}

async fn encrypt(
    server: &Server,
    place: &Place,
    mut socket: TcpStream,
) -> Result<Socket, PoolError> {
    let tls = &server.tls;
    let direct = server.config.get_ssl_negotiation() == SslNegotiation::Direct;
    if !direct {
        let asked = ask(&mut socket).await;
        if !asked.map_err(|error| PoolError::unreachable(&server.target, error))? {
            return match tls.mode {
                TlsMode::Prefer => Ok(Socket::Tcp(socket)),
                mode => Err(PoolError::no_tls(&server.target, mode)),
            };
        }
    }
    let encrypted = tls.encrypt(socket, &place.name).await;
    let encrypted = encrypted.map_err(|error| PoolError::tls(&server.target, error))?;
    Ok(Socket::Tls(Box::new(encrypted)))
}

/// Asks whether the server takes TLS on this socket.
async fn ask(socket: &mut TcpStream) -> io::Result<bool> {
    /// `SSLRequest`: its length, and the number that stands for it.
    const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    socket.write_all(&REQUEST).await?;
    let mut answer = [0];
    // No more than the one byte is read: what came behind it unencrypted would be somebody else's.
    socket.read_exact(&mut answer).await?;
    match answer {
        [b'S'] => Ok(true),
        [b'N'] => Ok(false),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the answer to a request for TLS is not PostgreSQL's",
        )),
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Tls(socket) => Pin::new(socket).poll_read(context, buffer),
            #[cfg(unix)]
            Self::Unix(socket) => Pin::new(socket).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Tls(socket) => Pin::new(socket).poll_write(context, bytes),
            #[cfg(unix)]
            Self::Unix(socket) => Pin::new(socket).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_flush(context),
            Self::Tls(socket) => Pin::new(socket).poll_flush(context),
            #[cfg(unix)]
            Self::Unix(socket) => Pin::new(socket).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Tls(socket) => Pin::new(socket).poll_shutdown(context),
            #[cfg(unix)]
            Self::Unix(socket) => Pin::new(socket).poll_shutdown(context),
        }
    }
}
