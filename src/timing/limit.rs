//! How often a warning is given.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::LazyLock;
use std::time::Instant;

use super::settings;
use super::timer::nanoseconds;

/// What times are counted from.
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Lets one warning through in each interval, and counts those in between.
#[derive(Debug, Default)]
pub(super) struct Limit {
    /// When the last one was given, in nanoseconds since [`ORIGIN`]; zero is never.
    last_ns: AtomicU64,
    suppressed: AtomicU64,
}

impl Limit {
    /// How many were suppressed since the last warning, where one is due; counts another one
    /// as suppressed where it is not.
    pub(super) fn pass(&self) -> Option<u64> {
        let interval = settings::warning_interval_ns();
        let now = nanoseconds(ORIGIN.elapsed()).max(1);
        let last = self.last_ns.load(Relaxed);
        let due = last == 0 || now.saturating_sub(last) >= interval;
        // Of several that are due at once one is given; without an interval all are.
        let take = || self.last_ns.compare_exchange(last, now, Relaxed, Relaxed);
        if due && (take().is_ok() || interval == 0) {
            return Some(self.suppressed.swap(0, Relaxed));
        }
        self.suppressed.fetch_add(1, Relaxed);
        None
    }

    /// The next warning is due.
    pub(super) fn reset(&self) {
        self.last_ns.store(0, Relaxed);
        self.suppressed.store(0, Relaxed);
    }
}
