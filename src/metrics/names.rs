//! What metrics are called, and what they are.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// The boundaries of buckets that the conventions want for
/// [`OPERATION_DURATION`], in seconds. A recorder is told:
///
/// ```
/// use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
/// use planwright::metrics::DURATION_BUCKETS;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let all = Matcher::Prefix("db.client.".to_owned());
/// let builder = PrometheusBuilder::new().set_buckets_for_metric(all, &DURATION_BUCKETS)?;
/// # drop(builder);
/// # Ok(())
/// # }
/// ```
pub const DURATION_BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// `db.client.operation.duration`, how long calls of queries took.
pub const OPERATION_DURATION: &str = "db.client.operation.duration";

pub(super) const ROWS: &str = "planwright.query.rows";
pub(super) const SLOW: &str = "planwright.query.slow";
pub(super) const TRACKED_DURATION: &str = "planwright.operation.duration";
/// The attribute that names a tracked operation.
pub(super) const TRACKED: &str = "planwright.operation.name";

/// The attribute that names a pool.
pub(super) const POOL: &str = "db.client.connection.pool.name";
pub(super) const STATE: &str = "db.client.connection.state";
pub(super) const COUNT: &str = "db.client.connection.count";
pub(super) const IDLE_MAX: &str = "db.client.connection.idle.max";
pub(super) const MAX: &str = "db.client.connection.max";
pub(super) const PENDING: &str = "db.client.connection.pending_requests";
pub(super) const TIMEOUTS: &str = "db.client.connection.timeouts";
pub(super) const CREATE_TIME: &str = "db.client.connection.create_time";
pub(super) const WAIT_TIME: &str = "db.client.connection.wait_time";
pub(super) const USE_TIME: &str = "db.client.connection.use_time";

/// Tells the recorder units and descriptions.
pub(super) fn describe() {
    for (name, what) in [
        (
            OPERATION_DURATION,
            "Duration of database client operations.",
        ),
        (TRACKED_DURATION, "Duration of tracked operations."),
        (CREATE_TIME, "The time it took to create a new connection."),
        (
            WAIT_TIME,
            "The time checkouts waited for a connection of the pool.",
        ),
        (
            USE_TIME,
            "The time between borrowing a connection and returning it.",
        ),
    ] {
        describe_histogram!(name, Unit::Seconds, what);
    }
    for (name, what) in [
        (COUNT, "Open connections by state."),
        (IDLE_MAX, "Connections that are kept open while idle."),
        (MAX, "The most connections that can be open."),
        (PENDING, "Tasks that wait for a connection."),
    ] {
        describe_gauge!(name, what);
    }
    for (name, what) in [
        (ROWS, "Rows that queries returned or touched."),
        (SLOW, "Calls that reached their threshold."),
        (
            TIMEOUTS,
            "Checkouts that waited as long as they may, in vain.",
        ),
    ] {
        describe_counter!(name, what);
    }
}
