//! Whether anything bounds the number of rows that a query returns.
//!
//! A row of a result is one combination of rows of what FROM names, so it is enough that
//! each of these gives few rows: because a unique key of it is compared with few values,
//! where a parameter, a constant, an element of a list and a column of another entry with
//! few rows count as such. What is not understood counts as unbounded, unless it reads no
//! table at all.

mod conditions;
mod entries;
mod keys;

pub(super) use keys::{clause as grouping, unique_keys};

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use super::columns::{column, is_null, row_entries, settled};
use super::nulls::param;
use crate::analyze::nullability::{returned, rte};
use crate::analyze::scope::{CMD_DELETE, CMD_SELECT, CMD_UPDATE, ColumnRef, Scope};
use crate::analyze::tree::{Node, Value};
use entries::Entries;

/// Queries nest; deeper than this nothing is known to be bounded.
const MAX_DEPTH: usize = 50;
/// INTERSECT and EXCEPT among PostgreSQL's `SetOperation`s.
const INTERSECT: i64 = 2;
const EXCEPT: i64 = 3;

/// Why something is not bounded, as notes for a reader.
type Verdict = Result<(), Vec<String>>;

/// The numbers of columns that have few values where a query is used.
type Outputs = BTreeSet<i64>;

/// What was found of nested queries: each is judged once for the same columns, however
/// often it is used.
#[derive(Default)]
pub(super) struct Memory(RefCell<BTreeMap<(usize, Many, Outputs), Verdict>>);

/// How many rows are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Many {
    /// At most one for each.
    One,
    /// A number that the caller, the statement or a type sets.
    Few,
}

/// What judges queries.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'r, 'a> {
    reader: &'r Reader<'a>,
    many: Many,
    depth: usize,
}

impl Reader<'_> {
    /// Why nothing bounds the rows that a statement returns.
    pub(super) fn unbounded(&self, root: &Node<'_>) -> Option<Vec<String>> {
        let scope = Scope::new(self.schema, root, None);
        self.bounds(Many::Few).query(&scope, &Outputs::new()).err()
    }

    pub(super) fn bounds(&self, many: Many) -> Bounds<'_, '_> {
        Bounds {
            reader: self,
            many,
            depth: 0,
        }
    }
}

impl Bounds<'_, '_> {
    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    /// Whether a query gives few rows, for each row of the queries around it, where these
    /// of its columns have few values.
    fn query(self, scope: &Scope<'_, '_>, outputs: &Outputs) -> Verdict {
        if self.depth > MAX_DEPTH {
            return Err(vec![
                "the query is nested too deeply to be judged".to_owned(),
            ]);
        }
        if self.has_limit(scope.query) || is_one_row(scope.query) {
            return Ok(());
        }
        if let Some(operation) = scope.query.node("setOperations") {
            return self.arm(operation, scope, outputs);
        }
        let entries = Entries::settle(self, scope, &behind(outputs, scope));
        let wanted = match scope.query.int("commandType") {
            // Each row of the target is changed once, whatever it is joined with.
            Some(CMD_UPDATE | CMD_DELETE) => vec![scope.query.int("resultRelation").unwrap_or(0)],
            Some(CMD_SELECT) if entries.has_few_groups() => return Ok(()),
            _ => row_entries(scope),
        };
        entries.verdict(&wanted)
    }

    /// Whether rows of one level are told apart by these columns.
    pub(super) fn are_unique(self, scope: &Scope<'_, '_>, columns: &BTreeSet<ColumnRef>) -> bool {
        let entries = Entries::settle(self, scope, columns);
        entries.verdict(&row_entries(scope)).is_ok()
    }

    /// A LIMIT, unless it is `LIMIT ALL` or may be.
    fn has_limit(self, query: &Node<'_>) -> bool {
        let Some(limit) = query.node("limitCount") else {
            return false;
        };
        let absent = param(limit).is_some_and(|p| self.reader.inference.param_is_nullable(p));
        match self.many {
            Many::Few => !is_null(limit) && !absent,
            Many::One => crate::analyze::constant(limit) == Some(1),
        }
    }

    fn arm(self, operation: &Node<'_>, scope: &Scope<'_, '_>, outputs: &Outputs) -> Verdict {
        if operation.name == "RANGETBLREF" {
            let entry = operation.int("rtindex").and_then(|i| scope.entry(i));
            return match entry.and_then(|entry| entry.node("subquery")) {
                Some(query) => self.below(query, scope, outputs),
                None => Err(Vec::new()),
            };
        }
        let side = |side| match operation.node(side) {
            Some(side) => self.deeper().arm(side, scope, outputs),
            None => Err(Vec::new()),
        };
        let (left, right) = (side("larg"), side("rarg"));
        match operation.int("op") {
            Some(INTERSECT) => left.or(right),
            Some(EXCEPT) => left,
            // Two arms of one row are two rows.
            _ if self.many == Many::One => Err(Vec::new()),
            _ => left.and(right),
        }
    }

    /// A query nested in a level.
    fn below<'t>(self, query: &'t Node<'t>, scope: &Scope<'t, '_>, outputs: &Outputs) -> Verdict {
        let address = std::ptr::from_ref(query).addr();
        let key = (address, self.many, outputs.clone());
        let memory = &self.reader.memory.0;
        if let Some(verdict) = memory.borrow().get(&key) {
            return verdict.clone();
        }
        let below = Scope::new(self.reader.schema, query, Some(scope));
        let verdict = self.deeper().query(&below, outputs);
        memory.borrow_mut().insert(key, verdict.clone());
        verdict
    }
}

/// The columns of a query's own level that its result takes over unchanged.
fn behind(outputs: &Outputs, scope: &Scope<'_, '_>) -> BTreeSet<ColumnRef> {
    let entries = returned(scope.query);
    let wanted = entries.filter(|entry| entry.int("resno").is_some_and(|n| outputs.contains(&n)));
    let expressions = wanted.filter_map(|entry| entry.node("expr"));
    expressions
        .filter_map(|expression| column(settled(expression, scope)))
        .collect()
}

/// An aggregate without GROUP BY gives one row, when no function makes several of it.
fn is_one_row(query: &Node<'_>) -> bool {
    query.flag("hasAggs")
        && !query.flag("hasTargetSRFs")
        && query.list("groupClause").is_empty()
        && query.list("groupingSets").is_empty()
}

/// Whether a query reads any table.
fn reads_table(query: &Node<'_>) -> bool {
    let mut reads = false;
    let mut visit = |node: &Node<'_>| {
        let relation = node.int("rtekind") == Some(rte::RELATION);
        reads |= node.name == "RANGETBLENTRY" && relation;
    };
    query
        .values()
        .for_each(|value: &Value<'_>| value.walk(&mut visit));
    reads
}
