//! What of the rows a script drops: tables, columns, and all rows of a table.

use super::ddl::{self, Ddl};

/// The tables and columns whose contents a script drops, as a reader calls them. What statements
/// that are not about tables delete, such as `DELETE` and `DROP SCHEMA`, is not among them.
///
/// # Examples
///
/// ```
/// use planwright_codegen::schema::lost_by;
///
/// let down = "ALTER TABLE notes DROP COLUMN body; DROP TABLE tags;";
/// assert_eq!(lost_by(down), ["column notes.body", "table tags"]);
/// assert!(lost_by("DROP INDEX notes_body; ALTER TABLE notes DROP CONSTRAINT c").is_empty());
/// ```
#[must_use]
pub fn lost_by(script: &str) -> Vec<String> {
    let statements = ddl::statements(script);
    let lost = statements
        .into_iter()
        .flat_map(|statement| match statement.ddl {
            Ddl::DropTable(names) => names
                .iter()
                .map(|name| format!("table {}", name.display()))
                .collect(),
            Ddl::Truncate(names) => {
                let rows = names
                    .iter()
                    .map(|name| format!("the rows of {}", name.display()));
                rows.collect::<Vec<_>>()
            }
            Ddl::AlterTable(alter) => {
                let table = alter.table.display();
                let columns = alter.actions.into_iter().filter_map(|mut action| {
                    if !action.take("drop") || action.take("constraint") {
                        return None;
                    }
                    action.take("column");
                    action.take_all(&["if", "exists"]);
                    Some(format!("column {table}.{}", action.name()?.name))
                });
                columns.collect()
            }
            _ => Vec::new(),
        });
    lost.collect()
}
