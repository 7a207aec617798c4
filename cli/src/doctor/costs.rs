//! What the queries cost, by name: the counters of `pg_stat_statements`, joined with the catalog.

use std::collections::BTreeMap;

use planwright_maintenance::statements::StatementCostsRow;

use super::catalog::{Catalog, Origin};

/// What all statements of one origin cost together.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    pub(super) origin: Origin,
    /// The statements that count to it: variants of one query, or roles that ran it.
    pub(super) statements: usize,
    pub(super) calls: i64,
    pub(super) total_ms: f64,
    pub(super) rows: i64,
    /// Of the time of all statements, without those of this command.
    pub(super) share: f64,
}

impl Cost {
    /// The time of one call.
    pub(super) fn mean_ms(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "more calls than 2^52 cannot be counted"
        )]
        let calls = self.calls.max(1) as f64;
        self.total_ms / calls
    }
}

/// The costs, the most time first. Statements of this command are left out.
pub(super) fn joined(rows: &[StatementCostsRow], catalog: &Catalog) -> Vec<Cost> {
    let mut costs: BTreeMap<Origin, Cost> = BTreeMap::new();
    for row in rows {
        let origin = catalog.origin(row.statement.as_deref().unwrap_or_default());
        if origin == Origin::Own {
            continue;
        }
        let cost = costs.entry(origin.clone()).or_insert_with(|| Cost {
            origin,
            statements: 0,
            calls: 0,
            total_ms: 0.0,
            rows: 0,
            share: 0.0,
        });
        cost.statements += 1;
        cost.calls += row.calls;
        cost.total_ms += row.total_ms;
        cost.rows += row.rows;
    }
    let mut costs: Vec<Cost> = costs.into_values().collect();
    let all: f64 = costs.iter().map(|cost| cost.total_ms).sum();
    for cost in &mut costs {
        cost.share = if all > 0.0 { cost.total_ms / all } else { 0.0 };
    }
    costs.sort_by(|a, b| {
        b.total_ms
            .total_cmp(&a.total_ms)
            .then_with(|| a.origin.cmp(&b.origin))
    });
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(statement: &str, calls: i64, total_ms: f64) -> StatementCostsRow {
        StatementCostsRow {
            id: None,
            role: None,
            statement: Some(statement.to_owned()),
            calls,
            total_ms,
            mean_ms: 0.0,
            rows: calls,
            blocks_hit: 0,
            blocks_read: 0,
        }
    }

    #[test]
    fn statements_of_one_origin_are_one_line() {
        let own = planwright_maintenance::QUERIES[0].sql;
        let rows = [
            row("BEGIN", 2, 1.0),
            row("COMMIT", 2, 1.0),
            row("TABLE a", 4, 6.0),
            row(own, 9, 99.0),
        ];
        let costs = joined(&rows, &Catalog::of(std::path::Path::new("/nonexistent")));
        assert_eq!(costs.len(), 2);
        assert_eq!(costs[0].origin, Origin::Unknown("TABLE a".to_owned()));
        assert!((costs[0].share - 0.75).abs() < 1e-9 && (costs[0].mean_ms() - 1.5).abs() < 1e-9);
        assert_eq!((costs[1].statements, costs[1].calls), (2, 4));
    }
}
