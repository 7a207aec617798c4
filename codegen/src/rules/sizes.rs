//! What must hold of the declared sizes, and of the server that planned with them.

use std::collections::BTreeSet;

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;
use crate::schema::Table;
use crate::statistics::snapshot::place_of_column;
use crate::survey::Survey;

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

/// A snapshot speaks of a server and of tables like those that are checked.
pub(super) fn snapshot_fits(survey: &Survey) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let (Some(snapshot), Some(text)) = (&survey.texts.snapshot, &survey.texts.inputs.statistics)
    else {
        return diagnostics;
    };
    let mut mismatch = |what: String, name: &str, span: std::ops::Range<usize>| {
        diagnostics.push(
            Diagnostic::warning(
                "statistics-mismatch",
                format!("the snapshot is {what} {name}"),
            )
            .at(&text.path, span, "")
            .help("take the snapshot again: `planwright stats pull --database-url …`"),
        );
    };
    let (taken, checked) = (snapshot.server.major, survey.embedded.version().major);
    if taken != checked {
        let start = text.text.find("major").unwrap_or(0);
        let name = format!("PostgreSQL {taken}, and PostgreSQL {checked} plans with it");
        mismatch("of".to_owned(), &name, start..start + "major".len());
    }
    for (name, taken) in &snapshot.tables {
        let mut tables = survey.schema.own_tables();
        let Some(table) = tables.find(|table| table.is_called(name)) else {
            let span = place_of_column(&text.text, name, "");
            mismatch(
                "of a table that the migrations do not make:".to_owned(),
                &format!("`{name}`"),
                span,
            );
            continue;
        };
        let columns: Vec<&str> = table.columns.values().map(|c| c.name.as_str()).collect();
        let of_both = taken.columns.keys().chain(taken.with_children.keys());
        let unknown: BTreeSet<&String> =
            of_both.filter(|c| !columns.contains(&c.as_str())).collect();
        for column in unknown {
            let span = place_of_column(&text.text, name, column);
            let what = format!("of a column that `{name}` does not have:");
            mismatch(what, &format!("`{column}`"), span);
        }
    }
    diagnostics
}

/// The tables whose size is assumed, because none is known.
pub(crate) fn tables_without_size(survey: &Survey) -> Vec<String> {
    let own = survey.schema.own_tables();
    let mut names: Vec<String> = own
        .filter(|table| !table.is_partition)
        .map(Table::display_name)
        .filter(|name| survey.rows.is_assumed(name))
        .collect();
    names.sort();
    names
}

/// A declared size is that of a table and of its columns.
pub(super) fn are_of_tables(project: &Project, survey: &Survey) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let (config, schema) = (&survey.texts.inputs.config, &survey.schema);
    for (name, size) in &project.config.tables {
        let found = schema.own_tables().find(|table| table.is_called(name));
        let Some(table) = found else {
            let known: Vec<String> = schema.own_tables().map(Table::display_name).collect();
            let message = format!("a size is declared for `{name}`, which is no table");
            diagnostics.push(unknown_in(config, "unknown-table", message, name, &known));
            continue;
        };
        let known: Vec<String> = table.columns.values().map(|c| c.name.clone()).collect();
        let named = size.distinct.keys().chain(size.null_fraction.keys());
        let unknown = named.filter(|c| !known.contains(c));
        for column in unknown {
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
    diagnostics
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
