//! Which column refers to which table: by a foreign key, as told on the command line, by
//! the joins of the queries, or by its name.

use std::collections::BTreeMap;

use super::facts::{Facts, Place};
use super::schema::{Column, Table};

/// The table that each column refers to.
pub(super) type References = BTreeMap<Place, String>;

/// Finds all references.
pub(super) fn find(tables: &[Table], told: &BTreeMap<String, String>, facts: &Facts) -> References {
    let mut found = References::new();
    for table in tables {
        for column in &table.columns {
            let place = (table.name.clone(), column.name.clone());
            let told = told
                .get(&format!("{}.{}", table.name, column.name))
                .or_else(|| told.get(&column.name));
            let target = column.refers_to.clone().or_else(|| told.cloned());
            // A key refers to something only if a foreign key says so.
            let target =
                target.or_else(|| (!column.unique).then(|| joined(&place, tables, facts))?);
            let target = target.or_else(|| by_name(column, tables));
            if let Some(target) = target {
                found.insert(place, target);
            }
        }
    }
    found
}

/// The table whose key a column is joined with.
fn joined(place: &Place, tables: &[Table], facts: &Facts) -> Option<String> {
    let others = facts.joins.iter().filter_map(|(left, right)| match place {
        place if place == left => Some(right),
        place if place == right => Some(left),
        _ => None,
    });
    let mut keys = others.filter(|(table, column)| {
        let table = tables.iter().find(|t| t.name == *table);
        let mut columns = table.into_iter().flat_map(|table| &table.columns);
        columns.any(|c| c.name == *column && c.unique)
    });
    keys.next().map(|(table, _)| table.clone())
}

/// `kind_id` refers to `kind`, `kinds`, `kind_name` or `kind_type`; `linked_kind_id`, if to
/// nothing else, too.
fn by_name(column: &Column, tables: &[Table]) -> Option<String> {
    let mut stem = column.name.strip_suffix("_id").filter(|_| !column.unique)?;
    loop {
        for suffix in ["", "s", "_name", "_type"] {
            let name = format!("{stem}{suffix}");
            if tables.iter().any(|table| table.name == name) {
                return Some(name);
            }
        }
        stem = stem.split_once('_')?.1;
    }
}
