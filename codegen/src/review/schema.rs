//! Tables, columns and indexes, before and after.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::schema::{Schema, Table};

/// An index that is new, gone, or another one of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexChange {
    /// Its name.
    pub name: String,
    /// Its table, as a reader calls it.
    pub table: String,
    /// The statement that made it.
    pub before: Option<String>,
    /// The statement that makes it.
    pub after: Option<String>,
}

/// A table with what changed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableChange {
    /// The table, as a reader calls it.
    pub table: String,
    /// Each change in words.
    pub changes: Vec<String>,
}

/// The indexes that differ, by table and name. Those of partitions follow from their table's.
pub(super) fn indexes(old: &Schema, new: &Schema) -> Vec<IndexChange> {
    let of = |schema: &Schema| {
        let own = schema.indexes.iter().filter(|index| index.parent.is_none());
        let own = own.map(|i| ((i.table.clone(), i.name.clone()), i.definition.clone()));
        own.collect::<BTreeMap<_, _>>()
    };
    let changed = changed(&of(old), &of(new));
    let changed = changed
        .into_iter()
        .map(|((table, name), before, after)| IndexChange {
            name,
            table,
            before,
            after,
        });
    changed.collect()
}

/// The tables that differ, by name.
pub(super) fn tables(old: &Schema, new: &Schema) -> Vec<TableChange> {
    let of = |schema: &Schema| {
        let own = schema.own_tables().filter(|table| !table.is_partition);
        let own = own.map(|table| (table.display_name(), columns(schema, table)));
        own.collect::<BTreeMap<_, _>>()
    };
    let changed = changed(&of(old), &of(new));
    let changed = changed
        .into_iter()
        .map(|(table, before, after)| TableChange {
            table,
            changes: match (before, after) {
                (Some(before), Some(after)) => of_columns(&before, &after),
                (Some(_), None) => vec!["dropped".to_owned()],
                (None, after) => {
                    let columns = after.unwrap_or_default();
                    let columns = columns.iter().map(|(name, of)| format!("{name} {of}"));
                    let columns = columns.collect::<Vec<_>>().join(", ");
                    vec![format!("new: {columns}")]
                }
            },
        });
    changed.collect()
}

/// The columns of a table in its order: the name, and the type with what it forbids.
fn columns(schema: &Schema, table: &Table) -> Vec<(String, String)> {
    let columns = table.columns.values();
    let columns = columns.map(|column| {
        let null = if column.not_null { " NOT NULL" } else { "" };
        let of = format!("{}{null}", schema.type_name(column.type_oid));
        (column.name.clone(), of)
    });
    columns.collect()
}

fn of_columns(before: &[(String, String)], after: &[(String, String)]) -> Vec<String> {
    let by_name = |columns: &[(String, String)]| columns.iter().cloned().collect();
    let differing = changed(&by_name(before), &by_name(after));
    let mut changes: Vec<String> = differing
        .into_iter()
        .map(|(name, before, after)| match (before, after) {
            (Some(before), Some(after)) => format!("column {name}: {before} became {after}"),
            (Some(before), None) => format!("column {name} dropped: {before}"),
            (None, after) => format!("column {name} added: {}", after.unwrap_or_default()),
        })
        .collect();
    if changes.is_empty() {
        changes.push("its columns are in another order".to_owned());
    }
    changes
}

/// The entries that are not the same in both, by key.
fn changed<K: Ord + Clone, V: PartialEq + Clone>(
    old: &BTreeMap<K, V>,
    new: &BTreeMap<K, V>,
) -> Vec<(K, Option<V>, Option<V>)> {
    let keys: std::collections::BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let (before, after) = (old.get(key).cloned(), new.get(key).cloned());
        (before != after).then(|| (key.clone(), before, after))
    });
    changed.collect()
}
