//! Two plans of each query, side by side.

use std::collections::BTreeMap;

use planwright_codegen::plan::{AccessPath, Plan};

/// What was compared, and how it came out.
pub(super) struct Comparison {
    pub(super) what: String,
    pub(super) queries: Vec<Compared>,
}

/// The plan that production makes of a query, and another one.
pub(super) struct Compared {
    pub(super) query: String,
    pub(super) production: Plan,
    pub(super) other: Plan,
}

impl Comparison {
    /// Compares the plans of the queries that production planned.
    pub(super) fn new(
        what: &str,
        production: &BTreeMap<String, Plan>,
        other: &BTreeMap<String, Plan>,
    ) -> Self {
        let queries = production.iter().map(|(query, plan)| Compared {
            query: query.clone(),
            production: plan.clone(),
            other: other.get(query).cloned().unwrap_or_default(),
        });
        Self {
            what: what.to_owned(),
            queries: queries.collect(),
        }
    }

    pub(super) fn count(&self, same: impl Fn(&Compared) -> bool) -> usize {
        self.queries.iter().filter(|query| same(query)).count()
    }
}

impl Compared {
    /// Whether each table is reached in the same way.
    pub(super) fn same_paths(&self) -> bool {
        let sorted = |plan: &Plan| {
            let mut ways = plan.ways();
            ways.sort();
            ways
        };
        sorted(&self.production) == sorted(&self.other)
    }

    /// Whether they are reached in the same order, too.
    pub(super) fn same_order(&self) -> bool {
        self.production.ways() == self.other.ways()
    }

    /// Whether the whole costs the same.
    pub(super) fn same_cost(&self) -> bool {
        self.production.cost == self.other.cost
    }

    pub(super) fn same(&self) -> bool {
        self.same_order() && self.same_cost()
    }

    /// The lines in which the plans differ, production's with a minus.
    pub(super) fn lines(&self) -> Vec<String> {
        let [before, after] = [&self.production, &self.other].map(|plan| {
            let mut lines: Vec<String> = plan.paths.iter().map(described).collect();
            let order: Vec<String> = plan.paths.iter().map(AccessPath::reference).collect();
            lines.push(format!("order: {}", order.join(", ")));
            lines
        });
        let only = |sign: char, lines: &[String], others: &[String]| {
            let only = lines.iter().filter(|line| !others.contains(line));
            only.map(|line| format!("{sign} {line}"))
                .collect::<Vec<String>>()
        };
        [only('-', &before, &after), only('+', &after, &before)].concat()
    }
}

/// A path with its exact numbers.
fn described(path: &AccessPath) -> String {
    let (rows, loops) = (path.rows, path.loops);
    format!("{}, {rows} rows, {loops} times", path.way())
}
