//! Headers as clorinde and cornucopia write them: `--! name Params(a?) : Row(b?)`.
//!
//! Their files name no command: what returns rows is a `:many`, everything else an `:execrows`.
//! A `?` says of a parameter that it may be null. Of a column it says what is inferred here, so
//! it is passed over.

use std::ops::Range;

use super::Command;
use super::directives::{Directives, NullRule, ParamDirective};
use super::lexer::{Kind, Token, statement_end};
use crate::diagnostics::SourceText;
use crate::names;

/// What a header says.
pub(super) struct Annotated {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    /// Parameters that may be null, and the name of the row.
    pub(super) given: Directives,
}

/// Parameters and columns, or the name of a struct that lists them.
#[derive(Default)]
struct Listed {
    name: Option<(String, Range<usize>)>,
    idents: Option<Vec<Ident>>,
}

/// A parameter or a column.
#[derive(Clone)]
struct Ident {
    name: String,
    span: Range<usize>,
    nullable: bool,
}

/// The bytes behind the mark of a comment line, where it has that mark.
fn marked(file: &SourceText, token: &Token, mark: &str) -> Option<Range<usize>> {
    let text = &file.text[token.span.clone()];
    let rest = text
        .strip_prefix("--")
        .filter(|_| token.kind == Kind::LineComment)?;
    let rest = rest.strip_prefix(mark)?;
    Some(token.span.end - rest.len()..token.span.end)
}

/// Whether the comment is a header; the bytes behind its mark.
pub(super) fn header(file: &SourceText, token: &Token) -> Option<Range<usize>> {
    marked(file, token, "!")
}

/// Whether a comment line is about structs of clorinde's: `--: Row(a?)` or `--# attribute`.
pub(super) fn is_annotation(text: &str) -> bool {
    text.starts_with("--:") || text.starts_with("--#")
}

/// Reads a header. `None` when it names no query.
pub(super) fn read(file: &SourceText, all: &[Token], header: Range<usize>) -> Option<Annotated> {
    let mut reader = Reader {
        text: &file.text[..header.end],
        at: header.start,
    };
    let (name, name_span) = reader.word()?;
    let params = reader.listed();
    reader.take(':');
    let row = reader.listed();
    let mut given = Directives::default();
    let idents = params.idents.or_else(|| {
        let (name, _) = params.name?;
        declared(file, all, &name)
    });
    for ident in idents.into_iter().flatten().filter(|ident| ident.nullable) {
        given.params.push(ParamDirective {
            name: ident.name,
            type_start: ident.span.end,
            span: ident.span,
            sql_type: None,
            null: Some(NullRule::Null),
            doc: None,
        });
    }
    given.row = row
        .name
        .filter(|(name, _)| names::upper_camel_case(name) == *name);
    Some(Annotated {
        name,
        name_span,
        given,
    })
}

/// The fields of a struct that a file declares: `--: Params(a?, b)`.
fn declared(file: &SourceText, all: &[Token], name: &str) -> Option<Vec<Ident>> {
    all.iter().find_map(|token| {
        let range = marked(file, token, ":")?;
        let mut reader = Reader {
            text: &file.text[..range.end],
            at: range.start,
        };
        let listed = reader.listed();
        listed
            .idents
            .filter(|_| listed.name.is_some_and(|(own, _)| own == name))
    })
}

/// What a call gives back, from the statement's words.
pub(super) fn command(file: &SourceText, body: &[Token]) -> Command {
    let end = statement_end(&file.text, body);
    let words = body[..end].iter().filter(|token| token.kind == Kind::Word);
    let mut words = words.map(|token| file.text[token.span.clone()].to_ascii_lowercase());
    let first = words.next().unwrap_or_default();
    let writes = ["insert", "update", "delete", "merge"];
    let rest: Vec<String> = words.collect();
    let returns = match first.as_str() {
        "select" | "values" | "table" => true,
        // A CTE that writes may stand before a SELECT.
        "with" => {
            let main = main_word(file, &body[..end]);
            !writes.contains(&main.as_str()) || rest.iter().any(|word| word == "returning")
        }
        _ => rest.iter().any(|word| word == "returning"),
    };
    if returns {
        Command::Many
    } else {
        Command::ExecRows
    }
}

/// The word that the statement behind a WITH clause begins with.
fn main_word(file: &SourceText, body: &[Token]) -> String {
    const VERBS: [&str; 6] = ["select", "values", "insert", "update", "delete", "merge"];
    let mut depth = 0_usize;
    for token in body {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 => {
                let word = file.text[token.span.clone()].to_ascii_lowercase();
                if VERBS.contains(&word.as_str()) {
                    return word;
                }
            }
            _ => {}
        }
    }
    String::new()
}

/// Reads one line.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn word(&mut self) -> Option<(String, Range<usize>)> {
        self.blanks();
        let rest = &self.text[self.at..];
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let span = self.at..self.at + len;
        self.at = span.end;
        (len > 0).then(|| (rest[..len].to_owned(), span))
    }

    /// `Name`, `(a?, b)` or `Name(a?, b)`.
    fn listed(&mut self) -> Listed {
        let name = self.word();
        if !self.take('(') {
            return Listed { name, idents: None };
        }
        let mut idents = Vec::new();
        while let Some((name, span)) = self.word() {
            let nullable = self.take('?');
            idents.push(Ident {
                name,
                span,
                nullable,
            });
            // What is inside a value, as in `texts[?]` and `place?.city?`.
            let rest = &self.text[self.at..];
            self.at += rest.find([',', ')']).unwrap_or(rest.len());
            if !self.take(',') {
                break;
            }
        }
        self.take(')');
        Listed {
            name,
            idents: Some(idents),
        }
    }
}
