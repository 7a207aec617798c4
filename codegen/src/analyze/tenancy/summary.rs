//! What a query level means for the one that uses its rows.

use std::collections::BTreeSet;

use super::keys::Row;
use super::term::{Fact, Term};
use super::why::Point;

/// A query, seen from outside. Its terms are outputs, columns of queries around it and
/// what is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Summary {
    /// What must still be bound.
    pub(super) needs: Vec<Need>,
    /// What holds of every row.
    pub(super) facts: Vec<Fact>,
    /// The outputs that are null or what the caller gave. Outputs below 0 are columns that
    /// are not returned.
    pub(super) given: BTreeSet<i64>,
    /// The rows of tables that the outputs are columns of.
    pub(super) rows: Vec<Row>,
}

/// A table reference whose rows are all tenants', until one of `keys` is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) point: Point,
    pub(super) keys: BTreeSet<Term>,
}

impl Summary {
    /// The same one level further out, as the rows of `entry`. Its own surroundings are
    /// `up` levels away from the query that uses it.
    pub(super) fn seen_from(&self, entry: i64, up: usize) -> Seen {
        let change = |term: &Term| term.seen_from(entry, up);
        let needs = self.needs.iter().map(|need| Need {
            point: need.point.clone(),
            keys: need.keys.iter().map(change).collect(),
        });
        let rows = self.rows.iter().map(|row| Row {
            table: row.table,
            columns: row.columns.iter().map(|(a, t)| (*a, change(t))).collect(),
        });
        Seen {
            needs: needs.collect(),
            facts: self.facts.iter().map(|fact| fact.map(&change)).collect(),
            given: self.given.iter().map(|o| Term::local(entry, *o)).collect(),
            rows: rows.collect(),
        }
    }

    /// Adds what must be bound, each once.
    pub(super) fn need(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }
}

/// A summary in the terms of the query that uses it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) needs: Vec<Need>,
    pub(super) facts: Vec<Fact>,
    pub(super) given: BTreeSet<Term>,
    pub(super) rows: Vec<Row>,
}
