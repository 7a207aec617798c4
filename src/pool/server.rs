//! Everything that is needed to open a connection, read once from a URL.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::str::FromStr as _;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, SslNegotiation};

use super::config::PoolConfig;
use super::error::{PoolError, PoolErrorKind};
use super::target::{self, Target};
use super::tls::{Connector, TlsMode};
use super::url::Url;

/// How long a server may take over a connection, from its socket to the end of the log-in, where
/// the URL has no `connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A server, and how to connect to it.
#[derive(Debug)]
pub(super) struct Server {
    /// What `tokio-postgres` reads; encryption is none of its business.
    pub(super) config: Config,
    pub(super) target: Target,
    pub(super) tls: Connector,
    /// Whether statements are prepared by name.
    pub(super) named_statements: bool,
    places: Vec<Place>,
}

/// One of the hosts of a URL.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Where the socket goes.
    pub(super) host: Host,
    pub(super) port: u16,
    /// What the server's certificate has to say.
    pub(super) name: String,
}

impl Server {
    /// Reads a URL. What it says of the pool and of encryption counts for more than `config`.
    pub(super) fn new(url: &str, config: PoolConfig) -> Result<(Self, PoolConfig), PoolError> {
        let url = Url::read(url).map_err(PoolError::invalid_parameter)?;
        let config = url.apply(config);
        let mut server = Config::from_str(&url.rest).map_err(PoolError::invalid_url)?;
        let target = Target::new(&server);
        let tls = config.tls.clone().unwrap_or_default();
        let tls = Connector::new(&tls).map_err(|error| PoolError::tls(&target, error))?;
        let direct = server.get_ssl_negotiation() == SslNegotiation::Direct;
        if direct && matches!(tls.mode, TlsMode::Disable | TlsMode::Prefer) {
            let weak = std::io::Error::other(format!(
                "sslnegotiation=direct needs sslmode=require or a stronger one, and it is {}",
                tls.mode
            ));
            return Err(PoolError::tls(&target, weak));
        }
        server.ssl_mode(SslMode::Disable);
        let places = target::places(&server);
        let server = Self {
            config: server,
            target,
            tls,
            named_statements: config.named_statements,
            places,
        };
        Ok((server, config))
    }

    /// Where to connect to, in the order to try.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = self.places.clone();
        if self.config.get_load_balance_hosts() == LoadBalanceHosts::Random {
            let random = RandomState::new();
            places.sort_by_cached_key(|place| {
                let mut hasher = random.build_hasher();
                hasher.write(place.name.as_bytes());
                hasher.write_u16(place.port);
                hasher.finish()
            });
        }
        places
    }

    /// Whether its sockets are encrypted, or to be encrypted if that works.
    pub(super) fn encrypts(&self, place: &Place) -> bool {
        matches!(place.host, Host::Tcp(_)) && self.tls.mode != TlsMode::Disable
    }

    /// Whether what failed is tried once more without encryption.
    pub(super) fn may_go_without(&self, error: &PoolError) -> bool {
        error.kind() == PoolErrorKind::Tls && self.tls.mode == TlsMode::Prefer
    }

    /// How long one host may take over a connection.
    pub(super) fn connect_timeout(&self) -> Duration {
        let limit = self.config.get_connect_timeout().copied();
        limit.unwrap_or(CONNECT_TIMEOUT)
    }
}
