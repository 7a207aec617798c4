//! Figures of what was counted, as they are printed, saved and compared.

use std::collections::BTreeMap;
use std::time::Duration;

use histogram::Histogram;
use serde::{Deserialize, Serialize};

use super::WINDOWS;
use super::record::{Record, Window};

/// The version of the file's form.
pub(crate) const FORMAT: u32 = 1;

/// A measurement as it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measurement {
    /// The version of this form.
    pub(crate) format: u32,
    pub(crate) conditions: Conditions,
    /// For how long calls were counted.
    pub(crate) seconds: f64,
    /// Calls that were counted: those that succeeded and those that failed.
    pub(crate) calls: u64,
    pub(crate) failed: u64,
    /// Failed calls by SQLSTATE; `unknown` where there is none.
    pub(crate) errors: BTreeMap<String, u64>,
    /// Rows that came, or were touched.
    pub(crate) rows: u64,
    pub(crate) figures: Figures,
    /// How many calls that succeeded took so long: the upper end of each range of nanoseconds,
    /// and the calls in it.
    pub(crate) histogram: Vec<(u64, u64)>,
    /// The plan of the first call, as EXPLAIN (ANALYZE, BUFFERS) prints it.
    pub(crate) plan: Vec<String>,
}

/// What was measured, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Conditions {
    /// The statement's name.
    pub(crate) query: String,
    pub(crate) concurrency: u32,
    /// The connections of the pool.
    pub(crate) pool: u32,
    pub(crate) warm_up_seconds: f64,
    /// Whether each call was in a transaction that was rolled back.
    pub(crate) rolled_back: bool,
    /// Where the arguments come from, as `:id from customers.id`.
    pub(crate) arguments: Vec<String>,
    /// What the private database was filled with; none for a database that was given.
    pub(crate) rows: Option<BTreeMap<String, u64>>,
}

/// The figures of a measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) calls_per_second: Figure,
    pub(crate) p50_ms: Figure,
    pub(crate) p95_ms: Figure,
    pub(crate) p99_ms: Figure,
    pub(crate) max_ms: Figure,
    pub(crate) rows_per_call: Figure,
    pub(crate) pool_wait_p50_ms: Figure,
    pub(crate) pool_wait_p99_ms: Figure,
}

/// A figure of the whole time, and of each of its equal parts where these are known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) value: f64,
    #[serde(default)]
    pub(crate) windows: Vec<f64>,
}

impl Figure {
    /// The least and the greatest of its parts.
    pub(super) fn spread(&self) -> Option<(f64, f64)> {
        let least = self.windows.iter().copied().reduce(f64::min)?;
        let greatest = self.windows.iter().copied().reduce(f64::max)?;
        Some((least, greatest))
    }
}

impl Figures {
    /// Every figure with its name and unit, and whether more of it is better.
    pub(super) fn named(&self) -> [(&'static str, &'static str, &Figure); 8] {
        [
            ("calls/s", "", &self.calls_per_second),
            ("p50", " ms", &self.p50_ms),
            ("p95", " ms", &self.p95_ms),
            ("p99", " ms", &self.p99_ms),
            ("max", " ms", &self.max_ms),
            ("rows/call", "", &self.rows_per_call),
            ("pool wait p50", " ms", &self.pool_wait_p50_ms),
            ("pool wait p99", " ms", &self.pool_wait_p99_ms),
        ]
    }
}

impl Measurement {
    /// Computes the figures of what was counted in this time. Of the parts of the time, those
    /// that were measured to their end are kept.
    pub(crate) fn new(
        conditions: Conditions,
        record: &Record,
        measured: Duration,
        planned: Duration,
    ) -> Self {
        let whole = record.whole();
        let seconds = measured.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a few windows")]
        let part = planned.as_secs_f64() / WINDOWS as f64;
        let mut ended = 0.0;
        let complete = record.windows.iter().take_while(|_| {
            ended += part;
            ended <= seconds + part / 100.0
        });
        let complete: Vec<&Window> = complete.collect();
        let figure = |of: &dyn Fn(&Window, f64) -> f64| Figure {
            value: of(&whole, seconds),
            windows: complete.iter().map(|window| of(window, part)).collect(),
        };
        let wait = |share| Figure {
            value: quantile(&record.waits, share),
            windows: Vec::new(),
        };
        let figures = Figures {
            calls_per_second: figure(&|window, seconds| ratio(window.done, seconds)),
            p50_ms: figure(&|window, _| quantile(&window.times, 0.5)),
            p95_ms: figure(&|window, _| quantile(&window.times, 0.95)),
            p99_ms: figure(&|window, _| quantile(&window.times, 0.99)),
            max_ms: figure(&|window, _| window.longest.as_secs_f64() * 1e3),
            rows_per_call: figure(&|window, _| {
                #[expect(clippy::cast_precision_loss, reason = "an average")]
                let calls = window.done as f64;
                ratio(window.rows, calls)
            }),
            pool_wait_p50_ms: wait(0.5),
            pool_wait_p99_ms: wait(0.99),
        };
        let mut errors = BTreeMap::new();
        for ((sqlstate, _), failed) in &record.failures {
            let key = sqlstate.as_deref().unwrap_or("unknown").to_owned();
            *errors.entry(key).or_insert(0) += failed.calls;
        }
        let buckets = whole.times.iter().filter(|bucket| bucket.count() > 0);
        Self {
            format: FORMAT,
            conditions,
            seconds,
            calls: whole.done + whole.failed,
            failed: whole.failed,
            errors,
            rows: whole.rows,
            figures,
            histogram: buckets
                .map(|bucket| (bucket.end(), bucket.count()))
                .collect(),
            plan: Vec::new(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an average")]
fn ratio(number: u64, of: f64) -> f64 {
    if of > 0.0 { number as f64 / of } else { 0.0 }
}

/// In milliseconds, within 0.4 %.
fn quantile(histogram: &Histogram, share: f64) -> f64 {
    match histogram.quantile_bucket(share) {
        #[expect(clippy::cast_precision_loss, reason = "at most 2^42")]
        Ok(Some(bucket)) => u64::midpoint(bucket.start(), bucket.end()) as f64 / 1e6,
        Ok(None) | Err(_) => 0.0,
    }
}
