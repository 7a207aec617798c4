//! `index-unknown`: a promise names an index of the table.

use super::{Report, Rule};
use crate::config::RuleLevel;
use crate::diagnostics::Diagnostic;
use crate::names;
use crate::schema::{Schema, Table};
use crate::source::{IndexDirective, SourceFile, SourceQuery};

pub(super) const RULE: Rule = Rule {
    name: "index-unknown",
    level: RuleLevel::Deny,
    docs: include_str!("docs/index-unknown.md"),
};

pub(super) fn check(schema: &Schema, file: &SourceFile, query: &SourceQuery, report: &mut Report) {
    for promise in &query.directives.indexes {
        if let Some(diagnostic) = problem(schema, file, promise) {
            report.push(&RULE, diagnostic);
        }
    }
}

/// Whether a promise names an index of its table.
pub(super) fn exists(schema: &Schema, promise: &IndexDirective) -> bool {
    let mut of_table = schema.indexes.iter().filter(|i| i.table == promise.table);
    of_table.any(|index| index.name == promise.index)
}

fn problem(schema: &Schema, file: &SourceFile, promise: &IndexDirective) -> Option<Diagnostic> {
    if exists(schema, promise) {
        return None;
    }
    let (table, index) = (&promise.table, &promise.index);
    let tables: Vec<String> = schema.own_tables().map(Table::display_name).collect();
    if !tables.contains(table) {
        let diagnostic = RULE.says(format!("there is no table `{table}`")).at(
            &file.path,
            promise.table_span.clone(),
            "",
        );
        return Some(
            match names::nearest(table, tables.iter().map(String::as_str)) {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => diagnostic,
            },
        );
    }
    let known = schema.indexes.iter().filter(|i| i.table == *table);
    let names: Vec<&str> = known.map(|index| index.name.as_str()).collect();
    let help = match names::nearest(index, names.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if names.is_empty() => format!("the table `{table}` has no index"),
        None => format!("its indexes: `{}`", names.join("`, `")),
    };
    Some(
        RULE.says(format!("the table `{table}` has no index `{index}`"))
            .at(&file.path, promise.span.clone(), "")
            .help(help),
    )
}
