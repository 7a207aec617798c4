//! What must hold of a query beyond its types.

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;
use crate::plan::{AccessPath, Plan};
use crate::schema::{Schema, Table};
use crate::source::{IndexDirective, SourceFile, SourceQuery};
use crate::statistics::DEFAULT_ROWS;

/// Access paths are those of one major version's planner.
pub(crate) fn server_version(project: &Project, checked_on: u32) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let wanted = project.config.postgres.version;
    if let Some(wanted) = wanted.filter(|wanted| *wanted != checked_on) {
        diagnostics.push(
            Diagnostic::warning(
                "other-postgres",
                format!(
                    "checked on PostgreSQL {checked_on}, not {wanted}: access paths may differ"
                ),
            )
            .help(format!(
                "install PostgreSQL {wanted}, or change `version` in planwright.toml"
            )),
        );
    }
    diagnostics
}

/// A promise names an index of the table. False when one does not.
pub(crate) fn indexes_exist(
    schema: &Schema,
    file: &SourceFile,
    query: &SourceQuery,
    diagnostics: &mut Diagnostics,
) -> bool {
    let before = diagnostics.len();
    for promise in &query.directives.indexes {
        let mut of_table = schema.indexes.iter().filter(|i| i.table == promise.table);
        if of_table.any(|index| index.name == promise.index) {
            continue;
        }
        let known = schema.indexes.iter().filter(|i| i.table == promise.table);
        let names: Vec<&str> = known.map(|index| index.name.as_str()).collect();
        let tables: Vec<String> = own_tables(schema).map(Table::display_name).collect();
        if names.is_empty() && !tables.contains(&promise.table) {
            diagnostics.push(unknown_table(
                file,
                promise,
                tables.iter().map(String::as_str),
            ));
            continue;
        }
        let help = match names::nearest(&promise.index, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if names.is_empty() => format!("the table `{}` has no index", promise.table),
            None => format!("its indexes: `{}`", names.join("`, `")),
        };
        diagnostics.push(
            Diagnostic::error(
                "index-unknown",
                format!(
                    "the table `{}` has no index `{}`",
                    promise.table, promise.index
                ),
            )
            .at(&file.path, promise.span.clone(), "")
            .help(help),
        );
    }
    diagnostics.len() == before
}

fn unknown_table<'a>(
    file: &SourceFile,
    promise: &IndexDirective,
    tables: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "unknown-table",
        format!("there is no table `{}`", promise.table),
    )
    .at(&file.path, promise.table_span.clone(), "");
    match names::nearest(&promise.table, tables) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    }
}

/// A promise holds when the plan reaches the table through the index.
pub(crate) fn indexes_used(
    project: &Project,
    file: &SourceFile,
    query: &SourceQuery,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) {
    for promise in &query.directives.indexes {
        let of_table = |path: &&AccessPath| path.table == promise.table;
        let mut paths = plan.paths.iter().filter(of_table);
        if paths.any(|path| path.uses(&promise.index)) {
            continue;
        }
        let size = match project.config.tables.get(&promise.table) {
            Some(size) => format!("at {} rows", size.rows.0),
            None => format!("at an assumed size, {DEFAULT_ROWS} rows a table,"),
        };
        let mut diagnostic = Diagnostic::error(
            "index-not-used",
            format!(
                "the plan does not reach `{}` through `{}`",
                promise.table, promise.index
            ),
        )
        .at(&file.path, promise.span.clone(), "promised here");
        for path in plan.paths.iter().filter(of_table) {
            diagnostic = diagnostic.note(format!("{size} the planner takes {path}"));
        }
        if !plan.paths.iter().any(|path| path.table == promise.table) {
            diagnostic = diagnostic.note(format!("the query does not read `{}`", promise.table));
        }
        diagnostics.push(
            diagnostic
                .help("change the query or the index so that they fit, or remove the promise"),
        );
    }
}

/// The project's own tables, as a reader calls them.
fn own_tables(schema: &Schema) -> impl Iterator<Item = &Table> {
    let own = |table: &&Table| {
        !matches!(
            table.schema.as_str(),
            "pg_catalog" | "information_schema" | "pg_toast"
        ) && matches!(table.kind, 'r' | 'p' | 'm')
    };
    schema.tables.values().filter(own)
}

/// The tables that count as [`DEFAULT_ROWS`] because no size is declared.
pub(crate) fn tables_without_size(project: &Project, schema: &Schema) -> Vec<String> {
    let mut names: Vec<String> = own_tables(schema)
        .filter(|table| !table.is_partition)
        .map(Table::display_name)
        .filter(|name| !project.config.tables.contains_key(name))
        .collect();
    names.sort();
    names
}

/// A declared size is that of a table and of its columns.
pub(crate) fn sizes_are_of_tables(
    project: &Project,
    config: &SourceText,
    schema: &Schema,
    diagnostics: &mut Diagnostics,
) {
    for (name, size) in &project.config.tables {
        let Some(table) = own_tables(schema).find(|table| table.display_name() == *name) else {
            let known: Vec<String> = own_tables(schema).map(Table::display_name).collect();
            let message = format!("a size is declared for `{name}`, which is no table");
            diagnostics.push(unknown_in(config, "unknown-table", message, name, &known));
            continue;
        };
        let known: Vec<String> = table.columns.values().map(|c| c.name.clone()).collect();
        for column in size
            .distinct
            .keys()
            .filter(|column| !known.contains(column))
        {
            let message = format!("`{name}` has no column `{column}`");
            diagnostics.push(unknown_in(
                config,
                "unknown-column",
                message,
                column,
                &known,
            ));
        }
    }
}

/// A name in the configuration that the schema does not have.
fn unknown_in(
    config: &SourceText,
    code: &'static str,
    message: String,
    name: &str,
    known: &[String],
) -> Diagnostic {
    let start = config.text.find(name).unwrap_or(0);
    let diagnostic =
        Diagnostic::error(code, message).at(&config.path, start..start + name.len(), "");
    match names::nearest(name, known.iter().map(String::as_str)) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic.help("remove the line, or name what the migrations make"),
    }
}
