//! The figures as a table and as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::comparison::{Compared, Comparison};

/// Prints a line for each comparison.
pub(super) fn table(comparisons: &[Comparison]) {
    println!(
        "{:<44} {:>7} {:>12} {:>10} {:>6}",
        "compared with production's plans", "queries", "access paths", "join order", "costs"
    );
    for comparison in comparisons {
        println!(
            "{:<44} {:>7} {:>12} {:>10} {:>6}",
            comparison.what,
            comparison.queries.len(),
            comparison.count(Compared::same_paths),
            comparison.count(Compared::same_order),
            comparison.count(Compared::same_cost),
        );
    }
}

/// Prints every difference of a comparison.
pub(super) fn differences(comparison: &Comparison) {
    let different = comparison.queries.iter().filter(|query| !query.same());
    for (number, query) in different.enumerate() {
        if number == 0 {
            println!("\n{}: - production, + snapshot", comparison.what);
        }
        let [theirs, ours] = [&query.production, &query.other].map(cost);
        let cause = query.cause.unwrap_or("cause not found");
        println!("  {} ({theirs} -> {ours}): {cause}", query.query);
        for line in query.lines() {
            println!("    {line}");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown")]
fn cost(plan: &planwright_codegen::plan::Plan) -> f64 {
    plan.cost.0 as f64 / 100.0
}

/// Writes everything as JSON.
pub(super) fn write(
    path: &Path,
    server: &str,
    rows: f64,
    bytes: i64,
    comparisons: &[Comparison],
) -> std::io::Result<()> {
    let comparisons: Vec<Value> = comparisons.iter().map(comparison).collect();
    let report = json!({
        "server": server,
        "rows": rows,
        "bytes": bytes,
        "comparisons": comparisons,
    });
    std::fs::write(path, format!("{report:#}\n"))
}

fn comparison(comparison: &Comparison) -> Value {
    let different = comparison.queries.iter().filter(|query| !query.same());
    let different = different.map(|query| {
        json!({
            "query": query.query,
            "same_access_paths": query.same_paths(),
            "same_order": query.same_order(),
            "cost_in_production": cost(&query.production),
            "cost": cost(&query.other),
            "cause": query.cause,
            "lines": query.lines(),
        })
    });
    json!({
        "what": comparison.what,
        "queries": comparison.queries.len(),
        "same_access_paths": comparison.count(Compared::same_paths),
        "same_order": comparison.count(Compared::same_order),
        "same_cost": comparison.count(Compared::same_cost),
        "different": different.collect::<Vec<Value>>(),
    })
}
