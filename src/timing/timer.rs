//! One query's timer: a `static` that allocates its record when first used.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::call::Call;
use super::histogram::Histogram;
use super::record::Record;
use super::snapshot::Snapshot;
use super::{registry, repeats, settings};
use crate::info::{Command, QueryInfo};

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

impl Timer {
    /// The memory, in bytes, that a query's record takes from its first call on. Each kind of
    /// error that it meets takes [`Histogram::BYTES`] more.
    pub const RECORD_BYTES: usize = size_of::<Record>() - size_of::<Histogram>() + Histogram::BYTES;

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
        record.start();
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
        let mut snapshot = Snapshot::empty(self.name, self.info);
        if let Some(record) = self.record.get() {
            record.read(&mut snapshot);
        }
        snapshot
    }

    /// Forgets the calls that have ended. Those in flight stay counted.
    pub fn reset(&self) {
        if let Some(record) = self.record.get() {
            record.reset();
        }
    }

    /// Everything since the start, from the first call on.
    #[cfg(feature = "metrics")]
    pub(crate) fn totals(&self) -> Option<super::Totals> {
        self.record.get().map(Record::totals)
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
        Record::new()
    }
}

/// Whole nanoseconds, at most `u64::MAX` (584 years).
#[inline]
pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
