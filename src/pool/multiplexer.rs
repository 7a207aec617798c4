//! Single statements of many tasks on few connections.
//!
//! A connection from [`Pool`](super::Pool) belongs to one task, and idles for the whole of each
//! round trip. A [`Multiplexer`] pipelines what different tasks send on connections that they
//! share. That is right for statements that stand alone, and for nothing else, so what it lends
//! has no transactions.

mod config;
mod lane;
mod lease;

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::try_join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::config::MultiplexerConfig;
pub use self::lease::{Multiplexed, MultiplexedRows};

use self::lane::{Lane, Place};
use super::PoolError;
use super::config::PoolConfig;
use super::server::Server;
use crate::PgConnection;

/// Connections that tasks share for statements that stand alone. Clones share it.
///
/// A statement is sent at once, behind what others have under way on the same connection, and
/// nobody waits for another's answer to send the next
/// ([pipelining](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING)).
/// Each is a transaction of its own: one that fails, or whose caller gives up, changes nothing for
/// the others.
///
/// # What it is not for
///
/// A connection answers in order. A statement that takes a second delays those behind it by a
/// second, so slow ones belong into a [`Pool`](super::Pool); each new statement goes to the connection with the
/// least under way, and [`statement_timeout`](MultiplexerConfig::with_statement_timeout) bounds
/// all. A statement that waits for a lock holds up those behind it as well: never wait, while
/// holding a row lock in a transaction elsewhere, for a statement that goes through here.
///
/// Transactions, `SET`, `LISTEN`, `COPY` and whatever else outlives its statement belong into a
/// [`Pool`](super::Pool): here they are refused. A function can do such things unseen;
/// `SELECT set_config('…', '…', false)` and `SELECT pg_advisory_lock(1)` are not noticed.
///
/// A caller that is dropped is not waited for, and its statement is not cancelled, because a
/// request to cancel would hit whatever runs on the connection at that moment.
///
/// # Examples
///
/// ```no_run
/// use planwright::pool::{Multiplexer, MultiplexerConfig};
///
/// # async fn customer_by_phone(_: &mut planwright::pool::Multiplexed, _: &str) -> planwright::Result<()> { Ok(()) }
/// # async fn example() -> planwright::Result<()> {
/// let url = "postgres://agent@/restaurants?host=/run/postgresql";
/// let shared = Multiplexer::connect(url, MultiplexerConfig::default()).await?;
/// let customer = customer_by_phone(&mut shared.get().await?, "+49 30 901820").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Multiplexer(Arc<Core>);

/// How a [`Multiplexer`] is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiplexerHealth {
    /// Connections that are open.
    pub open: u32,
    /// Connections that it is to have.
    pub limit: u32,
    /// Callers that have one at the moment.
    pub in_flight: u32,
    /// Callers that wait for one.
    pub waiting: u32,
    /// Connections that were opened since the start.
    pub created: u64,
    /// Attempts to open one that failed.
    pub not_created: u64,
}

#[derive(Debug)]
struct Core {
    server: Arc<Server>,
    config: MultiplexerConfig,
    lanes: Box<[Arc<Lane>]>,
    /// As many as callers may have a connection. Those who wait get one in the order in which
    /// they came.
    permits: Arc<Semaphore>,
    waiting: AtomicU32,
    created: AtomicU64,
    not_created: AtomicU64,
}

impl Multiplexer {
    /// Opens its connections, so that a wrong URL, password or database fails here. It must be
    /// called inside a Tokio runtime.
    ///
    /// The URL is that of [`Pool::connect`](super::Pool::connect). Of what it says of a pool,
    /// `pool_wait`, `pool_recycle` and `pool_named_statements` count, for more than `config`.
    ///
    /// # Errors
    ///
    /// A [`PoolError`] without the password: the URL cannot be read, or a connection cannot be
    /// opened.
    pub async fn connect(url: &str, config: MultiplexerConfig) -> Result<Self, PoolError> {
        let (server, limits) = Server::new(url, config.as_pool())?;
        let config = config.limited_by(&limits);
        let lanes = (0..config.connections).map(|_| Arc::default());
        let callers = config.connections.saturating_mul(config.in_flight);
        let callers = usize::try_from(callers).unwrap_or(Semaphore::MAX_PERMITS);
        let core = Core {
            server: Arc::new(server),
            lanes: lanes.collect(),
            config,
            permits: Arc::new(Semaphore::new(callers.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicU32::new(0),
            created: AtomicU64::new(0),
            not_created: AtomicU64::new(0),
        };
        try_join_all(core.lanes.iter().map(|lane| core.open(lane))).await?;
        Ok(Self(Arc::new(core)))
    }

    /// A share of the connection with the least under way. Callers that wait, because
    /// [`in_flight`](MultiplexerConfig::with_in_flight) others have a share of each connection,
    /// are served in the order in which they came. Cancelling the wait is fine.
    ///
    /// A connection that was lost is opened again; meanwhile the others are used.
    ///
    /// # Errors
    ///
    /// [`Exhausted`](super::PoolErrorKind::Exhausted) when the wait was in vain; when no
    /// connection is open, why none can be opened.
    pub async fn get(&self) -> Result<Multiplexed, PoolError> {
        let core = &self.0;
        let permit = core.admit().await?;
        let lane = core.least_busy();
        let place = Place::take(lane, permit);
        let conn = match lane.current() {
            Some(conn) => conn,
            None => core.open(lane).await?,
        };
        for lane in core.lanes.iter().filter(|lane| lane.wants_another()) {
            Core::open_beside(core, lane);
        }
        Ok(Multiplexed::new(conn, place))
    }

    /// How it is doing.
    #[must_use]
    pub fn health(&self) -> MultiplexerHealth {
        let core = &self.0;
        let lanes = || core.lanes.iter();
        MultiplexerHealth {
            open: lanes()
                .map(|lane| u32::from(lane.current().is_some()))
                .sum(),
            limit: core.config.connections,
            in_flight: lanes().map(|lane| lane.in_flight()).sum(),
            waiting: core.waiting.load(Relaxed),
            created: core.created.load(Relaxed),
            not_created: core.not_created.load(Relaxed),
        }
    }
}

impl Core {
    async fn admit(&self) -> Result<OwnedSemaphorePermit, PoolError> {
        let mut asked = pin!(Arc::clone(&self.permits).acquire_owned());
        let at_once = poll_fn(|context| Poll::Ready(asked.as_mut().poll(context))).await;
        let admitted = match at_once {
            Poll::Ready(admitted) => Some(admitted),
            Poll::Pending => {
                let _counted = Counted::one(&self.waiting);
                tokio::time::timeout(self.config.wait, asked).await.ok()
            }
        };
        match admitted {
            Some(Ok(permit)) => Ok(permit),
            Some(Err(_)) => unreachable!("nobody closes it"),
            None => Err(PoolError::overrun(&self.config, self.waiting.load(Relaxed))),
        }
    }

    /// Of the lanes that are open, or of all when none is, the one with the least under way.
    fn least_busy(&self) -> &Arc<Lane> {
        let lanes = self.lanes.iter();
        let least = lanes.min_by_key(|lane| (lane.current().is_none(), lane.in_flight()));
        // `MultiplexerConfig` has at least one connection.
        least.unwrap_or_else(|| unreachable!("there is a lane"))
    }

    /// Opens a lane, unless somebody else just did.
    async fn open(&self, lane: &Lane) -> Result<Arc<PgConnection>, PoolError> {
        let _alone = lane.opening().await;
        match lane.current() {
            Some(conn) => Ok(conn),
            None => self.replace(lane).await,
        }
    }

    /// Gives a lane a new connection. What is under way on the old one goes on.
    async fn replace(&self, lane: &Lane) -> Result<Arc<PgConnection>, PoolError> {
        match self.config.open(&self.server).await {
            Ok(conn) => {
                self.created.fetch_add(1, Relaxed);
                Ok(lane.set(conn, self.config.recycle))
            }
            Err(error) => {
                self.not_created.fetch_add(1, Relaxed);
                Err(error)
            }
        }
    }

    /// Gives a lane a new connection, in a task of its own, unless one is at it.
    fn open_beside(core: &Arc<Self>, lane: &Arc<Lane>) {
        let Some(alone) = lane.try_opening() else {
            return;
        };
        let (core, lane) = (Arc::clone(core), Arc::clone(lane));
        tokio::spawn(async move {
            let _alone = alone;
            if let Err(error) = core.replace(&lane).await {
                tracing::warn!(
                    target: "planwright::pool",
                    error = &error as &dyn core::error::Error,
                    "a shared connection cannot be opened again"
                );
            }
        });
    }
}

/// Counts one for as long as it lives.
struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    fn one(counter: &'a AtomicU32) -> Self {
        counter.fetch_add(1, Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
