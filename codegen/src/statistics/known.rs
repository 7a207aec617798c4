//! What is known of each relation's size: declared in planwright.toml, taken from a
//! database, or neither.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::relations::Relation;
use super::sizes::{DEFAULT_ROWS, RowCount, TableSize};
use super::snapshot::{self, Fraction, Snapshot};

/// Foreign keys are followed this far.
const MAX_HOPS: usize = 16;

/// What is known of sizes, and the relations it is known of.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) relations: &'a [Relation],
    pub(crate) declared: &'a BTreeMap<String, TableSize>,
    pub(crate) snapshot: Option<&'a Snapshot>,
    /// By how much every table has grown since.
    pub(crate) growth: f64,
}

/// How many rows a relation has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rows {
    /// So many.
    Number(f64),
    /// The database was asked before it was analysed: the planner goes by the pages.
    NotAnalysed,
}

impl<'a> Known<'a> {
    /// The rows of a relation: as declared; else as in the snapshot; a partitioned table
    /// has what its partitions have; else a number is assumed.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn rows(&self, relation: &Relation) -> Rows {
        if let Some(rows) = self.known_rows(relation) {
            return rows;
        }
        let partitions = self.partitions(relation).map(|part| self.number(part));
        let rows = partitions.reduce(|all, part| all + part);
        Rows::Number(rows.unwrap_or(DEFAULT_ROWS as f64 * self.growth))
    }

    /// The rows as a number, however they are known.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn number(&self, relation: &Relation) -> f64 {
        match self.rows(relation) {
            Rows::Number(rows) => rows,
            // Some hundred rows fit a page.
            Rows::NotAnalysed => self
                .table(relation)
                .map_or(0.0, |table| table.pages.0 as f64 * 100.0),
        }
    }

    /// Whether nothing is known of the relation's size, nor of a part of it.
    pub(super) fn is_assumed(&self, relation: &Relation) -> bool {
        let known = |part: &Relation| !self.is_assumed(part);
        self.known_rows(relation).is_none() && !self.partitions(relation).any(known)
    }

    /// By how much a table has grown since the snapshot.
    pub(super) fn factor(&self, relation: &Relation) -> f64 {
        match (self.snapshot_rows(relation), self.rows(relation)) {
            (Some(then), Rows::Number(now)) if then > 0.0 => now / then,
            _ => 1.0,
        }
    }

    /// What the snapshot says of a table.
    pub(super) fn table(&self, relation: &Relation) -> Option<&'a snapshot::Table> {
        self.snapshot?.tables.get(&relation.name)
    }

    /// A partition without a size of its own has its share of its parent's.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn known_rows(&self, relation: &Relation) -> Option<Rows> {
        if let Some(size) = self.declared.get(&relation.name) {
            return Some(Rows::Number(size.rows.0 as f64 * self.growth));
        }
        let parent = self.parent(relation);
        let whole = parent.and_then(|parent| self.known_rows(parent));
        match (self.table(relation), whole) {
            (Some(_), Some(Rows::Number(whole))) => {
                let parts = parent.map(|parent| self.partitions(parent));
                let then: f64 = parts?.filter_map(|part| self.snapshot_rows(part)).sum();
                let own = self.snapshot_rows(relation).unwrap_or(0.0);
                Some(Rows::Number(if then > 0.0 {
                    own * whole / then
                } else {
                    own
                }))
            }
            (Some(_), _) if !relation.partitioned => Some(match self.snapshot_rows(relation) {
                Some(rows) => Rows::Number(rows * self.growth),
                None => Rows::NotAnalysed,
            }),
            (None, Some(Rows::Number(whole))) => {
                let parts = parent.map_or(1, |parent| self.partitions(parent).count());
                Some(Rows::Number(whole / parts.max(1) as f64))
            }
            _ => None,
        }
    }

    fn snapshot_rows(&self, relation: &Relation) -> Option<f64> {
        self.table(relation)?.rows.map(|rows| rows.0)
    }

    fn parent(&self, relation: &Relation) -> Option<&'a Relation> {
        self.relation(relation.parent?)
    }

    fn partitions(&self, relation: &Relation) -> impl Iterator<Item = &'a Relation> + use<'a> {
        let oid = relation.oid;
        let all = self.relations.iter();
        all.filter(move |part| part.parent == Some(oid))
    }

    fn relation(&self, oid: u32) -> Option<&'a Relation> {
        self.relations.iter().find(|relation| relation.oid == oid)
    }

    /// The declared share of nulls in a column; a partition has its parent's.
    pub(super) fn null_fraction(&self, relation: &Relation, column: &str) -> Option<Fraction> {
        let size = self.declared.get(&relation.name);
        size.and_then(|size| size.null_fraction.get(column).copied())
            .or_else(|| self.null_fraction(self.parent(relation)?, column))
    }

    /// The declared distinct values of a column; a partition has its parent's.
    fn declared_distinct(&self, relation: &Relation, column: &str) -> Option<RowCount> {
        let size = self.declared.get(&relation.name);
        size.and_then(|size| size.distinct.get(column).copied())
            .or_else(|| self.declared_distinct(self.parent(relation)?, column))
    }

    /// The distinct values of a column in the planner's form: a count, or negative, the
    /// share of the rows. As declared; else as in the snapshot, grown with what the column
    /// refers to; else what keys and types say.
    pub(super) fn distinct(
        &self,
        relation: &Relation,
        attribute: i16,
        then: Option<f32>,
    ) -> Option<f64> {
        let column = relation.columns.get(&attribute)?;
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        if let Some(count) = self.declared_distinct(relation, &column.name) {
            return Some((count.0 as f64).min(self.number(relation)));
        }
        match then.map(f64::from) {
            // A share grows by itself, and of nothing known nothing follows.
            Some(then) if then <= 0.0 => Some(then),
            Some(_) if column.unique => Some(-1.0),
            Some(then) => {
                let target = column.refers_to.and_then(|(oid, _)| self.relation(oid));
                let grown = then * target.map_or(1.0, |target| self.factor(target));
                Some(grown.min(self.number(relation)))
            }
            None => self.distinct_of_keys(relation, attribute, MAX_HOPS),
        }
    }

    /// As many as the table has rows, when the column is unique; as many as what it refers
    /// to has, where that size is known; as many as its enum has labels.
    fn distinct_of_keys(&self, relation: &Relation, attribute: i16, hops: usize) -> Option<f64> {
        let column = relation.columns.get(&attribute)?;
        let rows = self.number(relation);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        if let Some(count) = self.declared_distinct(relation, &column.name) {
            return Some((count.0 as f64).min(rows));
        }
        if column.unique {
            return Some(rows);
        }
        if let (Some((target, attribute)), Some(hops)) = (column.refers_to, hops.checked_sub(1)) {
            let target = self.relation(target)?;
            // Of two assumed sizes nothing follows.
            self.known_rows(target)?;
            let count = self.distinct_of_keys(target, attribute, hops)?;
            return Some(count.min(rows));
        }
        (column.labels > 0).then(|| f64::from(column.labels).min(rows))
    }
}

/// How many rows tables count as, by the name a reader calls them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TableRows(BTreeMap<String, (u64, bool)>);

impl TableRows {
    /// What is known of every relation.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates"
    )]
    pub(crate) fn new(known: &Known<'_>) -> Self {
        let rows = known.relations.iter().map(|relation| {
            let rows = known.number(relation).round() as u64;
            (relation.name.clone(), (rows, known.is_assumed(relation)))
        });
        Self(rows.collect())
    }

    /// The rows of a table; of one that is not known, none.
    pub(crate) fn of(&self, table: &str) -> u64 {
        self.0.get(table).map_or(0, |(rows, _)| *rows)
    }

    /// Whether the number is assumed.
    pub(crate) fn is_assumed(&self, table: &str) -> bool {
        self.0.get(table).is_none_or(|(_, assumed)| *assumed)
    }

    /// `at 200000 rows`, `at an assumed 100000 rows`.
    pub(crate) fn describe(&self, table: &str) -> String {
        let assumed = if self.is_assumed(table) {
            "an assumed "
        } else {
            ""
        };
        format!("at {assumed}{} rows", self.of(table))
    }
}
