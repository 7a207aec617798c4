//! What a timer counts. Every number only grows: a reset remembers where it was.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::event::Outcome;
use super::histogram::Histogram;
use super::limit::Limit;
use super::snapshot::{Ending, Snapshot};
use crate::error::SqlState;

/// The numbers of one query or tracked operation.
#[derive(Debug)]
pub(super) struct Record {
    started: AtomicU64,
    rows: AtomicU64,
    slow: AtomicU64,
    /// The calls that succeeded. How many they are is the sum of the buckets.
    finished: Histogram,
    /// Every other way to end, by first appearance. Most queries have none.
    endings: RwLock<Vec<Ended>>,
    forgotten: RwLock<Forgotten>,
    pub(super) limit: Limit,
}

/// The calls that ended in one way other than to finish.
#[derive(Debug)]
struct Ended {
    outcome: Outcome,
    sqlstate: Option<SqlState>,
    times: Arc<Histogram>,
}

/// Where the numbers were at the last reset.
#[derive(Debug, Default)]
struct Forgotten {
    ended: u64,
    rows: u64,
    slow: u64,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            started: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            slow: AtomicU64::new(0),
            finished: Histogram::new(),
            endings: RwLock::new(Vec::new()),
            forgotten: RwLock::default(),
            limit: Limit::default(),
        }
    }

    /// Adds a call that starts.
    #[inline]
    pub(super) fn start(&self) {
        self.started.fetch_add(1, Relaxed);
    }

    /// Adds a call that succeeded.
    #[inline]
    pub(super) fn finish(&self, rows: u64, elapsed_ns: u64) {
        if rows != 0 {
            self.rows.fetch_add(rows, Relaxed);
        }
        self.finished.record_ns(elapsed_ns);
    }

    /// Adds a call that ended in another way.
    #[cold]
    pub(super) fn end(&self, outcome: Outcome, sqlstate: Option<SqlState>, elapsed_ns: u64) {
        self.ending(outcome, sqlstate).record_ns(elapsed_ns);
    }

    fn ending(&self, outcome: Outcome, sqlstate: Option<SqlState>) -> Arc<Histogram> {
        let find = |endings: &[Ended]| {
            let mut endings = endings.iter();
            let found =
                endings.find(|known| (known.outcome, known.sqlstate) == (outcome, sqlstate));
            found.map(|known| Arc::clone(&known.times))
        };
        if let Some(known) = find(&self.endings()) {
            return known;
        }
        let mut endings = self.endings.write().unwrap_or_else(PoisonError::into_inner);
        find(&endings).unwrap_or_else(|| {
            let times = Arc::new(Histogram::new());
            endings.push(Ended {
                outcome,
                sqlstate,
                times: Arc::clone(&times),
            });
            times
        })
    }

    fn endings(&self) -> RwLockReadGuard<'_, Vec<Ended>> {
        self.endings.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one slow call.
    pub(super) fn add_slow(&self) {
        self.slow.fetch_add(1, Relaxed);
    }

    /// Puts the numbers since the last reset into a snapshot.
    pub(super) fn read(&self, snapshot: &mut Snapshot) {
        // Held meanwhile, so that nothing is forgotten that is not in the numbers.
        let forgotten = self
            .forgotten
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        // What ended is read before what started, so that a call that starts and ends
        // meanwhile does not make the calls in flight negative.
        let finished = self.finished.snapshot();
        snapshot.finished = finished.count();
        snapshot.times.add(&finished);
        for ended in &*self.endings() {
            let times = ended.times.snapshot();
            match ended.outcome {
                Outcome::Cancelled => snapshot.cancelled += times.count(),
                Outcome::Finished | Outcome::Failed(_) => {
                    snapshot.failed += times.count();
                    snapshot.times.add(&times);
                }
            }
            snapshot.endings.push(Ending {
                outcome: ended.outcome,
                sqlstate: ended.sqlstate,
                times,
            });
        }
        let ended = snapshot.finished + snapshot.failed + snapshot.cancelled;
        snapshot.started = (self.started.load(Relaxed) - forgotten.ended).max(ended);
        snapshot.in_flight = snapshot.started - ended;
        snapshot.rows = self.rows.load(Relaxed) - forgotten.rows;
        snapshot.slow = self.slow.load(Relaxed) - forgotten.slow;
        snapshot.total = snapshot.times.total();
        snapshot.max = snapshot.times.max();
    }

    /// Forgets the calls that have ended.
    pub(super) fn reset(&self) {
        let mut forgotten = self
            .forgotten
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let endings = self.endings();
        let others = endings.iter().map(|ended| ended.times.forget());
        *forgotten = Forgotten {
            ended: self.finished.forget() + others.sum::<u64>(),
            rows: self.rows.load(Relaxed),
            slow: self.slow.load(Relaxed),
        };
        self.limit.reset();
    }

    /// Everything since the start, whatever was reset.
    #[cfg(feature = "metrics")]
    pub(super) fn totals(&self) -> Totals {
        let mut endings = vec![Ending {
            outcome: Outcome::Finished,
            sqlstate: None,
            times: self.finished.since_start(),
        }];
        endings.extend(self.endings().iter().map(|ended| Ending {
            outcome: ended.outcome,
            sqlstate: ended.sqlstate,
            times: ended.times.since_start(),
        }));
        Totals {
            endings,
            rows: self.rows.load(Relaxed),
            slow: self.slow.load(Relaxed),
        }
    }
}

/// What a timer has counted since the start.
#[cfg(feature = "metrics")]
pub(crate) struct Totals {
    /// How calls ended: those that finished, then every other way by first appearance.
    pub(crate) endings: Vec<Ending>,
    pub(crate) rows: u64,
    pub(crate) slow: u64,
}
