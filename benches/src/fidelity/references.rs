//! Which column refers to which table: by a foreign key, or by the joins
//! of the queries.

use std::collections::BTreeMap;

use super::facts::{Facts, Place};
use super::schema::Table;

/// The table that each column refers to.
pub(super) type References = BTreeMap<Place, String>;

/// Finds all references.
pub(super) fn find(tables: &[Table], facts: &Facts) -> References {
    let mut found = References::new();
    for table in tables {
        for column in &table.columns {
            let place = (table.name.clone(), column.name.clone());
            // A key refers to something only if a foreign key says so.
            let joined = || (!column.unique).then(|| joined(&place, tables, facts))?;
            let target = column.refers_to.clone().or_else(joined);
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
