//! Two measurements side by side.

use std::fmt;

use serde::Serialize;

use super::figures::{Conditions, Figure, Measurement};
use super::text::number;

/// Two measurements, figure by figure.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// What was not the same in both.
    differences: Vec<String>,
    figures: Vec<Compared>,
    /// The calls that failed.
    failed_before: u64,
    failed_now: u64,
}

/// A figure before and now.
#[derive(Debug, Serialize)]
struct Compared {
    name: &'static str,
    unit: &'static str,
    before: f64,
    now: f64,
    /// Of a figure that was 0 there is none.
    ratio: Option<f64>,
    /// Whether the parts of both overlap: the difference may be chance.
    within_spread: bool,
}

/// Compares two measurements.
pub(crate) fn compare(before: &Measurement, now: &Measurement) -> Comparison {
    let pairs = before.figures.named().into_iter().zip(now.figures.named());
    let figures = pairs.map(|((name, unit, before), (_, _, now))| Compared {
        name,
        unit: unit.trim(),
        before: before.value,
        now: now.value,
        ratio: (before.value > 0.0).then(|| now.value / before.value),
        within_spread: within_spread(before, now),
    });
    Comparison {
        differences: differences(&before.conditions, &now.conditions),
        figures: figures.collect(),
        failed_before: before.failed,
        failed_now: now.failed,
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "note: measured otherwise before: {difference}")?;
        }
        writeln!(
            f,
            "  {:<14} {:>10} {:>10} {:>8}",
            "", "before", "now", "ratio"
        )?;
        for figure in &self.figures {
            let ratio = match figure.ratio {
                Some(ratio) => format!("{ratio:.2}"),
                None => "-".to_owned(),
            };
            let verdict = if figure.within_spread {
                "  within the spread: no difference that means anything"
            } else {
                ""
            };
            let line = format!(
                "  {:<14} {:>10} {:>10} {ratio:>8} {:<2}{verdict}",
                figure.name,
                number(figure.before),
                number(figure.now),
                figure.unit,
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        write!(
            f,
            "  failed         {:>10} {:>10}",
            self.failed_before, self.failed_now
        )
    }
}

/// Whether the parts of both overlap, of two figures that differ.
fn within_spread(before: &Figure, now: &Figure) -> bool {
    let (Some(before), Some(now)) = (before.spread(), now.spread()) else {
        return false;
    };
    before != now && before.0 <= now.1 && now.0 <= before.1
}

/// What was not the same in both.
fn differences(before: &Conditions, now: &Conditions) -> Vec<String> {
    let mut differences = Vec::new();
    if before.query != now.query {
        differences.push(format!("the query was {}", before.query));
    }
    for (what, before, now) in [
        ("calls at once", before.concurrency, now.concurrency),
        ("connections", before.pool, now.pool),
    ] {
        if before != now {
            differences.push(format!("{before} {what} instead of {now}"));
        }
    }
    if before.rows != now.rows {
        differences.push("other rows in the database".to_owned());
    }
    if before.rolled_back != now.rolled_back {
        differences.push("with other transactions".to_owned());
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, windows: &[f64]) -> Figure {
        Figure {
            value,
            windows: windows.to_vec(),
        }
    }

    #[test]
    fn a_difference_within_the_spread_means_nothing() {
        let before = figure(10.0, &[9.0, 11.0]);
        let within = |now: &[f64]| within_spread(&before, &figure(12.0, now));
        assert!(within(&[10.9, 13.0]));
        assert!(!within(&[11.1, 13.0]));
        assert!(within(&[8.0, 9.0]));
        // Of parts that are not known nothing is said.
        assert!(!within(&[]));
    }
}
