//! What one task, or all of them, counted.

use std::collections::BTreeMap;
use std::time::Duration;

use histogram::{Config, Histogram};
use planwright::ErrorKind;
use planwright_codegen::seed::Argument;

use super::WINDOWS;

/// Nanoseconds, 128 buckets per power of two (each 0.8 % wide), up to 73 minutes; what takes
/// longer counts as that.
const BUCKETS: Config = match Config::new(7, 42) {
    Ok(config) => config,
    Err(_) => panic!("7 < 42 <= 64"),
};
const LONGEST: u64 = (1 << 42) - 1;
/// Different messages of errors that are kept.
const MOST_MESSAGES: usize = 50;

/// What was counted.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(super) windows: Vec<Window>,
    /// How long calls waited for a connection, in nanoseconds.
    pub(super) waits: Histogram,
    /// The calls that failed, by SQLSTATE, where that is known, and message.
    pub(crate) failures: BTreeMap<(Option<String>, String), Failed>,
}

/// The calls that failed in one way.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) calls: u64,
    /// The arguments of one of them.
    pub(crate) arguments: Vec<Argument>,
}

/// What was counted in one part of the time.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// Calls that succeeded.
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) rows: u64,
    pub(super) longest: Duration,
    /// How long calls that succeeded took, in nanoseconds.
    pub(super) times: Histogram,
}

impl Window {
    fn new() -> Self {
        Self {
            done: 0,
            failed: 0,
            rows: 0,
            longest: Duration::ZERO,
            times: Histogram::with_config(&BUCKETS),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.failed += other.failed;
        self.rows += other.rows;
        self.longest = self.longest.max(other.longest);
        add(&mut self.times, &other.times);
    }
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            windows: vec![Window::new(); WINDOWS],
            waits: Histogram::with_config(&BUCKETS),
            failures: BTreeMap::new(),
        }
    }

    pub(super) fn waited(&mut self, time: Duration) {
        count(&mut self.waits, time);
    }

    pub(super) fn done(&mut self, window: usize, took: Duration, rows: u64) {
        let window = &mut self.windows[window];
        window.done += 1;
        window.rows += rows;
        window.longest = window.longest.max(took);
        count(&mut window.times, took);
    }

    pub(super) fn failed(
        &mut self,
        window: usize,
        sqlstate: Option<&str>,
        message: String,
        arguments: &[Argument],
    ) {
        self.windows[window].failed += 1;
        let full = self.failures.len() >= MOST_MESSAGES;
        let key = (sqlstate.map(str::to_owned), message);
        let key = if full && !self.failures.contains_key(&key) {
            (key.0, "others".to_owned())
        } else {
            key
        };
        let failed = self.failures.entry(key).or_insert_with(|| Failed {
            calls: 0,
            arguments: arguments.to_vec(),
        });
        failed.calls += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        for (window, other) in self.windows.iter_mut().zip(&other.windows) {
            window.add(other);
        }
        add(&mut self.waits, &other.waits);
        for (key, failed) in other.failures {
            match self.failures.get_mut(&key) {
                Some(known) => known.calls += failed.calls,
                None => {
                    self.failures.insert(key, failed);
                }
            }
        }
    }

    /// All windows together.
    pub(super) fn whole(&self) -> Window {
        let mut whole = Window::new();
        for window in &self.windows {
            whole.add(window);
        }
        whole
    }
}

/// Both have the same buckets, and no count comes near to the largest number.
fn add(to: &mut Histogram, other: &Histogram) {
    if let Ok(sum) = to.checked_add(other) {
        *to = sum;
    }
}

fn count(histogram: &mut Histogram, time: Duration) {
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(LONGEST);
    let _in_range = histogram.increment(nanoseconds.min(LONGEST));
}

/// The SQLSTATE of an error of this kind, where there is one for all of them.
pub(super) fn sqlstate(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::UniqueViolation => "23505",
        ErrorKind::ForeignKeyViolation => "23503",
        ErrorKind::CheckViolation => "23514",
        ErrorKind::NotNullViolation => "23502",
        ErrorKind::ExclusionViolation => "23P01",
        ErrorKind::SerializationFailure => "40001",
        ErrorKind::Deadlock => "40P01",
        ErrorKind::ReadOnlyTransaction => "25006",
        ErrorKind::Timeout => "57014",
        ErrorKind::LockTimeout => "55P03",
        ErrorKind::Connection => "08006",
        _ => return None,
    })
}
