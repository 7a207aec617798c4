//! What stands in for TLS in a build without the feature `tls`: nothing can be encrypted.

use std::io;

use tokio::net::TcpStream;

use super::{TlsConfig, TlsMode};

/// Opens no encrypted connection.
#[derive(Debug)]
pub(in crate::pool) struct Connector {
    pub(in crate::pool) mode: TlsMode,
}

/// There is none.
pub(in crate::pool) type Encrypted = TcpStream;

impl Connector {
    /// Only what may go without encryption.
    pub(in crate::pool) fn new(config: &TlsConfig) -> Result<Self, io::Error> {
        match config.resolve().map_err(io::Error::other)? {
            (TlsMode::Disable | TlsMode::Prefer, _) => Ok(Self {
                mode: TlsMode::Disable,
            }),
            (mode, _) => Err(io::Error::other(format!(
                "sslmode={mode} needs the feature `tls` of the crate `planwright`"
            ))),
        }
    }

    pub(in crate::pool) async fn encrypt(&self, _: TcpStream, _: &str) -> io::Result<Encrypted> {
        Err(io::Error::other("built without the feature `tls`"))
    }
}
