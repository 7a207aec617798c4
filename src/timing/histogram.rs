//! A lock-free histogram of durations, and its numbers at one moment.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use histogram::{AtomicHistogram, Config, Histogram as Buckets};

use super::timer::nanoseconds;

/// Nanoseconds, 64 buckets per power of two (each 1.6 % wide), up to 2^42 - 1
/// ns, 73 minutes; what takes longer counts as that.
const BUCKETS: Config = match Config::new(6, 42) {
    Ok(config) => config,
    Err(_) => panic!("6 < 42 <= 64"),
};
const LONGEST: u64 = (1 << 42) - 1;

/// A lock-free histogram of durations: three relaxed atomic operations a record.
///
/// Buckets are 1.6 % wide, from 1 ns up to 73 minutes; what takes longer counts as that. It takes
/// [`BYTES`](Self::BYTES) of memory from the start.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use planwright::timing::Histogram;
///
/// let waits = Histogram::new();
/// for milliseconds in 1..=100 {
///     waits.record(Duration::from_millis(milliseconds));
/// }
/// let snapshot = waits.snapshot();
/// assert_eq!(snapshot.count(), 100);
/// assert_eq!(snapshot.quantile(0.5).as_millis(), 50);
/// assert_eq!(snapshot.max(), Duration::from_millis(100));
/// ```
pub struct Histogram {
    total_ns: AtomicU64,
    max_ns: AtomicU64,
    buckets: AtomicHistogram,
    /// What was there at the last reset. The numbers above never go back, so that an exporter
    /// sees them grow.
    forgotten: RwLock<Option<Box<HistogramSnapshot>>>,
}

impl Histogram {
    /// The memory that one takes, in bytes: 18.6 KiB.
    pub const BYTES: usize = size_of::<Self>() + BUCKETS.total_buckets() * size_of::<u64>();

    /// An empty histogram.
    #[must_use]
    pub fn new() -> Self {
        Self {
            total_ns: AtomicU64::new(0),
            max_ns: AtomicU64::new(0),
            buckets: AtomicHistogram::with_config(&BUCKETS),
            forgotten: RwLock::new(None),
        }
    }

    /// Adds one duration.
    #[inline]
    pub fn record(&self, duration: Duration) {
        self.record_ns(nanoseconds(duration));
    }

    #[inline]
    pub(super) fn record_ns(&self, nanoseconds: u64) {
        self.total_ns.fetch_add(nanoseconds, Relaxed);
        if self.max_ns.load(Relaxed) < nanoseconds {
            self.max_ns.fetch_max(nanoseconds, Relaxed);
        }
        // The value is within the buckets' range, so there is nothing to lose.
        let _in_range = self.buckets.increment(nanoseconds.min(LONGEST));
    }

    /// What was recorded since the last [`reset`](Self::reset). What is recorded meanwhile may be
    /// in some of the numbers and not yet in others.
    #[must_use]
    pub fn snapshot(&self) -> HistogramSnapshot {
        // Held meanwhile, so that nothing is forgotten that is not in the numbers.
        let forgotten = self
            .forgotten
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let all = self.since_start();
        match &*forgotten {
            Some(forgotten) => all.since(forgotten),
            None => all,
        }
    }

    /// Forgets what was recorded.
    pub fn reset(&self) {
        self.forget();
    }

    /// Forgets what was recorded, and says how much that was since the start.
    pub(super) fn forget(&self) -> u64 {
        let mut forgotten = self
            .forgotten
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let all = self.since_start();
        self.max_ns.store(0, Relaxed);
        forgotten.insert(Box::new(all)).count
    }

    /// What was recorded since the start, whatever was reset; the longest time is the exception.
    pub(crate) fn since_start(&self) -> HistogramSnapshot {
        let buckets = self.buckets.load();
        HistogramSnapshot {
            count: buckets.as_slice().iter().sum(),
            total_ns: self.total_ns.load(Relaxed),
            max_ns: self.max_ns.load(Relaxed),
            buckets,
        }
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshot().fmt(f)
    }
}

/// The numbers of a [`Histogram`] at one moment.
#[derive(Clone)]
pub struct HistogramSnapshot {
    count: u64,
    total_ns: u64,
    max_ns: u64,
    buckets: Buckets,
}

impl HistogramSnapshot {
    pub(super) fn empty() -> Self {
        Self {
            count: 0,
            total_ns: 0,
            max_ns: 0,
            buckets: Buckets::with_config(&BUCKETS),
        }
    }

    /// How many durations were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    #[must_use]
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.total_ns)
    }

    /// The longest.
    #[must_use]
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max_ns)
    }

    /// The mean, zero without any.
    #[must_use]
    pub fn average(&self) -> Duration {
        Duration::from_nanos(self.total_ns / self.count.max(1))
    }

    /// What `quantile` (0.0 to 1.0) of the durations did not exceed, within 0.8 %; zero without
    /// any. 0.5 is the median.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Duration {
        match self.buckets.quantile_bucket(quantile.clamp(0.0, 1.0)) {
            // The middle of the bucket halves the error.
            Ok(Some(bucket)) => {
                Duration::from_nanos(u64::midpoint(bucket.start(), bucket.end())).min(self.max())
            }
            Ok(None) | Err(_) => Duration::ZERO,
        }
    }

    /// Adds what another one has.
    pub(super) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.total_ns = self.total_ns.saturating_add(other.total_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
        let buckets = self.buckets.as_mut_slice().iter_mut();
        for (bucket, other) in buckets.zip(other.buckets.as_slice()) {
            *bucket += other;
        }
    }

    /// What came since an earlier moment of the same histogram.
    pub(crate) fn since(mut self, earlier: &Self) -> Self {
        self.total_ns = self.total_ns.saturating_sub(earlier.total_ns);
        let buckets = self.buckets.as_mut_slice().iter_mut();
        for (bucket, earlier) in buckets.zip(earlier.buckets.as_slice()) {
            *bucket = bucket.saturating_sub(*earlier);
        }
        self.count = self.buckets.as_slice().iter().sum();
        self
    }

    /// The buckets that hold anything: the middle of each in seconds, and how many it holds.
    #[cfg(feature = "metrics")]
    pub(crate) fn seconds(&self) -> impl Iterator<Item = (f64, u64)> {
        let held = self.buckets.iter().filter(|bucket| bucket.count() > 0);
        held.map(|bucket| {
            let middle = u64::midpoint(bucket.start(), bucket.end());
            (Duration::from_nanos(middle).as_secs_f64(), bucket.count())
        })
    }
}

impl fmt::Debug for HistogramSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistogramSnapshot")
            .field("count", &self.count)
            .field("total", &self.total())
            .field("p50", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .field("max", &self.max())
            .finish_non_exhaustive()
    }
}
