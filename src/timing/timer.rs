//! One query's timer: a `static` that allocates its record when first used.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use histogram::{AtomicHistogram, Config};

use super::call::Call;
use super::event::Outcome;
use super::snapshot::Snapshot;
use super::{registry, repeats, settings};
use crate::info::{Command, QueryInfo};

/// Nanoseconds, 64 buckets per power of two (each 1.6 % wide), up to 2^42 - 1
/// ns, 73 minutes; what takes longer counts as that.
const BUCKETS: Config = match Config::new(6, 42) {
    Ok(config) => config,
    Err(_) => panic!("6 < 42 <= 64"),
};
const LONGEST: u64 = (1 << 42) - 1;

/// Counts and times the calls of one query or tracked operation.
///
/// # Examples
///
/// ```
/// use planwright::QueryInfo;
/// use planwright::timing::Timer;
///
/// const INFO: QueryInfo = QueryInfo { name: "notes::ping", sql: "SELECT 1", ..QueryInfo::EMPTY };
/// static TIMER: Timer = Timer::new(&INFO);
///
/// TIMER.start().finish(1);
/// assert_eq!(TIMER.snapshot().finished, 1);
/// ```
#[derive(Debug)]
pub struct Timer {
    name: &'static str,
    info: Option<&'static QueryInfo>,
    record: OnceLock<Record>,
}

/// What a timer counts.
#[derive(Debug)]
pub(super) struct Record {
    started: AtomicU64,
    finished: AtomicU64,
    failed: AtomicU64,
    cancelled: AtomicU64,
    rows: AtomicU64,
    slow: AtomicU64,
    total_ns: AtomicU64,
    max_ns: AtomicU64,
    histogram: AtomicHistogram,
}

impl Timer {
    /// The memory, in bytes, that a query's record takes from its first call on.
    pub const RECORD_BYTES: usize =
        size_of::<Record>() + BUCKETS.total_buckets() * size_of::<u64>();

    /// A timer for a query. It must be a `static`; it joins
    /// [`timers`](super::timers) with its first call.
    #[must_use]
    pub const fn new(info: &'static QueryInfo) -> Self {
        Self {
            name: info.name,
            info: Some(info),
            record: OnceLock::new(),
        }
    }

    /// A timer for an operation that is no query.
    pub(super) const fn named(name: &'static str) -> Self {
        Self {
            name,
            info: None,
            record: OnceLock::new(),
        }
    }

    /// The query's name, or that given to [`track`](super::track).
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The query, or none for a tracked operation.
    #[must_use]
    pub fn info(&self) -> Option<&'static QueryInfo> {
        self.info
    }

    /// Starts the clock of one call. Dropping the [`Call`] without
    /// [`finish`](Call::finish) or [`fail`](Call::fail) counts as cancelled.
    #[inline]
    pub fn start(&'static self) -> Call {
        let record = self.record.get_or_init(|| self.register());
        record.started.fetch_add(1, Relaxed);
        // Each batch of a `:bulk` is a call, and many at once already.
        if self.info.is_some_and(|info| info.command != Command::Bulk) {
            repeats::count(self);
        }
        Call::new(self, record, Instant::now())
    }

    /// The counts and times so far. Calls that end meanwhile may be in some of
    /// the numbers and not yet in others.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let Some(record) = self.record.get() else {
            return Snapshot::empty(self.name, self.info, BUCKETS);
        };
        // What ended is read before what started, so that a call that starts
        // and ends meanwhile does not make the calls in flight negative.
        let finished = record.finished.load(Relaxed);
        let failed = record.failed.load(Relaxed);
        let cancelled = record.cancelled.load(Relaxed);
        let started = record.started.load(Relaxed);
        Snapshot {
            name: self.name,
            info: self.info,
            started,
            finished,
            failed,
            cancelled,
            in_flight: started.saturating_sub(finished + failed + cancelled),
            rows: record.rows.load(Relaxed),
            slow: record.slow.load(Relaxed),
            total: Duration::from_nanos(record.total_ns.load(Relaxed)),
            max: Duration::from_nanos(record.max_ns.load(Relaxed)),
            histogram: record.histogram.load(),
        }
    }

    /// Forgets the calls that have ended. Those in flight stay counted.
    pub fn reset(&self) {
        let Some(record) = self.record.get() else {
            return;
        };
        let ended = record.finished.swap(0, Relaxed)
            + record.failed.swap(0, Relaxed)
            + record.cancelled.swap(0, Relaxed);
        record.started.fetch_sub(ended, Relaxed);
        for count in [&record.rows, &record.slow, &record.total_ns, &record.max_ns] {
            count.store(0, Relaxed);
        }
        record.histogram.drain();
    }

    /// At and above this many nanoseconds a call is slow.
    #[inline]
    pub(super) fn threshold_ns(&self) -> u64 {
        match self.info.and_then(|info| info.slow) {
            Some(slow) => nanoseconds(slow),
            None => settings::slow_threshold_ns(),
        }
    }

    #[cold]
    fn register(&'static self) -> Record {
        registry::add(self);
        Record {
            started: AtomicU64::new(0),
            finished: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            slow: AtomicU64::new(0),
            total_ns: AtomicU64::new(0),
            max_ns: AtomicU64::new(0),
            histogram: AtomicHistogram::with_config(&BUCKETS),
        }
    }
}

impl Record {
    /// Adds one call that ended. Cancelled calls are counted and not timed:
    /// how long they would have taken is not known.
    #[inline]
    pub(super) fn add(&self, outcome: Outcome, rows: u64, elapsed_ns: u64) {
        match outcome {
            Outcome::Finished => &self.finished,
            Outcome::Failed(_) => &self.failed,
            Outcome::Cancelled => {
                self.cancelled.fetch_add(1, Relaxed);
                return;
            }
        }
        .fetch_add(1, Relaxed);
        if rows != 0 {
            self.rows.fetch_add(rows, Relaxed);
        }
        self.total_ns.fetch_add(elapsed_ns, Relaxed);
        if self.max_ns.load(Relaxed) < elapsed_ns {
            self.max_ns.fetch_max(elapsed_ns, Relaxed);
        }
        // The value is within the buckets' range, so there is nothing to lose.
        let _in_range = self.histogram.increment(elapsed_ns.min(LONGEST));
    }

    /// Counts one slow call.
    pub(super) fn add_slow(&self) {
        self.slow.fetch_add(1, Relaxed);
    }
}

/// Whole nanoseconds, at most `u64::MAX` (584 years).
#[inline]
pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
