//! What a pool counts of itself: bb8 counts requests that were cancelled as pending, and closed
//! connections without why.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::error::{PoolError, PoolErrorKind};
use crate::timing::Histogram;

/// Why a connection was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Recycled,
    Idle,
    Broken,
    Unanswered,
    InTransaction,
}

#[derive(Debug, Default)]
pub(super) struct Gauges {
    /// Connections that are open.
    pub(super) open: AtomicU32,
    /// Connections on loan.
    pub(super) lent: AtomicU32,
    /// The most on loan since the pool last looked.
    pub(super) peak: AtomicU32,
    pub(super) waiting: AtomicU32,
    pub(super) requests: AtomicU64,
    pub(super) served: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) cancelled: AtomicU64,
    pub(super) timeouts: AtomicU64,
    pub(super) waited: AtomicU64,
    pub(super) wait_max_ns: AtomicU64,
    /// What each request waited, whatever came of it.
    pub(super) waits: Histogram,
    pub(super) created: AtomicU64,
    pub(super) not_created: AtomicU64,
    pub(super) rolled_back: AtomicU64,
    /// By [`Reason`].
    closed: [AtomicU64; 5],
}

impl Gauges {
    /// Somebody asks for a connection.
    pub(super) fn request(&self) -> Request<'_> {
        self.requests.fetch_add(1, Relaxed);
        Request {
            gauges: self,
            waits_since: None,
            settled: false,
        }
    }

    pub(super) fn lend(&self) {
        let lent = self.lent.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(lent, Relaxed);
    }

    pub(super) fn close(&self, reason: Reason) {
        self.closed[reason as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn closed(&self, reason: Reason) -> u64 {
        self.closed[reason as usize].load(Relaxed)
    }
}

/// A request for a connection. One that is dropped before it is settled was cancelled.
pub(super) struct Request<'a> {
    gauges: &'a Gauges,
    waits_since: Option<Instant>,
    settled: bool,
}

impl Request<'_> {
    /// It cannot be served at once.
    pub(super) fn wait(&mut self) {
        self.gauges.waiting.fetch_add(1, Relaxed);
        self.gauges.waited.fetch_add(1, Relaxed);
        self.waits_since = Some(Instant::now());
    }

    pub(super) fn settle<T>(mut self, result: &Result<T, PoolError>) {
        self.settled = true;
        let counter = match result {
            Ok(_) => &self.gauges.served,
            Err(error) => {
                let kind = error.kind();
                if matches!(kind, PoolErrorKind::Exhausted | PoolErrorKind::Timeout) {
                    self.gauges.timeouts.fetch_add(1, Relaxed);
                }
                &self.gauges.failed
            }
        };
        counter.fetch_add(1, Relaxed);
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        let gauges = self.gauges;
        if !self.settled {
            gauges.cancelled.fetch_add(1, Relaxed);
        }
        let waited = match self.waits_since {
            None => Duration::ZERO,
            Some(since) => {
                gauges.waiting.fetch_sub(1, Relaxed);
                since.elapsed()
            }
        };
        let nanoseconds = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
        gauges.wait_max_ns.fetch_max(nanoseconds, Relaxed);
        gauges.waits.record(waited);
    }
}
