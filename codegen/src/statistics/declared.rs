//! What the declared sizes say of each relation: its rows, and its columns' distinct values.

use std::collections::BTreeMap;

use super::relations::Relation;
use super::sizes::{DEFAULT_ROWS, RowCount, TableSize};

/// Foreign keys are followed this far.
const MAX_HOPS: usize = 16;

/// The declared sizes, and the relations they are declared of.
pub(super) struct Sizes<'a> {
    pub(super) declared: &'a BTreeMap<String, TableSize>,
    pub(super) relations: &'a [Relation],
}

impl Sizes<'_> {
    /// The rows of a relation: as declared; a partitioned table has what its partitions have.
    pub(super) fn rows(&self, relation: &Relation) -> u64 {
        if let Some(rows) = self.known_rows(relation) {
            return rows;
        }
        let partitions = self.partitions(relation).map(|part| self.rows(part));
        partitions
            .reduce(u64::saturating_add)
            .unwrap_or(DEFAULT_ROWS)
    }

    /// Whether neither the relation's size nor that of a part of it is declared.
    pub(super) fn is_assumed(&self, relation: &Relation) -> bool {
        let known = |part: &Relation| !self.is_assumed(part);
        self.known_rows(relation).is_none() && !self.partitions(relation).any(known)
    }

    /// The declared rows; a partition of which none are declared has its share of its parent's.
    fn known_rows(&self, relation: &Relation) -> Option<u64> {
        if let Some(size) = self.declared.get(&relation.name) {
            return Some(size.rows.0);
        }
        let parent = self.parent(relation)?;
        let partitions = self.partitions(parent).count() as u64;
        Some(self.known_rows(parent)?.div_ceil(partitions.max(1)))
    }

    fn parent(&self, relation: &Relation) -> Option<&Relation> {
        self.relation(relation.parent?)
    }

    fn partitions(&self, relation: &Relation) -> impl Iterator<Item = &Relation> {
        let oid = relation.oid;
        self.relations
            .iter()
            .filter(move |part| part.parent == Some(oid))
    }

    fn relation(&self, oid: u32) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.oid == oid)
    }

    /// The declared distinct values of a column; a partition has its parent's.
    fn declared_distinct(&self, relation: &Relation, column: &str) -> Option<RowCount> {
        let size = self.declared.get(&relation.name);
        size.and_then(|size| size.distinct.get(column).copied())
            .or_else(|| self.declared_distinct(self.parent(relation)?, column))
    }

    /// The distinct values of a column: as declared; as many as the table has rows, when
    /// it is unique; as many as what it refers to has, where that is declared; as many as its enum has labels.
    pub(super) fn distinct(&self, relation: &Relation, attribute: i16) -> Option<u64> {
        self.distinct_within(relation, attribute, MAX_HOPS)
    }

    fn distinct_within(&self, relation: &Relation, attribute: i16, hops: usize) -> Option<u64> {
        let column = relation.columns.get(&attribute)?;
        let rows = self.rows(relation);
        if let Some(count) = self.declared_distinct(relation, &column.name) {
            return Some(count.0.min(rows));
        }
        if column.unique {
            return Some(rows);
        }
        if let (Some((target, attribute)), Some(hops)) = (column.refers_to, hops.checked_sub(1)) {
            let target = self.relation(target)?;
            // Of two assumed sizes nothing follows.
            self.known_rows(target)?;
            return self
                .distinct_within(target, attribute, hops)
                .map(|count| count.min(rows));
        }
        (column.labels > 0).then(|| u64::from(column.labels).min(rows))
    }
}
