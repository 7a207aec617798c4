//! The comment lines under a header: documentation, and `@word` directives.

mod forms;
mod load;

use std::ops::Range;
use std::time::Duration;

use super::clorinde;
use super::header::{Header, comment_line, words};
use super::lexer::Kind;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;
use forms::{FORMS, Line, sampled};
pub use load::{LoadArg, LoadBy, LoadDirective, LoadShape, LoadValue};

/// What an author says about null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullRule {
    /// `null`
    Null,
    /// `not null`
    NotNull,
}

/// `@param name [type] [null|not null]: doc`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamDirective {
    /// The parameter.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// The type as PostgreSQL spells it.
    pub sql_type: Option<String>,
    /// Where the type begins.
    pub(in crate::source) type_start: usize,
    /// Whether it may be null.
    pub null: Option<NullRule>,
    /// What it is for.
    pub doc: Option<String>,
}

/// `@column name null|not null`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDirective {
    /// The column.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// Whether it may be null.
    pub null: NullRule,
}

/// `@index table index`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDirective {
    /// The table.
    pub table: String,
    /// Where the table's name stands.
    pub table_span: Range<usize>,
    /// The index promised.
    pub index: String,
    /// Where the index's name stands.
    pub span: Range<usize>,
}

/// A directive that gives a reason: `@scan table: reason`, `@allow rule: reason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasoned {
    /// What the reason is for: a table, a rule; empty where the directive alone says it.
    pub what: String,
    /// Where that stands; else the directive itself.
    pub span: Range<usize>,
    /// The reason.
    pub reason: String,
}

/// `@budget rows <= 50`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetDirective {
    /// The most rows that the planner may expect.
    pub rows: u64,
    /// Where the budget stands.
    pub span: Range<usize>,
}

/// `@sample name = value`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleDirective {
    /// The parameter.
    pub name: String,
    /// Where its name stands.
    pub span: Range<usize>,
    /// A value as PostgreSQL reads it from text; `None` for NULL.
    pub value: Option<String>,
}

/// `@order newest: created_at DESC, id | name: name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDirective {
    /// Where the directive stands.
    pub span: Range<usize>,
    /// The orders that callers choose from.
    pub orderings: Vec<Ordering>,
}

/// One of several orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Range<usize>,
    /// Where what belongs behind ORDER BY stands.
    pub clause: Range<usize>,
    /// What stands there.
    pub sql: String,
}

/// `@page created_at desc, id`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageDirective {
    /// Where the directive stands.
    pub span: Range<usize>,
    /// The columns of the result that order it.
    pub keys: Vec<PageKey>,
}

/// A column that orders pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageKey {
    /// The column.
    pub name: String,
    /// Where its name stands.
    pub span: Range<usize>,
    /// Whether it descends.
    pub descending: bool,
}

/// The directives of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directives {
    /// `@param` lines.
    pub params: Vec<ParamDirective>,
    /// `@column` lines.
    pub columns: Vec<ColumnDirective>,
    /// `@row Name`: the name of the row struct, and where it stands.
    pub row: Option<(String, Range<usize>)>,
    /// `@index` lines.
    pub indexes: Vec<IndexDirective>,
    /// `@slow 50ms`: from when on a call is slow.
    pub slow: Option<Duration>,
    /// `@scan table: reason` lines: tables that may be read whole.
    pub scans: Vec<Reasoned>,
    /// `@unbounded: reason`: any number of rows may come back.
    pub unbounded: Option<Reasoned>,
    /// `@budget rows <= 50`
    pub budget: Option<BudgetDirective>,
    /// `@tenant none: reason`: rows of every tenant are reached on purpose.
    pub tenant_none: Option<Reasoned>,
    /// `@allow rule: reason` lines.
    pub allows: Vec<Reasoned>,
    /// `@sample name = value` lines.
    pub samples: Vec<SampleDirective>,
    /// `@load` lines.
    pub loads: Vec<LoadDirective>,
    /// `@order name: clause | …`
    pub order: Option<OrderDirective>,
    /// `@page column desc, column`
    pub page: Option<PageDirective>,
}

/// Reads the comment block under a header.
pub(super) fn read(
    file: &SourceText,
    header: &Header<'_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<String>, Directives) {
    let mut docs = Vec::new();
    let mut directives = header.given.clone();
    for token in header.body {
        match token.kind {
            Kind::Space => {}
            Kind::LineComment => {
                let written = &file.text[token.span.clone()];
                if clorinde::is_annotation(written) {
                    continue;
                }
                // Documentation may have a third dash, as in clorinde's files.
                let third = written
                    .strip_prefix('-')
                    .filter(|text| text.starts_with("-- "));
                let text = comment_line(third.unwrap_or(written));
                if text.trim_start().starts_with('@') {
                    read_directive(file, token.span.clone(), &mut directives, diagnostics);
                } else {
                    docs.push(text);
                }
            }
            _ => break,
        }
    }
    while docs.last().is_some_and(String::is_empty) {
        docs.pop();
    }
    (docs, directives)
}

fn read_directive(
    file: &SourceText,
    comment: Range<usize>,
    directives: &mut Directives,
    diagnostics: &mut Diagnostics,
) {
    let start = comment.start + 2;
    let text = &file.text[start..comment.end];
    let colon = text.find(':').map_or(comment.end, |i| start + i);
    let doc = file.text[colon..comment.end].trim_start_matches(':').trim();
    let mut words = words(&file.text, start..colon);
    // The comment holds at least the `@` that brought us here.
    let (word, span) = words.remove(0);
    let Some(form) = FORMS.iter().find(|form| form.word == word) else {
        diagnostics.push(unknown(file, &word, span));
        return;
    };
    let line = Line {
        rest: file.text[span.end..comment.end].to_owned(),
        span: span.clone(),
        words,
        text: (!doc.is_empty()).then(|| doc.to_owned()),
    };
    if let Some(said) = said_before(directives, form.word, &line) {
        diagnostics.push(
            Diagnostic::error("invalid-directive", format!("{said} is said twice"))
                .at(&file.path, span.start..comment.end, "")
                .help("keep one of the two lines"),
        );
        return;
    }
    if (form.read)(directives, &line).is_none() {
        diagnostics.push(
            Diagnostic::error(
                "invalid-directive",
                format!("this `{word}` cannot be understood"),
            )
            .at(&file.path, span.start..comment.end, "")
            .help(format!(
                "its form is `{}`, for example `{}`",
                form.usage, form.example
            )),
        );
    }
}

/// What an earlier line of the same query has said already.
fn said_before(directives: &Directives, word: &str, line: &Line) -> Option<String> {
    let name = match line.rest.split_once('=') {
        Some((name, _)) if word == "@sample" => sampled(name),
        _ => {
            let name = line.words.first().map(|(name, _)| name.as_str());
            name.unwrap_or("").trim_matches(['"', ':'])
        }
    };
    let before = match word {
        "@param" => directives.params.iter().any(|d| d.name == name),
        "@column" => directives.columns.iter().any(|d| d.name == name),
        "@row" => directives.row.is_some(),
        "@slow" => directives.slow.is_some(),
        "@order" => directives.order.is_some(),
        "@page" => directives.page.is_some(),
        "@unbounded" => directives.unbounded.is_some(),
        "@budget" => directives.budget.is_some(),
        "@tenant" => directives.tenant_none.is_some(),
        "@scan" => directives.scans.iter().any(|d| d.what == name),
        "@allow" => directives.allows.iter().any(|d| d.what == name),
        "@sample" => directives.samples.iter().any(|d| d.name == name),
        "@load" => directives.loads.iter().any(|d| d.field == name),
        _ => false,
    };
    let what = match word {
        "@param" | "@column" | "@scan" | "@allow" | "@sample" | "@load" => {
            format!("`{word} {name}`")
        }
        _ => format!("`{word}`"),
    };
    before.then_some(what)
}

fn unknown(file: &SourceText, word: &str, span: Range<usize>) -> Diagnostic {
    let known: Vec<&str> = FORMS.iter().map(|form| form.word).collect();
    let diagnostic = Diagnostic::error("unknown-directive", format!("unknown directive `{word}`"))
        .at(&file.path, span, "");
    match names::nearest(word, known.iter().copied()) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic.help(format!("directives: `{}`", known.join("`, `"))),
    }
}
