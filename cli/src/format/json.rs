//! JSON, for programs. `docs/findings.schema.json` says its form.

use planwright_codegen::catalog::Query;
use planwright_codegen::diagnostics::{Diagnostic, Label, Level, Position};
use planwright_codegen::source::OutlinedQuery;
use serde::Serialize;

use super::report::{Outcome, Report};
use crate::output;

/// It changes when a member is renamed or removed, or means something else. One that is added
/// changes nothing.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    command: &'a str,
    outcome: &'a str,
    project: &'a str,
    findings: Vec<Finding<'a>>,
    queries: Vec<CheckedQuery<'a>>,
    written: &'a [String],
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    level: &'a str,
    message: &'a str,
    labels: Vec<Place<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    query: Option<String>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    start: Option<Point>,
    end: Option<Point>,
    text: &'a str,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    byte: usize,
}

#[derive(Serialize)]
struct CheckedQuery<'a> {
    name: &'a str,
    module: &'a str,
    path: &'a str,
    command: &'a str,
    parameters: Vec<Typed<'a>>,
    columns: Vec<Typed<'a>>,
    tables: &'a [String],
    round_trips: u32,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Typed<'a> {
    name: &'a str,
    r#type: &'a str,
    nullable: bool,
}

#[derive(Serialize)]
struct Statement<'a> {
    name: &'a str,
    sql: &'a str,
    paths: Vec<String>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    queries: usize,
    postgres: Option<u32>,
    checked_by: Option<&'static str>,
}

/// The document.
pub(super) fn render(report: &Report) -> String {
    let queries = queries(report);
    let checked_by = match (&report.catalog, report.outcome) {
        (Some(_), _) => Some("server"),
        (None, Outcome::Fine) => Some("lock"),
        (None, Outcome::Findings | Outcome::CouldNotRun) => None,
    };
    let document = Document {
        version: VERSION,
        command: report.command,
        outcome: report.outcome.word(),
        project: match report.prefix.trim_end_matches('/') {
            "" => ".",
            below => below,
        },
        findings: report
            .findings()
            .into_iter()
            .map(|f| finding(report, f))
            .collect(),
        summary: Summary {
            errors: report.count(Level::Error),
            warnings: report.count(Level::Warning),
            queries: queries.len(),
            postgres: report.catalog.as_ref().map(|catalog| catalog.postgres),
            checked_by,
        },
        queries,
        written: &report.written,
    };
    output::json(&document)
}

fn finding<'a>(report: &'a Report, finding: &'a Diagnostic) -> Finding<'a> {
    Finding {
        code: finding.code,
        level: level(finding.level),
        message: &finding.message,
        labels: finding.labels.iter().map(|l| place(report, l)).collect(),
        notes: &finding.notes,
        help: finding.help.as_deref(),
        query: report.query_of(finding).map(OutlinedQuery::full_name),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn place<'a>(report: &'a Report, label: &'a Label) -> Place<'a> {
    let places = report.text_of(label);
    let places = places.map(|text| text.positions(&label.span));
    Place {
        path: &label.path,
        start: places.as_ref().map(|places| point(places.start)),
        end: places.as_ref().map(|places| point(places.end)),
        text: &label.text,
    }
}

fn point(position: Position) -> Point {
    Point {
        line: position.line,
        column: position.column,
        byte: position.byte,
    }
}

fn queries(report: &Report) -> Vec<CheckedQuery<'_>> {
    let modules = report.catalog.iter().flat_map(|catalog| &catalog.modules);
    let queries = modules.flat_map(|module| {
        let queries = module.queries.iter();
        queries.map(move |query| CheckedQuery {
            name: &query.full_name,
            module: &module.name,
            path: &module.path,
            command: query.command.word(),
            parameters: {
                let params = query.analysis.params.iter();
                params
                    .map(|p| typed(&p.name, &p.sql_type, p.nullable))
                    .collect()
            },
            columns: {
                let columns = query.analysis.columns.iter();
                columns
                    .map(|c| typed(&c.name, &c.sql_type, c.nullable))
                    .collect()
            },
            tables: &query.analysis.tables,
            round_trips: query.round_trips,
            statements: statements(query),
        })
    });
    queries.collect()
}

fn typed<'a>(name: &'a str, sql_type: &'a str, nullable: bool) -> Typed<'a> {
    Typed {
        name,
        r#type: sql_type,
        nullable,
    }
}

fn statements(query: &Query) -> Vec<Statement<'_>> {
    if query.variants.is_empty() {
        return vec![Statement {
            name: &query.full_name,
            sql: &query.sql,
            paths: query.plan.lines(),
        }];
    }
    let variants = query.variants.iter();
    let statements = variants.map(|variant| Statement {
        name: &variant.full_name,
        sql: &variant.sql,
        paths: variant.plan.lines(),
    });
    statements.collect()
}
