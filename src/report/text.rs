//! The report as an aligned table.

use core::fmt;
use std::time::Duration;

use super::{PoolReport, QueryReport, Report};

/// Lines of the table; all are in [`Report::queries`].
const SLOWEST: usize = 10;
const HEADER: [&str; 11] = [
    "query",
    "calls",
    "avg",
    "p50",
    "p95",
    "p99",
    "max",
    "rows",
    "errors",
    "cancelled",
    "share",
];
const POOLS: [&str; 10] = [
    "pool",
    "checkouts",
    "avg",
    "p50",
    "p95",
    "p99",
    "max",
    "timeouts",
    "in use",
    "limit",
];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} queries monitored, {} calls in {}, {} slow, {} failed, {} cancelled, {} in flight",
            self.monitored,
            self.calls,
            time(self.total),
            self.slow,
            self.failed,
            self.cancelled,
            self.in_flight,
        )?;
        let slowest = &self.queries[..self.queries.len().min(SLOWEST)];
        if !slowest.is_empty() {
            let cells: Vec<_> = slowest.iter().map(cells).collect();
            let widths = widths(HEADER, &cells);
            writeln!(f, "\nslowest on average:")?;
            line(f, &HEADER.map(str::to_owned), &widths)?;
            for (query, cells) in slowest.iter().zip(&cells) {
                line(f, cells, &widths)?;
                if !query.preview.is_empty() {
                    writeln!(f, "  {}", query.preview)?;
                }
            }
        }
        if !self.pools.is_empty() {
            let cells: Vec<_> = self.pools.iter().map(pool_cells).collect();
            let widths = widths(POOLS, &cells);
            writeln!(f, "\nwaits for a connection:")?;
            line(f, &POOLS.map(str::to_owned), &widths)?;
            for cells in &cells {
                line(f, cells, &widths)?;
            }
        }
        Ok(())
    }
}

fn pool_cells(pool: &PoolReport) -> [String; 10] {
    [
        pool.name.clone(),
        pool.checkouts.to_string(),
        time(pool.wait_average),
        time(pool.wait_p50),
        time(pool.wait_p95),
        time(pool.wait_p99),
        time(pool.wait_max),
        pool.timeouts.to_string(),
        pool.checked_out.to_string(),
        pool.limit.to_string(),
    ]
}

fn cells(query: &QueryReport) -> [String; 11] {
    [
        query.name.to_owned(),
        query.calls.to_string(),
        time(query.average),
        time(query.p50),
        time(query.p95),
        time(query.p99),
        time(query.max),
        query.rows.to_string(),
        query.failed.to_string(),
        query.cancelled.to_string(),
        format!("{:.1}%", query.share * 100.0),
    ]
}

fn widths<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    cells: &[[String; COLUMNS]],
) -> [usize; COLUMNS] {
    let mut widths = header.map(str::len);
    for row in cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

/// The name to the left, numbers to the right.
fn line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if column == 0 {
            write!(f, "{cell:<width$}")?;
        } else {
            write!(f, "  {cell:>width$}")?;
        }
    }
    writeln!(f)
}

/// Three significant places: `950ns`, `12.3µs`, `4.56ms`, `1.23s`.
fn time(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    let seconds = duration.as_secs_f64();
    let (value, unit) = match nanoseconds {
        0..1_000 => return format!("{nanoseconds}ns"),
        1_000..1_000_000 => (seconds * 1e6, "µs"),
        1_000_000..1_000_000_000 => (seconds * 1e3, "ms"),
        _ => (seconds, "s"),
    };
    let places = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.places$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_places() {
        assert_eq!(time(Duration::ZERO), "0ns");
        assert_eq!(time(Duration::from_nanos(950)), "950ns");
        assert_eq!(time(Duration::from_nanos(12_345)), "12.3µs");
        assert_eq!(time(Duration::from_micros(4_560)), "4.56ms");
        assert_eq!(time(Duration::from_millis(123_456)), "123s");
    }

    #[test]
    fn columns_are_aligned() {
        let query = |name, calls| QueryReport {
            name,
            preview: String::new(),
            operation: "SELECT",
            tables: &[],
            calls,
            failed: 0,
            cancelled: 0,
            in_flight: 0,
            slow: 0,
            rows: calls,
            total: Duration::from_millis(calls),
            average: Duration::from_millis(1),
            p50: Duration::from_millis(1),
            p95: Duration::from_millis(1),
            p99: Duration::from_millis(1),
            max: Duration::from_millis(1),
            share: 0.5,
        };
        let report = Report {
            monitored: 2,
            calls: 1_001,
            failed: 0,
            cancelled: 0,
            in_flight: 0,
            slow: 0,
            rows: 0,
            total: Duration::from_secs(1),
            queries: vec![query("a::long_name", 1), query("b::short", 1_000)],
            pools: Vec::new(),
        };
        let text = report.to_string();
        let lengths: Vec<_> = text
            .lines()
            .skip(3)
            .map(|line| line.chars().count())
            .collect();
        assert_eq!(lengths, vec![lengths[0]; 3], "{text}");
    }
}
