//! A measurement as readers see it.

use std::fmt::Write as _;

use super::figures::Measurement;

/// A measurement as readers see it.
pub(crate) fn text(of: &Measurement) -> String {
    let mut text = String::new();
    let conditions = &of.conditions;
    let _ = writeln!(
        text,
        "{}: {} calls at once over {} connections, {:.1} s after {:.1} s of warm-up",
        conditions.query,
        conditions.concurrency,
        conditions.pool,
        of.seconds,
        conditions.warm_up_seconds
    );
    if let Some(rows) = &conditions.rows {
        let rows: Vec<String> = rows
            .iter()
            .map(|(table, rows)| format!("{table} {rows}"))
            .collect();
        let _ = writeln!(
            text,
            "on a private database with generated rows: {}",
            rows.join(", ")
        );
    }
    if conditions.rolled_back {
        text.push_str(
            "each call in a transaction that was rolled back; only the statement is timed\n",
        );
    }
    for argument in &conditions.arguments {
        let _ = writeln!(text, "  {argument}");
    }
    let _ = writeln!(
        text,
        "\n{} calls, {} failed, {} rows",
        of.calls, of.failed, of.rows
    );
    for (name, unit, figure) in of.figures.named() {
        let spread = figure
            .spread()
            .map_or_else(String::new, |(least, greatest)| {
                format!("  ({} to {})", number(least), number(greatest))
            });
        let line = format!("  {name:<14} {:>10}{unit}{spread}", number(figure.value));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for (sqlstate, calls) in &of.errors {
        let _ = writeln!(text, "  failed with {sqlstate}: {calls}");
    }
    if !of.plan.is_empty() {
        text.push_str("\nplan of one call:\n");
        for line in &of.plan {
            let _ = writeln!(text, "  {line}");
        }
    }
    text.trim_end().to_owned()
}

/// Three digits that say something.
pub(super) fn number(value: f64) -> String {
    let digits = match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}
