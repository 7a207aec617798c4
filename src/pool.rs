//! A pool of connections: bb8 with typed errors, a health record, and no query
//! on the way out.
//!
//! The module opens, lends and closes connections. It never runs a query of its
//! own on one.
//!
//! # Errors are prompt
//!
//! A connection that cannot be opened fails at once, with its cause: no server
//! ([`Unreachable`](PoolErrorKind::Unreachable)), a refused password
//! ([`Authentication`](PoolErrorKind::Authentication)), an unknown database. Only
//! [`Exhausted`](PoolErrorKind::Exhausted) and
//! [`Timeout`](PoolErrorKind::Timeout) wait. Nothing is retried.
//!
//! # Against `sqlalchemy.pool.QueuePool`
//!
//! | | `QueuePool` | this pool |
//! |---|---|---|
//! | base and overflow | `pool_size`, `max_overflow` | the same: at most base + overflow are open; one that comes back is closed when `base` others are idle. It is kept when a task waits for it |
//! | opened | when first needed | the first by [`Pool::connect`], so that a wrong URL fails there; the others when needed |
//! | wait | `pool_timeout`, 30 s | the same |
//! | recycle | on checkout | when the connection comes back, and every 30 s among the idle |
//! | order | first in, first out | last in, first out: the rest of the base stays idle and can be recycled |
//! | `pool_pre_ping` | a query when set | never a query. A connection that is known to be closed, or that has an open transaction, is replaced on checkout; one whose death the client could not see yet fails its next query with [`Connection`](crate::ErrorKind::Connection) |
//! | reset on return | `ROLLBACK` | a connection with an open transaction is closed |
//!
//! # TLS
//!
//! Connections are not encrypted. Use a Unix socket, a trusted network, or a
//! local proxy.

mod config;
mod connection;
mod error;
mod health;
mod manager;
mod open;
mod target;
pub(crate) mod telemetry;
mod waiters;

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

pub use self::config::{PoolConfig, PoolConfigError};
pub use self::connection::Connection;
pub use self::error::{PoolError, PoolErrorKind};
pub use self::health::Health;

use self::health::Gauges;
use self::manager::{Failure, FailureSink, Manager, Shared};
use self::target::Target;
use self::telemetry::Telemetry;
use self::waiters::Waiters;
use crate::connection::PgConnection;
use crate::trips::RoundTrips;

type Lent = bb8::PooledConnection<'static, Manager>;

/// A pool of connections to one database. Clones share it.
///
/// # Examples
///
/// ```no_run
/// use planwright::pool::{Pool, PoolConfig};
///
/// # async fn example() -> Result<(), planwright::pool::PoolError> {
/// let url = "postgres://agent@/restaurants?host=/run/postgresql";
/// let pool = Pool::connect(url, PoolConfig::development()).await?;
/// let mut conn = pool.get().await?; // for generated functions, or Diesel's own
/// assert_eq!(pool.health().checked_out, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Pool {
    inner: bb8::Pool<Manager>,
    shared: Arc<Shared>,
}

/// Opens one connection outside of any pool, counted where there is a counter.
pub(crate) async fn establish(
    url: &str,
    round_trips: Option<&RoundTrips>,
) -> Result<PgConnection, PoolError> {
    let server = tokio_postgres::Config::from_str(url).map_err(PoolError::invalid_url)?;
    open::open(&server, &Target::new(&server), round_trips).await
}

impl Pool {
    /// Opens a pool and its first connection, so that a wrong URL, password or
    /// database fails here. It must be called inside a Tokio runtime.
    ///
    /// The URL is libpq's: `postgres://user:password@host:port/database` or
    /// `host=/run/postgresql user=agent dbname=restaurants`. A Unix socket's
    /// directory is the `host`.
    ///
    /// # Errors
    ///
    /// A [`PoolError`] without the password: the URL cannot be read, or no
    /// connection can be opened.
    pub async fn connect(url: &str, config: PoolConfig) -> Result<Self, PoolError> {
        let server = tokio_postgres::Config::from_str(url).map_err(PoolError::invalid_url)?;
        let target = Target::new(&server);
        let shared = Arc::new(Shared {
            telemetry: Telemetry::new(config.name.as_deref(), &target),
            target,
            round_trips: config.count_round_trips.then(RoundTrips::default),
            config,
            gauges: Gauges::default(),
            waiters: Waiters::default(),
        });
        let manager = Manager::new(server, Arc::clone(&shared));
        let inner = bb8::Pool::builder()
            .max_size(shared.config.max_size())
            .min_idle(None)
            .idle_timeout(None)
            .max_lifetime(shared.config.recycle.filter(|recycle| !recycle.is_zero()))
            .connection_timeout(shared.config.wait.max(Duration::from_millis(1)))
            .queue_strategy(bb8::QueueStrategy::Lifo)
            .retry_connection(false)
            .error_sink(Box::new(FailureSink(Arc::clone(&shared))))
            .build_unchecked(manager);
        telemetry::register(&shared);
        let pool = Self { inner, shared };
        drop(pool.get().await?);
        Ok(pool)
    }

    /// Takes a connection, opening one or waiting where need be. It goes back
    /// when dropped. Cancelling the wait is fine.
    ///
    /// # Errors
    ///
    /// [`Exhausted`](PoolErrorKind::Exhausted) with the pool's limits when none
    /// came back in time; else why no connection could be opened.
    pub async fn get(&self) -> Result<Connection, PoolError> {
        let Shared {
            gauges,
            waiters,
            telemetry,
            ..
        } = &*self.shared;
        let _checkout = telemetry.checkout();
        gauges.requests.fetch_add(1, Relaxed);
        // Read before bb8 may start to open a connection, so that its failure
        // is not missed.
        let failures = waiters.failures();
        let mut lent = pin!(self.inner.get_owned());
        if let Poll::Ready(lent) = poll_fn(|context| Poll::Ready(lent.as_mut().poll(context))).await
        {
            return self.lend(lent);
        }
        let _waiting = gauges.wait();
        let mut waiter = waiters.join(failures)?;
        tokio::select! {
            biased;
            lent = lent => self.lend(lent),
            error = waiter.failed() => Err(error),
        }
    }

    /// The pool's limits.
    #[must_use]
    pub fn config(&self) -> &PoolConfig {
        &self.shared.config
    }

    /// How the pool is doing.
    #[must_use]
    pub fn health(&self) -> Health {
        Health::new(&self.shared, &self.inner.state())
    }

    /// What counts for all connections, where the configuration says so.
    pub(crate) fn round_trips(&self) -> Option<&RoundTrips> {
        self.shared.round_trips.as_ref()
    }

    fn lend(&self, lent: Result<Lent, bb8::RunError<Failure>>) -> Result<Connection, PoolError> {
        let Shared {
            target,
            config,
            gauges,
            ..
        } = &*self.shared;
        match lent {
            Ok(lent) => Ok(Connection::new(lent, Arc::clone(&self.shared))),
            Err(bb8::RunError::User(Failure::Connect(error))) => Err(error),
            Err(bb8::RunError::User(Failure::Stale) | bb8::RunError::TimedOut) => {
                gauges.timeouts.fetch_add(1, Relaxed);
                // With room for more connections the wait was for a new one.
                let full = self.inner.state().connections >= config.max_size();
                Err(if full {
                    PoolError::exhausted(config)
                } else {
                    PoolError::timeout(target, config.wait)
                })
            }
        }
    }
}
