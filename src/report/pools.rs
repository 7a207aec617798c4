//! What tasks waited for connections.

use std::time::Duration;

use serde::Serialize;

use super::milliseconds;
use crate::pool::telemetry::PoolReading;

/// How one open pool did. Times are milliseconds in JSON; percentiles are within 0.8 %.
///
/// A wait is the time of one [`Pool::get`](crate::pool::Pool::get), also of one that failed or
/// was cancelled. It is in no query's time.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PoolReport {
    /// That of [`PoolConfig::with_name`](crate::pool::PoolConfig::with_name), else
    /// `host:port/database`.
    pub name: String,
    /// Checkouts that ended since the last reset.
    pub checkouts: u64,
    /// All waits together.
    #[serde(rename = "wait_total_ms", serialize_with = "milliseconds")]
    pub wait_total: Duration,
    /// The mean wait.
    #[serde(rename = "wait_average_ms", serialize_with = "milliseconds")]
    pub wait_average: Duration,
    /// Half of the checkouts waited no longer.
    #[serde(rename = "wait_p50_ms", serialize_with = "milliseconds")]
    pub wait_p50: Duration,
    /// 95 % of the checkouts waited no longer.
    #[serde(rename = "wait_p95_ms", serialize_with = "milliseconds")]
    pub wait_p95: Duration,
    /// 99 % of the checkouts waited no longer.
    #[serde(rename = "wait_p99_ms", serialize_with = "milliseconds")]
    pub wait_p99: Duration,
    /// The longest wait.
    #[serde(rename = "wait_max_ms", serialize_with = "milliseconds")]
    pub wait_max: Duration,
    /// What it took to open a connection, on average.
    #[serde(rename = "create_average_ms", serialize_with = "milliseconds")]
    pub create_average: Duration,
    /// How long 95 % of the connections were in use at most, of those that came back.
    #[serde(rename = "use_p95_ms", serialize_with = "milliseconds")]
    pub use_p95: Duration,
    /// Checkouts that waited as long as they may, in vain, since the pool was opened.
    pub timeouts: u64,
    /// Tasks that wait at present.
    pub waiting: u32,
    /// Connections in use at present.
    pub checked_out: u32,
    /// Connections open and not in use.
    pub idle: u32,
    /// The most connections that can be open.
    pub limit: u32,
}

impl PoolReport {
    pub(super) fn new(reading: &PoolReading) -> Self {
        let wait = &reading.wait;
        Self {
            name: reading.name.clone(),
            checkouts: wait.count(),
            wait_total: wait.total(),
            wait_average: wait.average(),
            wait_p50: wait.quantile(0.50),
            wait_p95: wait.quantile(0.95),
            wait_p99: wait.quantile(0.99),
            wait_max: wait.max(),
            create_average: reading.create.average(),
            use_p95: reading.held.quantile(0.95),
            timeouts: reading.timeouts,
            waiting: reading.waiting,
            checked_out: reading.used,
            idle: reading.idle,
            limit: reading.limit,
        }
    }
}
