//! Two plans of each query, side by side.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Why they differ, where that was found.
    pub(super) cause: Option<&'static str>,
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
            cause: None,
        });
        Self {
            what: what.to_owned(),
            queries: queries.collect(),
        }
    }

    /// Gives a cause for queries that come out the same without it.
    pub(super) fn explain(
        &mut self,
        cause: &'static str,
        production: &BTreeMap<String, Plan>,
        other: &BTreeMap<String, Plan>,
    ) {
        let without = Self::new(cause, production, other);
        let different = self.queries.iter_mut().filter(|query| !query.same());
        for query in different.filter(|query| query.cause.is_none()) {
            query.cause = without.is_same(&query.query).then_some(cause);
        }
    }

    pub(super) fn count(&self, same: impl Fn(&Compared) -> bool) -> usize {
        self.queries.iter().filter(|query| same(query)).count()
    }

    /// Whether a query comes out the same in all respects.
    pub(super) fn is_same(&self, query: &str) -> bool {
        let mut queries = self.queries.iter();
        queries.any(|one| one.query == query && one.same())
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
        let lines = self.lines_by(described);
        if lines.is_empty() && !self.same() {
            return self.lines_by(|path| format!("{}, {:?}", described(path), path.cost));
        }
        lines
    }

    fn lines_by(&self, described: impl Fn(&AccessPath) -> String) -> Vec<String> {
        let [before, after] = [&self.production, &self.other].map(|plan| {
            let lines = plan.paths.iter().map(&described);
            lines.collect::<Vec<String>>()
        });
        let difference = |sign: char, lines: &[String], others: &[String]| {
            let others: BTreeSet<&String> = others.iter().collect();
            let only = lines.iter().filter(|line| !others.contains(line));
            only.map(|line| format!("{sign} {line}"))
                .collect::<Vec<String>>()
        };
        let mut lines = difference('-', &before, &after);
        lines.extend(difference('+', &after, &before));
        if self.same_paths() && !self.same_order() {
            for (sign, plan) in [('-', &self.production), ('+', &self.other)] {
                let order: Vec<String> = plan.paths.iter().map(AccessPath::reference).collect();
                lines.push(format!("{sign} order: {}", order.join(", ")));
            }
        }
        lines
    }
}

/// A path with its exact numbers.
fn described(path: &AccessPath) -> String {
    let (rows, loops) = (path.rows, path.loops);
    format!("{}, {rows} rows, {loops} times", path.way())
}
