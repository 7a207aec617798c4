//! One call in flight: a guard that counts how the call ended, on every path.

use std::time::Instant;

use super::event::{self, Outcome};
use super::record::Record;
use super::timer::{Timer, nanoseconds};
use crate::error::{ErrorKind, SqlState};

/// One call in flight, from [`Timer::start`]. Dropped before it is told how the
/// call ended, it counts the call as cancelled.
#[derive(Debug)]
#[must_use = "dropping it counts the call as cancelled"]
pub struct Call {
    timer: &'static Timer,
    record: &'static Record,
    start: Instant,
    open: bool,
    /// The values of the parameters, where a warning may show them.
    values: Option<Box<str>>,
}

impl Call {
    #[inline]
    pub(super) fn new(timer: &'static Timer, record: &'static Record, start: Instant) -> Self {
        Self {
            timer,
            record,
            start,
            open: true,
            values: None,
        }
    }

    /// With what a warning shows of the parameters.
    #[inline]
    pub(crate) fn with_values(mut self, values: Option<Box<str>>) -> Self {
        self.values = values;
        self
    }

    /// The call succeeded with `rows` rows returned or touched.
    #[inline]
    pub fn finish(mut self, rows: u64) {
        self.settle(Outcome::Finished, None, rows);
    }

    /// The call failed.
    pub fn fail(self, kind: ErrorKind) {
        self.fail_with(kind, None);
    }

    /// The call failed with the server's code for it.
    pub fn fail_with(mut self, kind: ErrorKind, sqlstate: Option<SqlState>) {
        self.settle(Outcome::Failed(kind), sqlstate, 0);
    }

    #[inline]
    fn settle(&mut self, outcome: Outcome, sqlstate: Option<SqlState>, rows: u64) {
        self.open = false;
        let elapsed_ns = nanoseconds(self.start.elapsed());
        match outcome {
            Outcome::Finished => self.record.finish(rows, elapsed_ns),
            Outcome::Failed(_) | Outcome::Cancelled => {
                self.record.end(outcome, sqlstate, elapsed_ns);
            }
        }
        let threshold_ns = self.timer.threshold_ns();
        let slow = elapsed_ns >= threshold_ns;
        if slow {
            self.record.add_slow();
            if let Some(suppressed) = self.record.limit.pass() {
                let values = self.values.as_deref();
                let times = (elapsed_ns, threshold_ns);
                event::warn_slow(self.timer, outcome, times, suppressed, values);
            }
        }
        if event::is_hooked() {
            event::notify(self.timer, (outcome, sqlstate), rows, elapsed_ns, slow);
        }
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.open {
            self.settle(Outcome::Cancelled, None, 0);
        }
    }
}
