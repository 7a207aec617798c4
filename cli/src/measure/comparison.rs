//! Two measurements side by side.

use std::fmt::Write as _;

use super::figures::{Conditions, Figure, Measurement};
use super::text::number;

/// Two measurements side by side, with the ratio of each figure. Where the parts of both overlap,
/// the difference may be chance.
pub(crate) fn comparison(before: &Measurement, now: &Measurement) -> String {
    let mut text = String::new();
    for difference in differences(&before.conditions, &now.conditions) {
        let _ = writeln!(text, "note: measured otherwise before: {difference}");
    }
    let _ = writeln!(
        text,
        "  {:<14} {:>10} {:>10} {:>8}",
        "", "before", "now", "ratio"
    );
    let pairs = before.figures.named().into_iter().zip(now.figures.named());
    for ((name, unit, before), (_, _, now)) in pairs {
        let ratio = if before.value > 0.0 {
            format!("{:.2}", now.value / before.value)
        } else {
            "-".to_owned()
        };
        let line = format!(
            "  {name:<14} {:>10} {:>10} {ratio:>8}{unit:<3}{}",
            number(before.value),
            number(now.value),
            verdict(before, now)
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = write!(
        text,
        "  failed         {:>10} {:>10}",
        before.failed, now.failed
    );
    text
}

/// Whether a difference means anything.
fn verdict(before: &Figure, now: &Figure) -> &'static str {
    let (Some(before), Some(now)) = (before.spread(), now.spread()) else {
        return "";
    };
    if before == now {
        ""
    } else if before.0 <= now.1 && now.0 <= before.1 {
        "  within the spread: no difference that means anything"
    } else {
        ""
    }
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
        let says = |now: &[f64]| verdict(&before, &figure(12.0, now));
        assert!(says(&[10.9, 13.0]).contains("within the spread"));
        assert_eq!(says(&[11.1, 13.0]), "");
        assert!(says(&[8.0, 9.0]).contains("within the spread"));
        // Of parts that are not known nothing is said.
        assert_eq!(says(&[]), "");
    }
}
