//! Why no connection could be had.

use core::fmt;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::config::PoolConfig;
use super::holders::Holder;
use super::multiplexer::MultiplexerConfig;
use super::target::Target;
use super::tls::TlsMode;
use super::url::ParameterError;

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
    /// The server has no connection left, or none for the role or the database (53300).
    ServerFull,
    /// The server is starting up or shutting down (57P01, 57P02, 57P03).
    NotReady,
    /// The connection cannot be encrypted as asked for: the server does not take TLS, its
    /// certificate is not trusted or is another host's, or the trusted certificates cannot be
    /// read.
    Tls,
    /// The connection URL cannot be read, or says something of the pool that makes no sense.
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
    exhaustion: Option<Arc<Exhaustion>>,
}

/// The state of a pool that was exhausted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exhaustion {
    /// Connections that are open.
    pub size: u32,
    /// Of them, those beyond the base.
    pub overflow: u32,
    /// Tasks that wait, without the one that gave up.
    pub waiting: u32,
    /// Who holds connections for longest, at most five.
    pub longest: Vec<Holder>,
}

impl PoolError {
    /// Why, as far as a program can act on it.
    #[must_use]
    pub fn kind(&self) -> PoolErrorKind {
        self.kind
    }

    /// Of an [`Exhausted`](PoolErrorKind::Exhausted) pool, what it was busy with.
    #[must_use]
    pub fn exhaustion(&self) -> Option<&Exhaustion> {
        self.exhaustion.as_deref()
    }

    fn new(kind: PoolErrorKind, what: String) -> Self {
        Self {
            kind,
            what,
            cause: None,
            exhaustion: None,
        }
    }

    fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    pub(super) fn exhausted(config: &PoolConfig, exhaustion: Exhaustion) -> Self {
        let mut what = format!(
            "the connection pool is exhausted: all {} connections ({} base + {} overflow) \
             were in use for {:?}",
            config.max_size(),
            config.base,
            config.overflow,
            config.wait,
        );
        let waiting = match exhaustion.waiting {
            0 => String::new(),
            1 => "; 1 more task waits".to_owned(),
            more => format!("; {more} more tasks wait"),
        };
        what.push_str(&waiting);
        let longest: Vec<_> = exhaustion.longest.iter().map(Holder::to_string).collect();
        if !longest.is_empty() {
            what.push_str("; held longest: ");
            what.push_str(&longest.join(", "));
        }
        Self {
            exhaustion: Some(Arc::new(exhaustion)),
            ..Self::new(PoolErrorKind::Exhausted, what)
        }
    }

    /// Every share of shared connections was taken.
    pub(super) fn overrun(config: &MultiplexerConfig, waiting: u32) -> Self {
        let what = format!(
            "the shared connections are exhausted: {} callers had each of the {} for {:?}; \
             {waiting} more wait",
            config.in_flight, config.connections, config.wait,
        );
        Self::new(PoolErrorKind::Exhausted, what)
    }

    /// A server that takes a connection and says nothing.
    pub(super) fn silent(target: &Target, limit: Duration) -> Self {
        let what = format!(
            "the server at {} did not finish a new connection within {limit:?}",
            target.address
        );
        Self::new(PoolErrorKind::Timeout, what)
    }

    pub(super) fn no_tls(target: &Target, mode: TlsMode) -> Self {
        let what = format!(
            "the server at {} does not take encrypted connections, and sslmode is {mode}",
            target.address
        );
        Self::new(PoolErrorKind::Tls, what)
    }

    pub(super) fn tls(target: &Target, cause: std::io::Error) -> Self {
        let what = format!("cannot encrypt the connection to {}", target.address);
        Self::new(PoolErrorKind::Tls, what).caused_by(cause)
    }

    /// Another server than the URL's `target_session_attrs` asks for.
    pub(super) fn unsuitable(target: &Target, writable: bool) -> Self {
        let what = if writable {
            format!("no server at {} takes writes", target.address)
        } else {
            format!("no server at {} is read-only", target.address)
        };
        Self::new(PoolErrorKind::Other, what)
    }

    pub(super) fn invalid_parameter(cause: ParameterError) -> Self {
        let what = "the database URL cannot be read".to_owned();
        Self::new(PoolErrorKind::InvalidUrl, what).caused_by(cause)
    }

    pub(super) fn timeout(target: &Target, wait: Duration) -> Self {
        let what = format!("no connection to {target} within {wait:?}");
        Self::new(PoolErrorKind::Timeout, what)
    }

    pub(super) fn invalid_url(cause: tokio_postgres::Error) -> Self {
        let what = "the database URL cannot be read".to_owned();
        Self::new(PoolErrorKind::InvalidUrl, what).caused_by(cause)
    }

    /// What is set on every connection could not be set, perhaps because it is `lost`.
    pub(super) fn setup(target: &Target, lost: bool, cause: diesel::ConnectionError) -> Self {
        let kind = if lost {
            PoolErrorKind::Unreachable
        } else {
            PoolErrorKind::Other
        };
        let what = format!("cannot set up a connection to {target}");
        Self::new(kind, what).caused_by(cause)
    }

    /// No socket could be opened.
    pub(super) fn unreachable(target: &Target, cause: std::io::Error) -> Self {
        let what = format!("no PostgreSQL server answers at {}", target.address);
        Self::new(PoolErrorKind::Unreachable, what).caused_by(cause)
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
        Self::new(kind, what).caused_by(cause)
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
            SqlState::CANNOT_CONNECT_NOW | SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => {
                PoolErrorKind::NotReady
            }
            _ => PoolErrorKind::Other,
        },
        None if is_password(error) => PoolErrorKind::Authentication,
        None if is_io(error) => PoolErrorKind::Unreachable,
        None => PoolErrorKind::Other,
    }
}

/// What the driver says where the server asks for a password and there is none, and where the
/// two do not agree on how to prove one.
fn is_password(error: &tokio_postgres::Error) -> bool {
    let missing = |cause: &dyn StdError| cause.to_string() == "password missing";
    error.source().is_some_and(missing) || error.to_string().starts_with("authentication error")
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
