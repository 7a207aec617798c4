//! How a pool is doing.

use core::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use serde::Serialize;

use super::gauges::Reason;
use super::manager::Shared;

/// How a pool is doing at one moment. Open connections = idle + checked out; requests = served +
/// failed + cancelled + those still asking; created = open + closed, when nothing is being opened.
///
/// It is printed as one line, and serialized with durations as `{secs, nanos}`.
///
/// # Examples
///
/// ```no_run
/// # fn example(pool: planwright::pool::Pool) {
/// let health = pool.health();
/// if health.waiting > 0 && health.open == health.limit {
///     eprintln!("exhausted: {health}");
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// The most connections that can be open: base and overflow.
    pub limit: u32,
    /// The size: connections that are open.
    pub open: u32,
    /// Open and not in use.
    pub idle: u32,
    /// Open and in use, or given back and not done with their last statement.
    pub checked_out: u32,
    /// Open beyond the base.
    pub overflow: u32,
    /// Tasks that wait for a connection.
    pub waiting: u32,
    /// Connections asked for since the pool was opened.
    pub requests: u64,
    /// Requests that got one.
    pub served: u64,
    /// Requests that got an error.
    pub failed: u64,
    /// Requests whose future was dropped before they got one.
    pub cancelled: u64,
    /// Failed requests that waited as long as they may.
    pub timeouts: u64,
    /// Requests that had to wait, for another task or for a new connection.
    pub waited: u64,
    /// The sum of all finished waits.
    pub wait_total: Duration,
    /// The longest finished wait.
    pub wait_max: Duration,
    /// Half of the requests that ended waited no longer than this; within 0.8 %.
    pub wait_p50: Duration,
    /// 99 % of the requests that ended waited no longer than this; within 0.8 %.
    pub wait_p99: Duration,
    /// Connections opened since the pool was opened.
    pub created: u64,
    /// Connections that could not be opened.
    pub not_created: u64,
    /// Connections that came back with an open transaction, which was rolled back.
    pub rolled_back: u64,
    /// Connections closed since the pool was opened.
    pub closed: Closed,
}

/// Connections that a pool closed, by why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Closed {
    /// They were older than [`recycle`](super::PoolConfig::recycle).
    pub recycled: u64,
    /// They were beyond the base, and not needed.
    pub idle: u64,
    /// The connection was lost, the server ended it, a panic came through, or a statement was
    /// cancelled at its [deadline](crate::transaction::Transaction::deadline).
    pub broken: u64,
    /// They came back while a statement ran, and it did not end soon.
    pub unanswered: u64,
    /// They came back with an open transaction that could not be rolled back.
    pub in_transaction: u64,
}

impl Closed {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.recycled + self.idle + self.broken + self.unanswered + self.in_transaction
    }
}

impl Health {
    pub(super) fn new(shared: &Shared, state: &bb8::State) -> Self {
        let Shared { config, gauges, .. } = shared;
        // Whatever reports were reset in the meantime.
        let waits = gauges.waits.since_start();
        let wait_max = Duration::from_nanos(gauges.wait_max_ns.load(Relaxed));
        // What ended is read before what began.
        let (served, failed) = (gauges.served.load(Relaxed), gauges.failed.load(Relaxed));
        let cancelled = gauges.cancelled.load(Relaxed);
        Self {
            limit: config.max_size(),
            open: state.connections,
            idle: state.idle_connections,
            checked_out: state.connections.saturating_sub(state.idle_connections),
            overflow: state.connections.saturating_sub(config.base),
            waiting: gauges.waiting.load(Relaxed),
            served,
            failed,
            cancelled,
            requests: gauges.requests.load(Relaxed),
            timeouts: gauges.timeouts.load(Relaxed),
            waited: gauges.waited.load(Relaxed),
            wait_total: waits.total(),
            wait_max,
            wait_p50: waits.quantile(0.50).min(wait_max),
            wait_p99: waits.quantile(0.99).min(wait_max),
            closed: Closed {
                recycled: gauges.closed(Reason::Recycled),
                idle: gauges.closed(Reason::Idle),
                broken: gauges.closed(Reason::Broken),
                unanswered: gauges.closed(Reason::Unanswered),
                in_transaction: gauges.closed(Reason::InTransaction),
            },
            created: gauges.created.load(Relaxed),
            not_created: gauges.not_created.load(Relaxed),
            rolled_back: gauges.rolled_back.load(Relaxed),
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "pool open={}/{} idle={} checked_out={} overflow={} waiting={} requests={} served={} \
             failed={} cancelled={} timeouts={} wait_p50={:.1?} wait_p99={:.1?} wait_max={:.1?} \
             created={} not_created={} rolled_back={} closed={} ({})",
            self.open,
            self.limit,
            self.idle,
            self.checked_out,
            self.overflow,
            self.waiting,
            self.requests,
            self.served,
            self.failed,
            self.cancelled,
            self.timeouts,
            self.wait_p50,
            self.wait_p99,
            self.wait_max,
            self.created,
            self.not_created,
            self.rolled_back,
            self.closed.total(),
            self.closed,
        )
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "recycled={} idle={} broken={} unanswered={} in_transaction={}",
            self.recycled, self.idle, self.broken, self.unanswered, self.in_transaction
        )
    }
}
