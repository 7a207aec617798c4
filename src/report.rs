//! Which query is slow, by name: totals, one line per query and one per pool, as a text table
//! or JSON.
//!
//! A report is a copy of the [timers](crate::timing::timers), and of what the open pools
//! measured, at one moment. It never queries a database.

mod pools;
mod text;

use std::time::Duration;

use serde::{Serialize, Serializer};

pub use self::pools::PoolReport;
use crate::pool::telemetry;
use crate::timing::{self, Snapshot};

/// How all queries did since the start, or since [`Report::reset`].
///
/// Its `Display` is a table of the ten slowest queries beneath a line of totals, and one of the
/// pools: what tasks waited for a connection is in no query's time.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use planwright::report::Report;
///
/// planwright::timing::track("warm up", async {}).await;
/// let report = Report::collect();
/// assert!(report.to_string().contains("warm up"));
/// assert!(report.to_json().contains("\"monitored\""));
/// # }
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Queries and tracked operations that were called at least once.
    pub monitored: usize,
    /// Calls started.
    pub calls: u64,
    /// Calls that returned an error.
    pub failed: u64,
    /// Calls whose future was dropped before it was done.
    pub cancelled: u64,
    /// Calls not ended yet.
    pub in_flight: u64,
    /// Calls that reached their threshold.
    pub slow: u64,
    /// Rows returned or touched.
    pub rows: u64,
    /// The time of all calls together, in milliseconds in JSON.
    #[serde(rename = "total_ms", serialize_with = "milliseconds")]
    pub total: Duration,
    /// One line per query, the slowest on average first.
    pub queries: Vec<QueryReport>,
    /// One line per open pool, by name.
    pub pools: Vec<PoolReport>,
}

/// How one query, or one tracked operation, did.
///
/// Times cover calls that ended, from the first poll to the end, cancelled ones
/// left out; in JSON they are milliseconds. Percentiles are within 0.8 %.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct QueryReport {
    /// Module and function, or the name given to [`timing::track`].
    pub name: &'static str,
    /// The beginning of the SQL on one line; empty for a tracked operation.
    pub preview: String,
    /// What the statement is, such as `SELECT`; empty for a tracked operation.
    pub operation: &'static str,
    /// The tables it reads or writes.
    pub tables: &'static [&'static str],
    /// Calls started.
    pub calls: u64,
    /// Calls that returned an error.
    pub failed: u64,
    /// Calls whose future was dropped before it was done.
    pub cancelled: u64,
    /// Calls not ended yet.
    pub in_flight: u64,
    /// Calls that reached their threshold.
    pub slow: u64,
    /// Rows returned or touched.
    pub rows: u64,
    /// The time of all calls together.
    #[serde(rename = "total_ms", serialize_with = "milliseconds")]
    pub total: Duration,
    /// The mean time.
    #[serde(rename = "average_ms", serialize_with = "milliseconds")]
    pub average: Duration,
    /// Half of the calls took no longer.
    #[serde(rename = "p50_ms", serialize_with = "milliseconds")]
    pub p50: Duration,
    /// 95 % of the calls took no longer.
    #[serde(rename = "p95_ms", serialize_with = "milliseconds")]
    pub p95: Duration,
    /// 99 % of the calls took no longer.
    #[serde(rename = "p99_ms", serialize_with = "milliseconds")]
    pub p99: Duration,
    /// The longest call.
    #[serde(rename = "max_ms", serialize_with = "milliseconds")]
    pub max: Duration,
    /// Its part of the time of all calls, 0 to 1.
    pub share: f64,
}

impl Report {
    /// Reads all timers, and all open pools.
    #[must_use]
    pub fn collect() -> Self {
        let snapshots = timing::timers().into_iter().map(timing::Timer::snapshot);
        let pools = telemetry::readings().iter().map(PoolReport::new).collect();
        Self::new(&snapshots.collect::<Vec<_>>(), pools)
    }

    /// Starts the numbers of all timers, and the times of all pools, anew; see [`timing::reset`].
    /// Metrics are not touched: what is exported only grows.
    pub fn reset() {
        timing::reset();
        telemetry::reset();
    }

    /// The query of that name, if it was called.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&QueryReport> {
        self.queries.iter().find(|query| query.name == name)
    }

    /// The report as JSON, one object, times in milliseconds.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serialising fails on maps with keys that are no strings, or where a
        // `Serialize` says so. There is neither here.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    fn new(snapshots: &[Snapshot], pools: Vec<PoolReport>) -> Self {
        let sum = |of: fn(&Snapshot) -> u64| snapshots.iter().map(of).sum();
        let total = snapshots.iter().map(|snapshot| snapshot.total).sum();
        let mut queries: Vec<_> = snapshots
            .iter()
            .map(|snapshot| QueryReport::new(snapshot, total))
            .collect();
        queries.sort_by(|a, b| b.average.cmp(&a.average).then(a.name.cmp(b.name)));
        Self {
            monitored: snapshots.len(),
            calls: sum(|snapshot| snapshot.started),
            failed: sum(|snapshot| snapshot.failed),
            cancelled: sum(|snapshot| snapshot.cancelled),
            in_flight: sum(|snapshot| snapshot.in_flight),
            slow: sum(|snapshot| snapshot.slow),
            rows: sum(|snapshot| snapshot.rows),
            total,
            queries,
            pools,
        }
    }
}

impl QueryReport {
    fn new(snapshot: &Snapshot, of_all: Duration) -> Self {
        let info = snapshot.info;
        let share = if of_all.is_zero() {
            0.0
        } else {
            snapshot.total.as_secs_f64() / of_all.as_secs_f64()
        };
        Self {
            name: snapshot.name,
            preview: info.map(crate::QueryInfo::preview).unwrap_or_default(),
            operation: info.map_or("", |info| info.operation),
            tables: info.map_or(&[], |info| info.tables),
            calls: snapshot.started,
            failed: snapshot.failed,
            cancelled: snapshot.cancelled,
            in_flight: snapshot.in_flight,
            slow: snapshot.slow,
            rows: snapshot.rows,
            total: snapshot.total,
            average: snapshot.average(),
            p50: snapshot.quantile(0.50),
            p95: snapshot.quantile(0.95),
            p99: snapshot.quantile(0.99),
            max: snapshot.max,
            share,
        }
    }
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1e3)
}
