//! Stage 7: what must hold of a query beyond its types.

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::Schema;
use crate::source::{IndexDirective, SourceFile, SourceQuery};

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

/// A promise names an index of the table.
pub(crate) fn indexes_exist(
    schema: &Schema,
    file: &SourceFile,
    query: &SourceQuery,
    diagnostics: &mut Diagnostics,
) {
    for promise in &query.directives.indexes {
        let mut of_table = schema.indexes.iter().filter(|i| i.table == promise.table);
        if of_table.any(|index| index.name == promise.index) {
            continue;
        }
        let known = schema.indexes.iter().filter(|i| i.table == promise.table);
        let names: Vec<&str> = known.map(|index| index.name.as_str()).collect();
        let tables = || schema.tables.values().map(|table| table.name.as_str());
        if names.is_empty() && !tables().any(|table| table == promise.table) {
            diagnostics.push(unknown_table(file, promise, tables()));
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
