//! How many connections are shared, and by how many.

use std::sync::Arc;
use std::time::Duration;

use super::PoolConfig;
use crate::PgConnection;
use crate::pool::open::open;
use crate::pool::server::Server;
use crate::pool::{PoolError, TlsConfig};

/// How many connections a [`Multiplexer`](super::Multiplexer) shares, and by how many.
///
/// # Examples
///
/// ```
/// use planwright::pool::MultiplexerConfig;
///
/// // One connection for each core that the server may spend on it.
/// let config = MultiplexerConfig::default().with_connections(4);
/// assert_eq!((config.connections, config.in_flight), (4, 32));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiplexerConfig {
    /// Connections. The server runs one statement at a time on each.
    pub connections: u32,
    /// Callers that may share one connection at once.
    pub in_flight: u32,
    /// How long a caller waits for a share. Opening a connection may take the URL's
    /// `connect_timeout`, 10 s where it has none.
    pub wait: Duration,
    /// A connection older than this is replaced; what is under way on it goes on.
    pub recycle: Option<Duration>,
    /// PostgreSQL's `statement_timeout` on these connections; `None` leaves it as the server has
    /// it.
    pub statement_timeout: Option<Duration>,
    /// How connections are encrypted; `None` is [`TlsConfig::prefer`].
    pub tls: Option<TlsConfig>,
}

impl Default for MultiplexerConfig {
    /// 2 connections that 32 callers share each, 10 s wait, 1 h recycle, 5 s for a statement.
    fn default() -> Self {
        Self {
            connections: 2,
            in_flight: 32,
            wait: Duration::from_secs(10),
            recycle: Some(Duration::from_hours(1)),
            statement_timeout: Some(Duration::from_secs(5)),
            tls: None,
        }
    }
}

impl MultiplexerConfig {
    /// Shares `connections`; zero counts as one.
    #[must_use]
    pub const fn with_connections(mut self, connections: u32) -> Self {
        self.connections = if connections == 0 { 1 } else { connections };
        self
    }

    /// Lets `in_flight` callers share a connection at once; zero counts as one.
    #[must_use]
    pub const fn with_in_flight(mut self, in_flight: u32) -> Self {
        self.in_flight = if in_flight == 0 { 1 } else { in_flight };
        self
    }

    /// Waits up to `wait` for a share.
    #[must_use]
    pub const fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Replaces connections older than `recycle`; `None` keeps them.
    #[must_use]
    pub const fn with_recycle(mut self, recycle: Option<Duration>) -> Self {
        self.recycle = recycle;
        self
    }

    /// Lets the server end a statement after `limit`; `None` leaves that to the server.
    #[must_use]
    pub const fn with_statement_timeout(mut self, limit: Option<Duration>) -> Self {
        self.statement_timeout = limit;
        self
    }

    /// Encrypts connections, where the URL has no `sslmode`.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// What a URL can change of it, as it changes a pool.
    pub(super) fn as_pool(&self) -> PoolConfig {
        let mut pool = PoolConfig::production()
            .with_wait(self.wait)
            .with_recycle(self.recycle);
        pool.tls.clone_from(&self.tls);
        pool
    }

    pub(super) fn limited_by(mut self, pool: &PoolConfig) -> Self {
        self.wait = pool.wait;
        self.recycle = pool.recycle;
        self
    }

    /// Opens a connection for single statements.
    pub(super) async fn open(&self, server: &Arc<Server>) -> Result<PgConnection, PoolError> {
        let mut conn = open(server, None).await?.conn;
        if let Some(limit) = self.statement_timeout {
            let set = format!("SET statement_timeout = {}", limit.as_millis().max(1));
            let set = conn.client().batch_execute(&set).await;
            set.map_err(|error| PoolError::connect(&server.target, error))?;
        }
        conn.share();
        Ok(conn)
    }
}
