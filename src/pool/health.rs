//! How a pool is doing.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::manager::Shared;

/// How a pool is doing at one moment. Open connections = idle + checked out.
///
/// # Examples
///
/// ```no_run
/// # fn example(pool: planwright::pool::Pool) {
/// let health = pool.health();
/// if health.waiting > 0 && health.open == health.limit {
///     eprintln!("exhausted: {} of {} checked out", health.checked_out, health.limit);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// The most connections that can be open: base and overflow.
    pub limit: u32,
    /// Connections that are open.
    pub open: u32,
    /// Open and not in use.
    pub idle: u32,
    /// Open and in use.
    pub checked_out: u32,
    /// Open beyond the base.
    pub overflow: u32,
    /// Tasks that wait for a connection.
    pub waiting: u32,
    /// Checkouts asked for since the pool was opened.
    pub requests: u64,
    /// Checkouts that had to wait, for another task or for a new connection.
    pub waited: u64,
    /// Checkouts that waited as long as they may, in vain.
    pub timeouts: u64,
    /// The sum of all finished waits.
    pub wait_total: Duration,
    /// The longest finished wait.
    pub wait_max: Duration,
    /// Connections opened since the pool was opened.
    pub opened: u64,
    /// Connections that could not be opened.
    pub failed: u64,
    /// Connections closed because the base was idle without them.
    pub closed_overflow: u64,
    /// Connections closed because they were broken, or had an open transaction.
    pub closed_broken: u64,
    /// Connections closed because of their age.
    pub closed_recycled: u64,
}

impl Health {
    pub(super) fn new(shared: &Shared, state: &bb8::State) -> Self {
        let Shared { config, gauges, .. } = shared;
        let statistics = &state.statistics;
        let closed_overflow = gauges.closed_overflow.load(Relaxed);
        // bb8 counts surplus connections as broken, and those found broken on
        // checkout twice.
        let closed_broken = statistics.connections_closed_broken;
        Self {
            limit: config.max_size(),
            open: state.connections,
            idle: state.idle_connections,
            checked_out: state.connections.saturating_sub(state.idle_connections),
            overflow: state.connections.saturating_sub(config.base),
            waiting: gauges.waiting.load(Relaxed),
            requests: gauges.requests.load(Relaxed),
            waited: gauges.waited.load(Relaxed),
            timeouts: gauges.timeouts.load(Relaxed),
            wait_total: Duration::from_nanos(gauges.wait_total_ns.load(Relaxed)),
            wait_max: Duration::from_nanos(gauges.wait_max_ns.load(Relaxed)),
            opened: statistics.connections_created,
            failed: gauges.failed.load(Relaxed),
            closed_overflow,
            closed_broken: closed_broken.saturating_sub(closed_overflow),
            closed_recycled: statistics.connections_closed_max_lifetime,
        }
    }
}

/// What bb8 does not count, or counts wrongly: its pending requests include
/// those that were cancelled, and its wait time only the last of several waits.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub(super) open: AtomicU32,
    pub(super) lent: AtomicU32,
    pub(super) waiting: AtomicU32,
    pub(super) requests: AtomicU64,
    pub(super) timeouts: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) closed_overflow: AtomicU64,
    waited: AtomicU64,
    wait_total_ns: AtomicU64,
    wait_max_ns: AtomicU64,
}

impl Gauges {
    /// Counts a task as waiting until the guard is dropped.
    pub(super) fn wait(&self) -> Wait<'_> {
        self.waiting.fetch_add(1, Relaxed);
        self.waited.fetch_add(1, Relaxed);
        Wait {
            gauges: self,
            since: Instant::now(),
        }
    }
}

/// A task that waits.
pub(super) struct Wait<'a> {
    gauges: &'a Gauges,
    since: Instant,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let waited = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.gauges.waiting.fetch_sub(1, Relaxed);
        self.gauges.wait_total_ns.fetch_add(waited, Relaxed);
        self.gauges.wait_max_ns.fetch_max(waited, Relaxed);
    }
}
