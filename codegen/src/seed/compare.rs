//! Whether a database is what the migrations build: its tables, and their columns.

use crate::schema::{Schema, Table};

/// What differs, a line each.
pub(super) fn differences(built: &Schema, database: &Schema) -> Vec<String> {
    let mut differences = Vec::new();
    let mut tables: Vec<&Table> = built.own_tables().collect();
    tables.sort_by_key(|table| table.display_name());
    for table in tables {
        let same = |other: &&Table| other.schema == table.schema && other.name == table.name;
        match database.own_tables().find(same) {
            None => differences.push(format!("table `{}` is missing", table.display_name())),
            Some(other) => columns(built, table, database, other, &mut differences),
        }
    }
    differences
}

fn columns(
    built: &Schema,
    table: &Table,
    database: &Schema,
    other: &Table,
    differences: &mut Vec<String>,
) {
    let name = table.display_name();
    for column in table.columns.values() {
        let mut others = other.columns.values();
        let Some(found) = others.find(|other| other.name == column.name) else {
            differences.push(format!("column `{name}.{}` is missing", column.name));
            continue;
        };
        let (wanted, is) = (
            built.type_name(column.type_oid),
            database.type_name(found.type_oid),
        );
        if wanted != is {
            differences.push(format!(
                "column `{name}.{}` is `{is}` instead of `{wanted}`",
                column.name
            ));
        }
        if column.not_null != found.not_null {
            let may = |not_null| {
                if not_null {
                    "forbids null"
                } else {
                    "may be null"
                }
            };
            differences.push(format!(
                "column `{name}.{}` {}, and {} by the migrations",
                column.name,
                may(found.not_null),
                may(column.not_null)
            ));
        }
    }
}
