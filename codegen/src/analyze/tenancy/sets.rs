//! UNION, INTERSECT, EXCEPT, and WITH queries, recursive ones among them.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::classes::Classes;
use super::exports::LIMIT;
use super::frame::Frame;
use super::keys::Row;
use super::summary::{Need, Summary};
use super::term::{Fact, Term};
use super::why::{Clause, Why};
use crate::analyze::tree::Node;

/// PostgreSQL's `SetOperation`.
const UNION: i64 = 1;
const INTERSECT: i64 = 2;

/// How often the assumption about a recursive query is revised before nothing is assumed.
const ROUNDS: usize = 10;

impl Tenancy<'_> {
    /// A query whose arms are joined by UNION, INTERSECT or EXCEPT.
    pub(super) fn united(&self, frame: &mut Frame<'_, '_>, operation: &Node<'_>) -> Summary {
        let query = frame.query;
        let mut summary = self.set_operation(operation, frame);
        if query.node("limitCount").is_some() || query.node("limitOffset").is_some() {
            summary = summary.without_outputs(&Why::Mixed(LIMIT));
        }
        // Sub-queries of its LIMIT and ORDER BY.
        let level = self.level(frame);
        let open = self.open(frame, &level);
        let needs = self.settle(frame, &level, open, &[]);
        summary.with_needs(needs)
    }

    /// The rows of a set operation. A condition on a column of the result is one on that
    /// column of each arm: rows are compared whole.
    pub(super) fn set_operation(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Summary {
        if node.name == "RANGETBLREF" {
            let entry = node.int("rtindex").and_then(|number| frame.entry(number));
            let query = entry.and_then(|entry| entry.node("subquery"));
            let summary = query.map(|query| self.query(query, Some(frame), frame.written));
            return summary.map(|summary| summary.as_arm()).unwrap_or_default();
        }
        let arm = |side| {
            let side = node.node(side);
            side.map(|side| self.set_operation(side, frame))
                .unwrap_or_default()
        };
        let (left, right) = (arm("larg"), arm("rarg"));
        match node.int("op") {
            Some(UNION) => self.union(left, right),
            Some(INTERSECT) => {
                let mut both = left;
                both.facts.extend(pairs(&right));
                both.given
                    .extend(right.given.iter().filter(|output| **output > 0));
                both.with_needs(right.needs)
            }
            _ => left.with_needs(right.needs),
        }
    }

    /// Rows of one or the other: what holds of both.
    fn union(&self, left: Summary, right: Summary) -> Summary {
        let mut summary = Summary {
            facts: pairs(&left).intersection(&pairs(&right)).cloned().collect(),
            given: returned(&left.given(), &right.given()),
            ..Summary::default()
        };
        let mut hidden = 0;
        for one in &left.rows {
            for other in right.rows.iter().filter(|other| other.table == one.table) {
                let tenants = self.tenant_of(one).zip(self.tenant_of(other));
                let shared = one.columns.iter();
                let shared = shared.filter(|(a, t)| {
                    other.columns.get(a) == Some(t) && matches!(t, Term::Output(o) if *o > 0)
                });
                let mut columns: BTreeMap<i64, Term> = shared
                    .map(|(attribute, term)| (*attribute, term.clone()))
                    .collect();
                let tenant = self.tables.tenant_column(one.table);
                let (Some((here, there)), Some(tenant), false) =
                    (tenants, tenant, columns.is_empty())
                else {
                    continue;
                };
                let given = left.gives(here) && right.gives(there);
                if !columns.contains_key(&tenant) && given {
                    hidden -= 1;
                    columns.insert(tenant, Term::Output(hidden));
                    summary.given.insert(hidden);
                }
                summary.rows.push(Row {
                    table: one.table,
                    columns,
                });
            }
        }
        summary.with_needs(left.needs).with_needs(right.needs)
    }

    /// Reads the WITH queries of a level. Returns what those need that change rows: these
    /// run once, whatever their result is used for.
    pub(super) fn ctes(&self, frame: &mut Frame<'_, '_>) -> Vec<Need> {
        let mut needs = Vec::new();
        let query = frame.query;
        for cte in query.nodes("cteList") {
            let (Some(name), Some(inner)) = (cte.word("ctename"), cte.node("ctequery")) else {
                continue;
            };
            let mut summary = if cte.flag("cterecursive") {
                self.recursive(frame, name, inner)
            } else {
                self.query(inner, Some(frame), frame.written)
            };
            if inner.int("commandType") != Some(crate::analyze::scope::CMD_SELECT) {
                needs.append(&mut summary.needs);
            }
            frame.ctes.insert(name, summary);
        }
        needs
    }

    /// A recursive query: what holds of the rows it starts with, and of those it makes of
    /// rows for which that holds, holds of all.
    fn recursive<'t>(
        &self,
        frame: &mut Frame<'t, '_>,
        name: &'t str,
        query: &'t Node<'t>,
    ) -> Summary {
        let Some(union) = query.node("setOperations") else {
            return self.query(query, Some(frame), frame.written);
        };
        let arm = |frame: &Frame<'t, '_>, side| {
            let mut inner = Frame::new(query, Some(frame), frame.written);
            self.ctes(&mut inner);
            let node = union.node(side);
            let summary = node.map(|node| self.set_operation(node, &inner));
            summary.unwrap_or_default().without_outputs(&Why::Recursive)
        };
        let first = arm(frame, "larg");
        let mut assumed = first.assumption();
        let step = |frame: &mut Frame<'t, '_>, assumed: &Summary| {
            frame.ctes.insert(name, assumed.clone());
            self.union(first.clone(), arm(frame, "rarg"))
        };
        for _ in 0..ROUNDS {
            let found = step(frame, &assumed);
            if found.assumption() == assumed {
                return found;
            }
            assumed = found.assumption();
        }
        step(frame, &Summary::default())
    }
}

impl Summary {
    /// Adds what another part of the same query needs.
    fn with_needs(mut self, needs: Vec<Need>) -> Self {
        for need in needs {
            self.need(need);
        }
        self
    }

    /// An arm of a set operation, in the terms of the query that it is an arm of. Only what
    /// the arm returns is common to all arms.
    fn as_arm(&self) -> Self {
        let out = |term: &Term| match term {
            Term::Column {
                level,
                entry,
                column,
            } => Term::Column {
                level: level.saturating_sub(1),
                entry: *entry,
                column: *column,
            },
            other => other.clone(),
        };
        let needs = self.needs.iter().map(|need| Need {
            point: need.point.clone(),
            keys: need
                .keys
                .iter()
                .filter(|key| !matches!(key, Term::Output(output) if *output < 0))
                .map(out)
                .collect(),
        });
        Self {
            needs: needs.collect(),
            facts: self.facts.iter().map(|fact| fact.map(&out)).collect(),
            ..self.clone()
        }
    }

    /// No condition on an output is as good as one inside.
    pub(super) fn without_outputs(mut self, why: &Why) -> Self {
        for need in &mut self.needs {
            let before = need.keys.len();
            need.keys.retain(|key| !matches!(key, Term::Output(_)));
            if need.keys.is_empty() && before > 0 && need.point.clause != Clause::Nowhere {
                need.point.why = why.clone();
            }
        }
        self
    }

    /// What is assumed of the rows of a recursive query: nothing that must be bound, and
    /// nothing that is called differently each time it is found.
    fn assumption(&self) -> Self {
        Self {
            needs: Vec::new(),
            ..self.clone()
        }
    }

    fn gives(&self, term: &Term) -> bool {
        matches!(term, Term::Output(output) if self.given().contains(output))
    }

    /// The outputs that are null or given, by themselves or by being equal to such.
    fn given(&self) -> BTreeSet<i64> {
        let classes = Classes::of(&self.facts);
        let mut given = self.given.clone();
        for class in classes.all() {
            let is_given = |term: &&Term| match term {
                Term::Output(output) => self.given.contains(output),
                other => other.is_given(),
            };
            if class.iter().any(is_given) {
                given.extend(class.iter().filter_map(|term| match term {
                    Term::Output(output) => Some(*output),
                    _ => None,
                }));
            }
        }
        given
    }
}

/// The outputs of both, without those that are not returned.
fn returned(left: &BTreeSet<i64>, right: &BTreeSet<i64>) -> BTreeSet<i64> {
    let both = left.intersection(right).copied();
    both.filter(|output| *output > 0).collect()
}

/// Every pair of equal terms that two arms can have in common.
fn pairs(summary: &Summary) -> BTreeSet<Fact> {
    let classes = Classes::of(&summary.facts);
    let mut pairs = BTreeSet::new();
    for class in classes.all() {
        let common = |term: &&&Term| match term {
            Term::Output(output) => *output > 0,
            Term::Given(_) => false,
            _ => true,
        };
        let terms: Vec<&&Term> = class.iter().filter(common).collect();
        let present = class
            .iter()
            .next()
            .is_some_and(|term| classes.is_present(term));
        for (index, left) in terms.iter().enumerate() {
            for right in &terms[index + 1..] {
                let (left, right) = ((**left).clone(), (**right).clone());
                pairs.insert(Fact::Same(left.clone(), right.clone()));
                if present {
                    pairs.insert(Fact::Equal(left, right));
                }
            }
        }
    }
    pairs
}
