//! A pool of connections that a team can operate: bb8 with typed errors, a health record, and no
//! query on the way out.
//!
//! The module opens, lends and closes connections. On the way out it never runs a query. On the
//! way back it rolls back what was left open, out of its holder's way.
//!
//! # Errors are prompt
//!
//! A connection that cannot be opened fails at once, with its cause: no server
//! ([`Unreachable`](PoolErrorKind::Unreachable)), a refused password
//! ([`Authentication`](PoolErrorKind::Authentication)), an unknown database, a certificate that
//! is not trusted ([`Tls`](PoolErrorKind::Tls)). Only [`Exhausted`](PoolErrorKind::Exhausted) and
//! [`Timeout`](PoolErrorKind::Timeout) wait. A connection that was lost while idle is replaced
//! without a word; when the server has just gone away, or is about to start, opening another is
//! tried once more, a fifth of a second later.
//!
//! # Against `sqlalchemy.pool.QueuePool`
//!
//! | | `QueuePool` | this pool |
//! |---|---|---|
//! | base and overflow | `pool_size`, `max_overflow` | the same: at most base + overflow are open |
//! | beyond the base | closed when it comes back | closed when the pool could do without it for [`overflow_idle`](PoolConfig::overflow_idle), 10 s, so that a load which swings does not open and close all the time. Zero closes it when it comes back |
//! | opened | when first needed | the first by [`Pool::connect`], so that a wrong URL fails there; the others when needed |
//! | wait | `pool_timeout`, 30 s | the same, in the order of arrival |
//! | recycle | on checkout | on checkout, when the connection comes back, and every 30 s among the idle |
//! | order | first in, first out; `pool_use_lifo` | last in, first out: the rest of the base stays idle and can be recycled |
//! | `pool_pre_ping` | a query when set | never a query. A connection that is known to be closed is replaced on checkout; one whose death the client could not see yet fails its next query with [`Connection`](crate::ErrorKind::Connection) |
//! | reset on return | `ROLLBACK`, waited for | `ROLLBACK` where a transaction is open, and nobody waits for it |
//! | who holds one | | [`Pool::holders`], the error of an exhausted pool, and warnings name the call |
//!
//! # What comes back
//!
//! The server says with each answer whether a transaction is open, and the pool reads that from
//! the frames that pass: it knows of a `BEGIN` in a
//! [`batch_execute`](diesel_async::SimpleAsyncConnection::batch_execute) as well, without a round
//! trip. An open transaction is rolled back. A statement that still runs, because its future was
//! dropped, may end within 100 ms; then it is cancelled and the connection closed. All of this
//! happens in a task: until it is done, the connection counts as checked out.
//!
//! Nothing else is reset: what `SET` changed outside of a transaction, temporary tables, session
//! advisory locks, `LISTEN` and prepared statements stay with the connection. Use `SET LOCAL` and
//! `pg_advisory_xact_lock`. A request that was given to the driver and not yet to the socket when
//! the connection came back is not seen; what it leaves open is found at the next checkout.
//!
//! # Encryption
//!
//! `sslmode` and `sslrootcert` in the URL mean what they mean to libpq, and [`TlsConfig`] is the
//! same in code. It is rustls, in the feature `tls`. Requests to cancel are encrypted like their
//! connection. Channel binding is not supported: `channel_binding=require` is refused.

mod config;
mod connection;
mod dial;
mod error;
mod gauges;
mod health;
mod holders;
mod keeper;
mod manager;
mod multiplexer;
mod open;
mod server;
mod setting;
mod settle;
mod target;
pub(crate) mod telemetry;
mod tls;
mod url;
mod waiters;

use std::future::{Future as _, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::config::PoolConfig;
pub use self::connection::Connection;
pub use self::error::{Exhaustion, PoolError, PoolErrorKind};
pub use self::health::{Closed, Health};
pub use self::holders::Holder;
pub use self::multiplexer::{
    Multiplexed, MultiplexedRows, Multiplexer, MultiplexerConfig, MultiplexerHealth,
};
pub use self::setting::PoolConfigError;
pub use self::tls::TlsConfig;

use self::gauges::Gauges;
use self::holders::Holders;
use self::keeper::Keeper;
use self::manager::{Failure, FailureSink, Manager, Shared};
use self::open::open;
use self::server::Server;
use self::telemetry::Telemetry;
use self::waiters::Waiters;
use crate::connection::PgConnection;
use crate::trips::RoundTrips;

/// What a pool lends.
pub(crate) type Lendable = PgConnection;

/// bb8's loan of it.
type Lent = bb8::PooledConnection<'static, Manager>;

/// Opens one connection outside of any pool, counted where there is a counter.
pub(crate) async fn establish(
    url: &str,
    round_trips: Option<&RoundTrips>,
) -> Result<Lendable, PoolError> {
    let (server, _) = Server::new(url, PoolConfig::development())?;
    let server = Arc::new(server);
    let opened = open(&server, round_trips).await?;
    Ok(opened.conn)
}

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
    core: Arc<Core>,
    /// It ends with the last clone of the pool.
    _keeper: Arc<Keeper>,
}

/// What a pool and its tasks share.
#[derive(Debug)]
struct Core {
    inner: bb8::Pool<Manager>,
    shared: Arc<Shared>,
    /// One for each connection that may be open. Whoever has one finds an idle connection, or
    /// room for a new one: nobody waits in bb8 for what others hold. Those who wait get one in
    /// the order in which they came.
    permits: Arc<Semaphore>,
}

impl Pool {
    /// Opens a pool and its first connection, so that a wrong URL, password or
    /// database fails here. It must be called inside a Tokio runtime.
    ///
    /// The URL is libpq's: `postgres://user:password@host:port/database` or
    /// `host=/run/postgresql user=agent dbname=restaurants`. A Unix socket's
    /// directory is the `host`. A server that takes a connection and does not finish it within
    /// `connect_timeout` seconds, 10 where the URL has none, is given up. What the URL may say of
    /// the pool and of encryption is in [`PoolConfig`]; it counts for more than `config`.
    ///
    /// # Errors
    ///
    /// A [`PoolError`] without the password: the URL cannot be read, or no
    /// connection can be opened.
    pub async fn connect(url: &str, config: PoolConfig) -> Result<Self, PoolError> {
        let (server, config) = Server::new(url, config)?;
        let shared = Arc::new(Shared {
            telemetry: Telemetry::new(config.name.as_deref(), &server.target),
            server: Arc::new(server),
            round_trips: config.count_round_trips.then(RoundTrips::default),
            config,
            gauges: Gauges::default(),
            waiters: Waiters::default(),
            holders: Holders::default(),
        });
        let config = &shared.config;
        let size = config.max_size();
        let inner = bb8::Pool::builder()
            .max_size(size)
            .min_idle(None)
            .idle_timeout(None)
            .max_lifetime(config.recycle.filter(|recycle| !recycle.is_zero()))
            .connection_timeout(config.wait.max(Duration::from_millis(1)))
            .queue_strategy(bb8::QueueStrategy::Lifo)
            .retry_connection(false)
            .error_sink(Box::new(FailureSink(Arc::clone(&shared))))
            .build_unchecked(Manager(Arc::clone(&shared)));
        telemetry::register(&shared);
        let places = usize::try_from(size).unwrap_or(Semaphore::MAX_PERMITS);
        let core = Arc::new(Core {
            inner,
            shared,
            permits: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
        });
        let keeper = Arc::new(Keeper::start(&core));
        let pool = Self {
            core,
            _keeper: keeper,
        };
        drop(pool.get().await?);
        Ok(pool)
    }

    /// Takes a connection, opening one or waiting where need be. It goes back
    /// when dropped. Cancelling the wait is fine. Tasks that wait are served in the order in
    /// which they came.
    ///
    /// # Errors
    ///
    /// [`Exhausted`](PoolErrorKind::Exhausted) when none came back in time, with who holds them;
    /// else why no connection could be opened.
    #[track_caller]
    pub fn get(&self) -> impl Future<Output = Result<Connection, PoolError>> + Send + use<'_> {
        let site = Location::caller();
        self.get_for(site)
    }

    async fn get_for(&self, site: &'static Location<'static>) -> Result<Connection, PoolError> {
        let Shared { gauges, config, .. } = &*self.core.shared;
        let mut request = gauges.request();
        let admitted = AtomicBool::new(false);
        let mut asked = pin!(self.core.lend(&admitted));
        let result = match poll_fn(|context| Poll::Ready(asked.as_mut().poll(context))).await {
            Poll::Ready(result) => result,
            Poll::Pending => {
                request.wait();
                let waited = tokio::time::timeout(config.wait, asked).await;
                waited.unwrap_or_else(|_| Err(self.core.late(admitted.load(Relaxed))))
            }
        };
        request.settle(&result);
        let (lent, permit) = result?;
        let shared = Arc::clone(&self.core.shared);
        Ok(Connection::new(lent, permit, shared, site))
    }

    /// The pool's limits.
    #[must_use]
    pub fn config(&self) -> &PoolConfig {
        &self.core.shared.config
    }

    /// Who holds connections at the moment, the longest first.
    #[must_use]
    pub fn holders(&self) -> Vec<Holder> {
        self.core.shared.holders.oldest(usize::MAX)
    }

    /// How the pool is doing.
    #[must_use]
    pub fn health(&self) -> Health {
        Health::new(&self.core.shared, &self.core.inner.state())
    }

    /// What counts for all connections, where the configuration says so.
    pub(crate) fn round_trips(&self) -> Option<&RoundTrips> {
        self.core.shared.round_trips.as_ref()
    }
}

impl Core {
    /// Takes a place, and then a connection. It is `admitted` in between.
    async fn lend(&self, admitted: &AtomicBool) -> Result<(Lent, OwnedSemaphorePermit), PoolError> {
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
            unreachable!("nobody closes it");
        };
        admitted.store(true, Relaxed);
        let waiters = &self.shared.waiters;
        // Read before bb8 may start to open a connection, so that its failure
        // is not missed.
        let failures = waiters.failures();
        let mut lent = pin!(self.inner.get_owned());
        if let Poll::Ready(lent) = poll_fn(|context| Poll::Ready(lent.as_mut().poll(context))).await
        {
            return self.lent(lent, permit);
        }
        let mut waiter = waiters.join(failures)?;
        tokio::select! {
            biased;
            lent = lent => self.lent(lent, permit),
            error = waiter.failed() => Err(error),
        }
    }

    fn lent(
        &self,
        lent: Result<Lent, bb8::RunError<Failure>>,
        permit: OwnedSemaphorePermit,
    ) -> Result<(Lent, OwnedSemaphorePermit), PoolError> {
        match lent {
            Ok(lent) => Ok((lent, permit)),
            Err(bb8::RunError::User(Failure::Connect(error))) => Err(error),
            Err(bb8::RunError::User(Failure::Stale) | bb8::RunError::TimedOut) => {
                Err(self.late(true))
            }
        }
    }

    /// The time is over: waiting for others, or, once `admitted`, for a new connection.
    fn late(&self, admitted: bool) -> PoolError {
        const MOST_HOLDERS: usize = 5;
        let Shared {
            server,
            config,
            gauges,
            holders,
            ..
        } = &*self.shared;
        if admitted {
            return PoolError::timeout(&server.target, config.wait);
        }
        let open = self.inner.state().connections;
        let exhaustion = Exhaustion {
            size: open,
            overflow: open.saturating_sub(config.base),
            waiting: gauges.waiting.load(Relaxed).saturating_sub(1),
            longest: holders.oldest(MOST_HOLDERS),
        };
        PoolError::exhausted(config, exhaustion)
    }
}
