//! The report as an aligned table.

use core::fmt;
use std::time::Duration;

use super::{QueryReport, Report};

/// Lines of the table; all are in [`Report::queries`].
const SLOWEST: usize = 10;
const HEADER: [&str; 10] = [
    "query", "calls", "avg", "p50", "p95", "p99", "max", "rows", "errors", "share",
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
        if slowest.is_empty() {
            return Ok(());
        }
        let cells: Vec<[String; 10]> = slowest.iter().map(cells).collect();
        let widths = widths(&cells);
        writeln!(f, "\nslowest on average:")?;
        line(f, &HEADER.map(str::to_owned), &widths)?;
        for (query, cells) in slowest.iter().zip(&cells) {
            line(f, cells, &widths)?;
            if !query.preview.is_empty() {
                writeln!(f, "  {}", query.preview)?;
            }
        }
        Ok(())
    }
}

fn cells(query: &QueryReport) -> [String; 10] {
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
        format!("{:.1}%", query.share * 100.0),
    ]
}

fn widths(cells: &[[String; 10]]) -> [usize; 10] {
    let mut widths = HEADER.map(str::len);
    for row in cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

/// The name to the left, numbers to the right.
fn line(f: &mut fmt::Formatter<'_>, cells: &[String; 10], widths: &[usize; 10]) -> fmt::Result {
    write!(f, "{:<width$}", cells[0], width = widths[0])?;
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        write!(f, "  {cell:>width$}")?;
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
