//! One call in flight: a guard that counts how the call ended, on every path.

use std::time::Instant;

use super::event::{self, Outcome};
use super::timer::{Record, Timer, nanoseconds};
use crate::error::ErrorKind;

/// One call in flight, from [`Timer::start`]. Dropped before it is told how the
/// call ended, it counts the call as cancelled.
#[derive(Debug)]
#[must_use = "dropping it counts the call as cancelled"]
pub struct Call {
    timer: &'static Timer,
    record: &'static Record,
    start: Instant,
    open: bool,
}

impl Call {
    #[inline]
    pub(super) fn new(timer: &'static Timer, record: &'static Record, start: Instant) -> Self {
        Self {
            timer,
            record,
            start,
            open: true,
        }
    }

    /// The call succeeded with `rows` rows returned or touched.
    #[inline]
    pub fn finish(mut self, rows: u64) {
        self.settle(Outcome::Finished, rows);
    }

    /// The call failed.
    pub fn fail(mut self, kind: ErrorKind) {
        self.settle(Outcome::Failed(kind), 0);
    }

    #[inline]
    fn settle(&mut self, outcome: Outcome, rows: u64) {
        self.open = false;
        let elapsed_ns = nanoseconds(self.start.elapsed());
        self.record.add(outcome, rows, elapsed_ns);
        let threshold_ns = self.timer.threshold_ns();
        let slow = elapsed_ns >= threshold_ns;
        if slow {
            self.record.add_slow();
            event::warn_slow(self.timer, outcome, elapsed_ns, threshold_ns);
        }
        if event::is_hooked() {
            event::notify(self.timer, outcome, rows, elapsed_ns, slow);
        }
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.open {
            self.settle(Outcome::Cancelled, 0);
        }
    }
}
