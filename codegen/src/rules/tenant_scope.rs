//! `tenant-scope`: every reference to a tenant table is bound to the caller's tenant.

use std::ops::Range;

use super::{Report, Rule, Subject};
use crate::analyze::{Clause, Unscoped, Why};
use crate::config::{Project, RuleLevel};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::Schema;
use crate::source::SourceQuery;
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "tenant-scope",
    level: RuleLevel::Deny,
    docs: include_str!("docs/tenant-scope.md"),
};

/// What a query says that reaches the rows of every tenant on purpose.
const ON_PURPOSE: &str = "`-- @tenant none: reason`";

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(column) = &subject.project.config.tenant.column else {
        return;
    };
    for unscoped in &subject.analysis.unscoped {
        let span = span(subject.query, unscoped);
        let diagnostic = RULE
            .says(message(unscoped))
            .at(&subject.file.path, span, label(unscoped))
            .note(note(column, unscoped))
            .help(help(column, unscoped));
        report.push(&RULE, diagnostic);
    }
}

/// The configured column is one that a table has.
pub(super) fn column_exists(project: &Project, survey: &Survey) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let Some(column) = &project.config.tenant.column else {
        return diagnostics;
    };
    let known = columns(&survey.schema);
    if !known.contains(column) {
        let config = &survey.texts.inputs.config;
        let section = config.text.find("[tenant]").unwrap_or(0);
        let start = config.text[section..].find(column.as_str());
        let start = start.map_or(0, |start| section + start);
        let diagnostic = Diagnostic::error(
            "unknown-column",
            format!("no table has the tenant column `{column}`"),
        )
        .at(&config.path, start..start + column.len(), "");
        let nearest = names::nearest(column, known.iter().map(String::as_str));
        diagnostics.push(match nearest {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
            None => diagnostic.help("name the column that says whose a row is"),
        });
    }
    diagnostics
}

fn columns(schema: &Schema) -> Vec<String> {
    let columns = schema.own_tables().flat_map(|table| table.columns.values());
    let mut names: Vec<String> = columns.map(|column| column.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// The bytes of the file; the query's name, where the reference was not found.
fn span(query: &SourceQuery, unscoped: &Unscoped) -> Range<usize> {
    let Range { start, end } = unscoped.span;
    if start >= end {
        return query.name_span.clone();
    }
    query.map.to_file(start)..query.map.to_file(end - 1) + 1
}

fn message(unscoped: &Unscoped) -> String {
    let table = &unscoped.table;
    match &unscoped.why {
        Why::NotAssigned | Why::Assigned => {
            format!("a new row of `{table}` is not given to the caller's tenant")
        }
        Why::Reassigned => format!("a row of `{table}` is given to another tenant"),
        Why::Conflict => format!("ON CONFLICT can change a row of `{table}` of any tenant"),
        Why::Function(name) => format!("`{name}` may read rows of any tenant"),
        _ => format!("rows of `{table}` of any tenant are reached"),
    }
}

fn label(unscoped: &Unscoped) -> &'static str {
    match &unscoped.why {
        Why::NotAssigned | Why::Assigned | Why::Reassigned | Why::Conflict | Why::Function(_) => "",
        _ => "bound to no tenant",
    }
}

fn note(column: &str, unscoped: &Unscoped) -> String {
    let (table, alias) = (&unscoped.table, &unscoped.alias);
    let of = format!("`{}`", own_column(unscoped));
    match &unscoped.why {
        Why::NoCondition => format!("no condition says what {of} is"),
        Why::Several => {
            format!("{of} is compared with an array, which can name any number of tenants")
        }
        Why::OneArm => format!("only a part of the OR says what {of} is"),
        Why::OuterJoin => format!(
            "the ON of the outer join says what {of} is, but the join keeps rows of `{alias}` for which it does not hold"
        ),
        Why::NotRequired => format!(
            "{of} is compared, but rows for which the comparison does not hold are used as well"
        ),
        Why::NotFixed => {
            format!("{of} is compared with an expression that is not the same for every row")
        }
        Why::Follows(other) => {
            format!("{of} is equal to `{other}`, which is itself bound to no tenant")
        }
        Why::NotForeignKey(join) => format!(
            "the join goes through `{join}`, which is no foreign key that leads to one row of one tenant"
        ),
        Why::Unfiltered(outer) => format!(
            "no condition says what {of} is, neither here nor where the rows of `{outer}` are used"
        ),
        Why::Mixed(how) => format!("{how}, before a condition outside can part them"),
        Why::Recursive => format!(
            "the recursion does not keep to one tenant: {of} is bound neither here nor by a join to the rows found before"
        ),
        Why::View(inner) if inner == table => format!("`{table}` does not return `{column}`"),
        Why::View(inner) => {
            format!("`{table}` reads `{inner}`, and does not part its rows by `{column}`")
        }
        Why::Function(_) => format!("its body reads {}, and is not followed", named(table)),
        Why::Sample => "the sample is taken before any condition".to_owned(),
        Why::Inherited(child) => {
            format!("`{child}` inherits from `{table}`, which does not show `{column}`")
        }
        Why::NotAssigned => {
            format!("`{column}` is not assigned; a default is not the caller's tenant")
        }
        Why::Assigned => format!(
            "`{column}` gets a value that is neither given by the caller nor that of a row bound to a tenant"
        ),
        Why::Reassigned => {
            format!("`{column}` gets another value than the one that the row is bound by")
        }
        Why::Conflict => format!(
            "the conflict target does not contain `{column}`, so the row that is there may be another tenant's"
        ),
        Why::Merge => format!("the ON of the MERGE does not say what {of} is"),
    }
}

/// A table, or other words.
fn named(what: &str) -> String {
    if what.contains(' ') {
        what.to_owned()
    } else {
        format!("`{what}`")
    }
}

/// The tenant column with its alias: what the condition begins with.
fn own_column(unscoped: &Unscoped) -> &str {
    let condition = unscoped.condition.as_str();
    condition
        .split_once(" = ")
        .map_or(condition, |(column, _)| column)
}

fn help(column: &str, unscoped: &Unscoped) -> String {
    let condition = &unscoped.condition;
    if unscoped.why == Why::Several {
        return format!("write `{condition}` with one tenant, or say {ON_PURPOSE}");
    }
    match unscoped.clause {
        Clause::Where => format!("add `WHERE {condition}`"),
        Clause::And => format!("add `AND {condition}`"),
        Clause::Brackets => {
            format!("put the condition in brackets, and add `AND {condition}` behind them")
        }
        Clause::On => format!("add `AND {condition}` to the ON of its join"),
        Clause::Values => {
            let (_, value) = condition.split_once(" = ").unwrap_or_default();
            format!("insert `{value}` as `{column}`")
        }
        Clause::Set => format!("leave `{column}` out of the SET"),
        Clause::Conflict => format!(
            "use a unique index and a conflict target with `{column}`, or add `{condition}` to the WHERE of DO UPDATE"
        ),
        Clause::Merge => format!("add `AND {condition}` to the ON of the MERGE"),
        Clause::Nowhere => format!("if rows of every tenant are meant, say {ON_PURPOSE}"),
    }
}
