//! Why no connection could be had.

use core::fmt;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::config::PoolConfig;
use super::target::Target;

/// Why no connection could be had, as far as a program can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PoolErrorKind {
    /// Every connection was in use for as long as the pool may wait.
    Exhausted,
    /// The server did not finish a new connection in time.
    Timeout,
    /// No server answers at that address.
    Unreachable,
    /// The server refused the user or the password (SQLSTATE 28P01, 28000).
    Authentication,
    /// The server has no database of that name (3D000).
    UnknownDatabase,
    /// The server has no connection left (53300).
    ServerFull,
    /// The server is starting up or shutting down (57P03).
    NotReady,
    /// The connection URL cannot be read.
    InvalidUrl,
    /// Anything else; [`source`](std::error::Error::source) says what.
    Other,
}

/// No connection could be had.
///
/// It says where the connection was to go, never the password.
#[derive(Clone, Debug)]
pub struct PoolError {
    kind: PoolErrorKind,
    what: String,
    cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl PoolError {
    /// Why, as far as a program can act on it.
    #[must_use]
    pub fn kind(&self) -> PoolErrorKind {
        self.kind
    }

    pub(super) fn exhausted(config: &PoolConfig) -> Self {
        let what = format!(
            "the connection pool is exhausted: all {} connections ({} base + {} overflow) \
             were in use for {:?}",
            config.max_size(),
            config.base,
            config.overflow,
            config.wait,
        );
        Self {
            kind: PoolErrorKind::Exhausted,
            what,
            cause: None,
        }
    }

    pub(super) fn timeout(target: &Target, wait: Duration) -> Self {
        let what = format!("no connection to {target} within {wait:?}");
        Self {
            kind: PoolErrorKind::Timeout,
            what,
            cause: None,
        }
    }

    pub(super) fn invalid_url(cause: tokio_postgres::Error) -> Self {
        let what = "the database URL cannot be read".to_owned();
        Self {
            kind: PoolErrorKind::InvalidUrl,
            what,
            cause: Some(Arc::new(cause)),
        }
    }

    pub(super) fn setup(target: &Target, cause: diesel::ConnectionError) -> Self {
        let what = format!("cannot set up a connection to {target}");
        Self {
            kind: PoolErrorKind::Other,
            what,
            cause: Some(Arc::new(cause)),
        }
    }

    /// No socket could be opened.
    pub(super) fn unreachable(target: &Target, cause: std::io::Error) -> Self {
        Self {
            kind: PoolErrorKind::Unreachable,
            what: format!("no PostgreSQL server answers at {}", target.address),
            cause: Some(Arc::new(cause)),
        }
    }

    pub(super) fn connect(target: &Target, cause: tokio_postgres::Error) -> Self {
        let kind = classify(&cause);
        let what = match kind {
            PoolErrorKind::Unreachable => {
                format!("no PostgreSQL server answers at {}", target.address)
            }
            PoolErrorKind::Authentication => {
                format!(
                    "the server at {} refused user `{}`",
                    target.address, target.user
                )
            }
            PoolErrorKind::UnknownDatabase => {
                format!(
                    "the server at {} has no database `{}`",
                    target.address, target.database
                )
            }
            PoolErrorKind::ServerFull => {
                format!("the server at {} has no connection left", target.address)
            }
            PoolErrorKind::NotReady => {
                format!(
                    "the server at {} is starting up or shutting down",
                    target.address
                )
            }
            _ => format!("cannot connect to {target}"),
        };
        Self {
            kind,
            what,
            cause: Some(Arc::new(cause)),
        }
    }
}

fn classify(error: &tokio_postgres::Error) -> PoolErrorKind {
    match error.code() {
        Some(code) => match *code {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                PoolErrorKind::Authentication
            }
            SqlState::INVALID_CATALOG_NAME => PoolErrorKind::UnknownDatabase,
            SqlState::TOO_MANY_CONNECTIONS => PoolErrorKind::ServerFull,
            SqlState::CANNOT_CONNECT_NOW => PoolErrorKind::NotReady,
            _ => PoolErrorKind::Other,
        },
        None if is_io(error) => PoolErrorKind::Unreachable,
        None => PoolErrorKind::Other,
    }
}

/// `tokio-postgres` has no accessor for its "error connecting to server": what
/// tells it is the I/O error beneath.
fn is_io(error: &tokio_postgres::Error) -> bool {
    error.is_closed()
        || error
            .source()
            .is_some_and(<dyn StdError + 'static>::is::<std::io::Error>)
}

impl fmt::Display for PoolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for PoolError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}
