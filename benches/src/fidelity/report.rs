//! The figures as a table and what differs.

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
        println!("  {} ({theirs} -> {ours})", query.query);
        for line in query.lines() {
            println!("    {line}");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown")]
fn cost(plan: &planwright_codegen::plan::Plan) -> f64 {
    plan.cost.0 as f64 / 100.0
}
