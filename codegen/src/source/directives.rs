//! The comment lines under a header: documentation, and `@word` directives.

use std::ops::Range;
use std::time::Duration;

use super::header::{Header, comment_line, words};
use super::lexer::Kind;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;

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
    pub(super) type_start: usize,
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
}

/// A directive, the form it is written in, and what reads it.
struct Form {
    word: &'static str,
    usage: &'static str,
    example: &'static str,
    read: fn(&mut Directives, &Line) -> Option<()>,
}

const FORMS: &[Form] = &[
    Form {
        word: "@param",
        usage: "@param name [type] [null|not null]: doc",
        example: "@param phone text null: with its country code",
        read: read_param,
    },
    Form {
        word: "@column",
        usage: "@column name null|not null",
        example: "@column total not null",
        read: read_column,
    },
    Form {
        word: "@row",
        usage: "@row Name",
        example: "@row Customer",
        read: read_row,
    },
    Form {
        word: "@index",
        usage: "@index table index",
        example: "@index customers idx_customers_phone",
        read: read_index,
    },
    Form {
        word: "@slow",
        usage: "@slow 50ms",
        example: "@slow 2s",
        read: read_slow,
    },
];

/// One directive line: the words up to a colon, and the text behind it.
struct Line {
    words: Vec<(String, Range<usize>)>,
    text: Option<String>,
}

/// Reads the comment block under a header.
pub(super) fn read(
    file: &SourceText,
    header: &Header<'_>,
    diagnostics: &mut Diagnostics,
) -> (Vec<String>, Directives) {
    let mut docs = Vec::new();
    let mut directives = Directives::default();
    for token in header.body {
        match token.kind {
            Kind::Space => {}
            Kind::LineComment => {
                let text = comment_line(&file.text[token.span.clone()]);
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
    let name = line.words.first().map(|(name, _)| name.as_str());
    let name = name.unwrap_or("").trim_matches(['"', ':']);
    let before = match word {
        "@param" => directives.params.iter().any(|d| d.name == name),
        "@column" => directives.columns.iter().any(|d| d.name == name),
        "@row" => directives.row.is_some(),
        "@slow" => directives.slow.is_some(),
        _ => false,
    };
    let what = match word {
        "@param" | "@column" => format!("`{word} {name}`"),
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

fn read_param(directives: &mut Directives, line: &Line) -> Option<()> {
    let (name, span) = line.words.first()?;
    let (null, rest) = null_rule(&line.words[1..]);
    let sql_type: Vec<&str> = rest.iter().map(|(word, _)| word.as_str()).collect();
    let sql_type = sql_type.join(" ");
    // The type goes into the SQL: it may hold nothing that ends the cast.
    let plain = |c: char| c.is_alphanumeric() || " _.,()[]\"".contains(c);
    if !sql_type.chars().all(plain) {
        return None;
    }
    directives.params.push(ParamDirective {
        name: name.trim_start_matches(':').to_owned(),
        span: span.clone(),
        type_start: rest.first().map_or(span.end, |(_, span)| span.start),
        sql_type: (!sql_type.is_empty()).then_some(sql_type),
        null,
        doc: line.text.clone(),
    });
    Some(())
}

fn read_column(directives: &mut Directives, line: &Line) -> Option<()> {
    let (name, span) = line.words.first()?;
    let (Some(null), []) = null_rule(&line.words[1..]) else {
        return None;
    };
    directives.columns.push(ColumnDirective {
        name: name.trim_matches('"').to_owned(),
        span: span.clone(),
        null,
    });
    Some(())
}

/// The `null` or `not null` at the end of a line, and the words before it.
fn null_rule(words: &[(String, Range<usize>)]) -> (Option<NullRule>, &[(String, Range<usize>)]) {
    let word = |i: usize| {
        words
            .len()
            .checked_sub(i)
            .map(|at| words[at].0.to_ascii_lowercase())
    };
    match (word(2).as_deref(), word(1).as_deref()) {
        (Some("not"), Some("null")) => (Some(NullRule::NotNull), &words[..words.len() - 2]),
        (_, Some("null")) => (Some(NullRule::Null), &words[..words.len() - 1]),
        _ => (None, words),
    }
}

fn read_row(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(name, span)] = line.words.as_slice() else {
        return None;
    };
    let camel = name.is_ascii()
        && names::upper_camel_case(name) == *name
        && names::unusable(name).is_none();
    camel.then(|| directives.row = Some((name.clone(), span.clone())))
}

fn read_index(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(table, table_span), (index, span)] = line.words.as_slice() else {
        return None;
    };
    directives.indexes.push(IndexDirective {
        table: table.clone(),
        table_span: table_span.clone(),
        index: index.clone(),
        span: span.clone(),
    });
    Some(())
}

fn read_slow(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(text, _)] = line.words.as_slice() else {
        return None;
    };
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let duration = match &text[digits..] {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_millis(number.checked_mul(1000)?),
        _ => return None,
    };
    directives.slow = Some(duration);
    Some(())
}
