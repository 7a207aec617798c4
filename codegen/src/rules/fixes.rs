//! Statements that put right what a rule found, ready for a migration.

use crate::diagnostics::counted;
use crate::quoting::{identifier, qualified};
use crate::schema::{Index, Schema, Table};

/// The longest name that PostgreSQL keeps, in bytes.
const LONGEST_NAME: usize = 63;
/// Of how many partitions the statements are shown.
const SHOWN_PARTS: usize = 2;

/// The statement that drops an index: without a lock where the server can do that.
pub(crate) fn drop_index(schema: &Schema, index: &Index) -> String {
    let table = schema.tables.get(&index.table_oid);
    let name = table.map_or_else(
        || identifier(&index.name),
        |table| qualified(&table.schema, &index.name),
    );
    if table.is_some_and(|table| table.kind == 'p') {
        // Of a partitioned table it cannot be dropped concurrently.
        format!("DROP INDEX {name};")
    } else {
        format!("DROP INDEX CONCURRENTLY {name};")
    }
}

/// The statements that make an index: without a lock that keeps writers out.
pub(super) fn create_index(schema: &Schema, table: u32, columns: &[&str]) -> String {
    create_index_lines(schema, table, columns).join("\n")
}

fn create_index_lines(schema: &Schema, oid: u32, columns: &[&str]) -> Vec<String> {
    let Some(table) = schema.tables.get(&oid) else {
        return Vec::new();
    };
    let name = index_name(schema, table, columns);
    let columns_of: Vec<String> = columns.iter().map(|column| identifier(column)).collect();
    let on = format!(
        "{} ({})",
        qualified(&table.schema, &table.name),
        columns_of.join(", ")
    );
    if table.kind != 'p' {
        let name = identifier(&name);
        return vec![format!("CREATE INDEX CONCURRENTLY {name} ON {on};")];
    }
    // Of a partitioned table there is no other way without a lock than part by part.
    let mut lines = vec![format!("CREATE INDEX {} ON ONLY {on};", identifier(&name))];
    let parts = schema.tables.iter();
    let parts = parts.filter(|(_, part)| part.is_partition && part.parents.contains(&oid));
    let parts: Vec<(&u32, &Table)> = parts.filter(|(_, part)| part.kind != 'f').collect();
    for (part_oid, part) in parts.iter().take(SHOWN_PARTS) {
        lines.extend(create_index_lines(schema, **part_oid, columns));
        lines.push(format!(
            "ALTER INDEX {} ATTACH PARTITION {};",
            qualified(&table.schema, &name),
            qualified(&part.schema, &index_name(schema, part, columns))
        ));
    }
    if parts.len() > SHOWN_PARTS {
        let more = counted(parts.len() - SHOWN_PARTS, "more partition");
        lines.push(format!("-- and likewise for {more}"));
    }
    lines
}

/// `idx_table_column`, or with a number where that is taken.
fn index_name(schema: &Schema, table: &Table, columns: &[&str]) -> String {
    free_name(schema, &format!("idx_{}_{}", table.name, columns.join("_")))
}

/// A name that fits, and that no index or table has.
fn free_name(schema: &Schema, wanted: &str) -> String {
    let taken = |name: &str| {
        schema.indexes.iter().any(|index| index.name == name)
            || schema.tables.values().any(|table| table.name == name)
    };
    let short = |ending: &str| {
        let room = LONGEST_NAME - ending.len();
        format!("{}{ending}", &wanted[..wanted.floor_char_boundary(room)])
    };
    let numbered = (2..).map(|number| short(&format!("_{number}")));
    let mut names = std::iter::once(short("")).chain(numbered);
    // The numbers do not end before the names that are taken do.
    names.find(|name| !taken(name)).unwrap_or_default()
}
