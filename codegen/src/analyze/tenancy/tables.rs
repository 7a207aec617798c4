//! Which tables have the tenant column.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Schema, Table};

/// The tenant tables of a schema.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// The attribute number of the tenant column, by table; views aside.
    tenants: BTreeMap<u32, i64>,
    /// Tables without the column, above one that has it and inherits from them.
    above: BTreeMap<u32, u32>,
    /// Tables that others inherit from, which are no partitions: constraints do not hold
    /// of the rows of those.
    inherited: BTreeSet<u32>,
}

impl Tables {
    pub(super) fn of(schema: &Schema, column: &str) -> Self {
        let mut tables = Self::default();
        for (oid, table) in &schema.tables {
            if is_view(table) || is_system(table) {
                continue;
            }
            let found = table.columns.iter().find(|(_, c)| c.name == column);
            if let Some((attribute, _)) = found {
                tables.tenants.insert(*oid, *attribute);
            }
            if !table.is_partition {
                tables.inherited.extend(&table.parents);
            }
        }
        for oid in tables.tenants.keys() {
            let mut pending: Vec<u32> = vec![*oid];
            while let Some(next) = pending.pop() {
                if !tables.tenants.contains_key(&next) && tables.above.insert(next, *oid).is_some()
                {
                    continue;
                }
                pending.extend(
                    schema
                        .tables
                        .get(&next)
                        .into_iter()
                        .flat_map(|t| &t.parents),
                );
            }
        }
        tables
    }

    /// The attribute number of a table's tenant column.
    pub(super) fn tenant_column(&self, table: u32) -> Option<i64> {
        self.tenants.get(&table).copied()
    }

    /// The tenant table whose rows a table without the column also shows.
    pub(super) fn tenant_below(&self, table: u32) -> Option<u32> {
        self.above.get(&table).copied()
    }

    /// Whether constraints hold of every row that the table shows.
    pub(super) fn keeps_constraints(&self, table: u32) -> bool {
        !self.inherited.contains(&table)
    }

    /// Whether there is any tenant table.
    pub(super) fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Every tenant table.
    pub(super) fn tenants(&self) -> impl Iterator<Item = u32> {
        self.tenants.keys().copied()
    }
}

/// The partitioned table that a partition is a part of; any other table is its own.
pub(super) fn whole(schema: &Schema, mut table: u32) -> u32 {
    while let Some(found) = schema.tables.get(&table) {
        match found.parents.first() {
            Some(parent) if found.is_partition => table = *parent,
            _ => break,
        }
    }
    table
}

/// Whether a relation shows the rows of others.
pub(super) fn is_view(table: &Table) -> bool {
    matches!(table.kind, 'v' | 'm')
}

fn is_system(table: &Table) -> bool {
    matches!(
        table.schema.as_str(),
        "pg_catalog" | "information_schema" | "pg_toast"
    )
}
