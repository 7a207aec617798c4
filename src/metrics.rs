//! Exports what timers and pools count through the facade [`metrics`], under the names of
//! OpenTelemetry's [conventions for databases](https://opentelemetry.io/docs/specs/semconv/database/).
//! Cargo feature `metrics`.
//!
//! A call costs what it costs without: it goes into the histogram of its
//! [timer](crate::timing::Timer), and an [`Exporter`] gives the recorder what has come since it did
//! so last. Call [`Exporter::publish`] before each scrape, or every few seconds.
//!
//! | metric | kind | attributes |
//! |---|---|---|
//! | `db.client.operation.duration` | histogram, seconds | of queries, below |
//! | `planwright.query.rows`, `planwright.query.slow` | counters | of queries, without those of errors |
//! | `planwright.operation.duration` | histogram, seconds | `planwright.operation.name`, `error.type`: what [`timing::track`] times |
//! | `db.client.connection.count` | gauge | `db.client.connection.pool.name`, `db.client.connection.state`: `idle` or `used` |
//! | `db.client.connection.idle.max`, `.max`, `.pending_requests` | gauges | `db.client.connection.pool.name` |
//! | `db.client.connection.timeouts` | counter | the same |
//! | `db.client.connection.create_time`, `.wait_time`, `.use_time` | histograms, seconds | the same |
//!
//! | attribute of a query | |
//! |---|---|
//! | `db.system.name` | `postgresql` |
//! | `db.query.summary` | its name, `customers::customer_by_phone` |
//! | `db.operation.name` | `SELECT`, `INSERT` … |
//! | `db.collection.name` | its table, where it has one only |
//! | `db.namespace` | what [`Exporter::with_namespace`] says |
//! | `error.type` | of a call that failed: the SQLSTATE, else the [name](crate::ErrorKind::as_str) of the error's kind; `cancelled` where the future was dropped |
//! | `db.response.status_code` | of a call that failed: the SQLSTATE, where it is known |
//!
//! Counts are exact. A value is the middle of its bucket, 0.8 % off at most, so that a call within
//! 0.8 % of a boundary of [`DURATION_BUCKETS`] may be counted on its other side. A
//! [`reset`](crate::timing::reset) changes nothing here.
//!
//! # Examples
//!
//! ```
//! use planwright::metrics::Exporter;
//!
//! // The recorder of your choice is installed first.
//! let mut exporter = Exporter::new().with_namespace("restaurants");
//! exporter.publish();
//! ```

mod names;
mod pools;
mod series;

use std::collections::BTreeMap;

use metrics::{Label, SharedString, counter, histogram};

pub use self::names::{DURATION_BUCKETS, OPERATION_DURATION};
use self::pools::Pools;
use self::series::Growing;
use crate::timing::{self, Outcome, Timer, Totals};

/// Gives the recorder of [`metrics`] what has been counted since it did so last.
///
/// A new one begins with the start of the process. Keep one for each recorder, and install the
/// recorder before the first [`publish`](Self::publish): what is published without one is lost.
#[derive(Debug, Default)]
pub struct Exporter {
    namespace: Option<SharedString>,
    described: bool,
    /// By the timer's address; timers are statics.
    timers: BTreeMap<usize, Published>,
    pools: Pools,
}

/// What of one timer is with the recorder.
#[derive(Debug, Default)]
struct Published {
    endings: Vec<(Vec<Label>, Growing)>,
    rows: u64,
    slow: u64,
}

impl Exporter {
    /// An exporter that has published nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives queries the attribute `db.namespace`: the database's name, or `database|schema`.
    /// Timers do not know which database a call went to, so this is for programs that have one.
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(SharedString::from(namespace.into()));
        self
    }

    /// Gives the recorder what has come since the last time. It takes a few microseconds a query
    /// and pool, and the recorder's time for each call.
    pub fn publish(&mut self) {
        if !self.described {
            names::describe();
            self.described = true;
        }
        for timer in timing::timers() {
            if let Some(totals) = timer.totals() {
                self.timer(timer, totals);
            }
        }
        self.pools.publish();
    }

    fn timer(&mut self, timer: &'static Timer, totals: Totals) {
        let labels = self.labels(timer);
        let address = core::ptr::from_ref(timer).addr();
        let published = self.timers.entry(address).or_default();
        let (name, is_query) = match timer.info() {
            Some(_) => (names::OPERATION_DURATION, true),
            None => (names::TRACKED_DURATION, false),
        };
        for (index, ending) in totals.endings.into_iter().enumerate() {
            // Endings keep their places: a new one comes last.
            if published.endings.len() <= index {
                let mut labels = labels.clone();
                labels.extend(errors(ending.outcome, ending.sqlstate, is_query));
                published.endings.push((labels, Growing::default()));
            }
            let (labels, growing) = &mut published.endings[index];
            growing.record(ending.times, || histogram!(name, labels.clone()));
        }
        if is_query {
            let rows = totals.rows.saturating_sub(published.rows);
            let slow = totals.slow.saturating_sub(published.slow);
            counter!(names::ROWS, labels.clone()).increment(rows);
            counter!(names::SLOW, labels).increment(slow);
            (published.rows, published.slow) = (totals.rows, totals.slow);
        }
    }

    /// What stands with every number of a timer.
    fn labels(&self, timer: &'static Timer) -> Vec<Label> {
        let Some(info) = timer.info() else {
            return vec![Label::from_static_parts(names::TRACKED, timer.name())];
        };
        let mut labels = vec![
            Label::from_static_parts("db.system.name", "postgresql"),
            Label::from_static_parts("db.query.summary", info.name),
        ];
        if !info.operation.is_empty() {
            labels.push(Label::from_static_parts(
                "db.operation.name",
                info.operation,
            ));
        }
        if let Some(table) = info.collection() {
            labels.push(Label::from_static_parts("db.collection.name", table));
        }
        if let Some(namespace) = &self.namespace {
            labels.push(Label::new("db.namespace", namespace.clone()));
        }
        labels
    }
}

/// What stands with calls that did not finish.
fn errors(
    outcome: Outcome,
    sqlstate: Option<crate::error::SqlState>,
    is_query: bool,
) -> impl Iterator<Item = Label> {
    let code = sqlstate.map(|code| code.as_str().to_owned());
    let kind = match (outcome, &code) {
        (Outcome::Finished, _) => None,
        (Outcome::Cancelled, _) => Some("cancelled".to_owned()),
        (Outcome::Failed(_), Some(code)) => Some(code.clone()),
        (Outcome::Failed(kind), None) => Some(kind.as_str().to_owned()),
    };
    let kind = kind.map(|kind| Label::new("error.type", kind));
    let code = code.filter(|_| is_query);
    let code = code.map(|code| Label::new("db.response.status_code", code));
    kind.into_iter().chain(code)
}
