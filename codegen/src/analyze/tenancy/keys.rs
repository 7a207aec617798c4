//! What foreign keys say of whose a row is.
//!
//! A foreign key that holds the tenant column proves it: both rows have the same tenant.
//! One that does not is taken at its word, in both directions: what refers to a tenant's
//! row, and what that row refers to, belongs to the same tenant.

use std::collections::BTreeMap;

use super::classes::Classes;
use super::tables::Tables;
use super::term::{Fact, Term};
use crate::schema::{ForeignKey, Schema};

/// A row of a table, as far as its columns can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The table; of a partition, the partitioned one.
    pub(super) table: u32,
    /// What its columns are called here, by the attribute numbers of `table`.
    pub(super) columns: BTreeMap<i64, Term>,
}

/// A foreign key between two tables that both have the tenant column.
#[derive(Debug)]
struct Key {
    child: u32,
    parent: u32,
    /// The columns of child and parent, without the tenant's.
    pairs: Vec<(i64, i64)>,
    child_tenant: i64,
    parent_tenant: i64,
    /// Whether the tenant column is a part of the key.
    holds_tenant: bool,
    child_not_null: bool,
    parent_not_null: bool,
}

/// The foreign keys along which a tenant is known.
#[derive(Debug, Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

impl Keys {
    pub(super) fn of(schema: &Schema, tables: &Tables) -> Self {
        let keys = schema.foreign_keys.iter();
        Self {
            keys: keys.filter_map(|key| read(schema, tables, key)).collect(),
        }
    }

    /// The tenant columns that are equal because their rows are joined along a key.
    pub(super) fn links(&self, classes: &Classes, rows: &[Row]) -> Vec<(Term, Term)> {
        let mut links = Vec::new();
        for key in &self.keys {
            for (number, child) in of_table(rows, key.child) {
                for (other, parent) in of_table(rows, key.parent) {
                    if number != other {
                        links.extend(key.link(classes, child, parent));
                    }
                }
            }
        }
        links
    }

    /// The classes that follow from facts and from the foreign keys that rows are joined
    /// along.
    pub(super) fn classes<'f>(
        &self,
        facts: impl IntoIterator<Item = &'f Fact>,
        rows: &[Row],
    ) -> Classes {
        let mut classes = Classes::of(facts);
        for (left, right) in self.links(&classes, rows) {
            classes.join(&left, &right, false);
        }
        classes
    }
}

fn of_table(rows: &[Row], table: u32) -> impl Iterator<Item = (usize, &Row)> {
    let numbered = rows.iter().enumerate();
    numbered.filter(move |(_, row)| row.table == table)
}

impl Key {
    fn link(&self, classes: &Classes, child: &Row, parent: &Row) -> Option<(Term, Term)> {
        let joined = self.pairs.iter().all(|(from, to)| {
            let (from, to) = (child.columns.get(from), parent.columns.get(to));
            from.zip(to)
                .is_some_and(|(from, to)| classes.same(from, to))
        });
        let (child, parent) = (
            child.columns.get(&self.child_tenant)?,
            parent.columns.get(&self.parent_tenant)?,
        );
        // A composite key says nothing of a row that leaves one of its columns null, and
        // a parent without a tenant may be shared by several.
        let told = if self.holds_tenant {
            self.child_not_null || classes.is_present(child)
        } else {
            self.parent_not_null || classes.is_present(parent)
        };
        (joined && told).then(|| (child.clone(), parent.clone()))
    }
}

fn read(schema: &Schema, tables: &Tables, key: &ForeignKey) -> Option<Key> {
    let child_tenant = tables.tenant_column(key.table)?;
    let parent_tenant = tables.tenant_column(key.target)?;
    let pairs = key.columns.iter().copied().zip(key.target_columns.clone());
    let (tenant, pairs): (Vec<_>, Vec<_>) =
        pairs.partition(|pair| *pair == (child_tenant, parent_tenant));
    let mixed = pairs
        .iter()
        .any(|(from, to)| *from == child_tenant || *to == parent_tenant);
    if !key.validated || mixed || pairs.is_empty() {
        return None;
    }
    // Without the tenant, the other columns must still say which row is meant.
    let holds_tenant = !tenant.is_empty();
    let to: Vec<i64> = pairs.iter().map(|(_, to)| *to).collect();
    if holds_tenant && !is_unique(schema, key.target, &to) {
        return None;
    }
    let not_null = |table: u32, column: i64| {
        let table = schema.tables.get(&table);
        table.is_some_and(|t| t.columns.get(&column).is_some_and(|c| c.not_null))
    };
    Some(Key {
        child: key.table,
        parent: key.target,
        child_not_null: not_null(key.table, child_tenant),
        parent_not_null: not_null(key.target, parent_tenant),
        pairs,
        child_tenant,
        parent_tenant,
        holds_tenant,
    })
}

/// Whether no two rows of a table agree in all of these columns.
fn is_unique(schema: &Schema, table: u32, columns: &[i64]) -> bool {
    let mut indexes = schema.indexes.iter();
    indexes.any(|index| {
        let mut keys = index.keys.iter();
        index.table_oid == table
            && index.unique
            && !index.deferrable
            && index.predicate.is_none()
            && keys.all(|key| key.attribute.is_some_and(|a| columns.contains(&a)))
    })
}

impl Row {
    /// The same row, seen from `up` levels further in.
    pub(super) fn raised(&self, up: usize) -> Self {
        let raise = |term: &Term| match term {
            Term::Column {
                level,
                entry,
                column,
            } => Term::Column {
                level: level + up,
                entry: *entry,
                column: *column,
            },
            other => other.clone(),
        };
        Self {
            table: self.table,
            columns: self.columns.iter().map(|(a, t)| (*a, raise(t))).collect(),
        }
    }
}
