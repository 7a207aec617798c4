//! A timer's numbers at one moment.

use std::time::Duration;

use super::event::Outcome;
use super::histogram::HistogramSnapshot;
use crate::error::SqlState;
use crate::info::QueryInfo;

/// A timer's numbers at one moment. Started = finished + failed + cancelled + in flight.
///
/// Times cover finished and failed calls, from the first poll to the end. How long a cancelled
/// call would have taken is not known: how long it ran is in [`endings`](Self::endings) only.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The query's name, or that given to [`track`](super::track).
    pub name: &'static str,
    /// The query, or none for a tracked operation.
    pub info: Option<&'static QueryInfo>,
    /// Calls started.
    pub started: u64,
    /// Calls that succeeded.
    pub finished: u64,
    /// Calls that returned an error.
    pub failed: u64,
    /// Calls whose future was dropped before it was done.
    pub cancelled: u64,
    /// Calls not ended yet.
    pub in_flight: u64,
    /// Rows returned or touched.
    pub rows: u64,
    /// Calls that reached the threshold that held when they ended.
    pub slow: u64,
    /// The sum of all times.
    pub total: Duration,
    /// The longest time.
    pub max: Duration,
    /// How the calls ended that did not finish, by first appearance.
    pub endings: Vec<Ending>,
    pub(super) times: HistogramSnapshot,
}

/// The calls that ended in one way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ending {
    /// How they ended.
    pub outcome: Outcome,
    /// The server's code for it, where it is known.
    pub sqlstate: Option<SqlState>,
    /// How long they ran.
    pub times: HistogramSnapshot,
}

impl Snapshot {
    /// The mean time, zero without a timed call.
    #[must_use]
    pub fn average(&self) -> Duration {
        self.times.average()
    }

    /// The time that `quantile` (0.0 to 1.0) of the calls did not exceed, within
    /// 0.8 %; zero without a timed call. 0.5 is the median. What took longer
    /// than 73 minutes counts as that.
    ///
    /// # Examples
    ///
    /// ```
    /// # use planwright::{QueryInfo, timing::Timer};
    /// # const INFO: QueryInfo = QueryInfo { name: "notes::quantile", ..QueryInfo::EMPTY };
    /// # static TIMER: Timer = Timer::new(&INFO);
    /// TIMER.start().finish(1);
    /// let snapshot = TIMER.snapshot();
    /// assert!(snapshot.quantile(0.99) <= snapshot.max);
    /// ```
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Duration {
        self.times.quantile(quantile)
    }

    pub(super) fn empty(name: &'static str, info: Option<&'static QueryInfo>) -> Self {
        Self {
            name,
            info,
            started: 0,
            finished: 0,
            failed: 0,
            cancelled: 0,
            in_flight: 0,
            rows: 0,
            slow: 0,
            total: Duration::ZERO,
            max: Duration::ZERO,
            endings: Vec::new(),
            times: HistogramSnapshot::empty(),
        }
    }
}
