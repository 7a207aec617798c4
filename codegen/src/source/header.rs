//! `-- name: ident :command`: where queries begin, and what stands above the first.

use std::ops::Range;

use super::directives::Directives;
use super::lexer::{Kind, Token};
use super::{Command, clorinde};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;

/// A value, and where it stands in the file.
type Spanned<T> = (T, Range<usize>);

/// A query's name and its command.
type Words = (Spanned<String>, Spanned<Command>);

/// A header and the tokens up to the next one.
pub(super) struct Header<'a> {
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    pub(super) command: Command,
    pub(super) command_span: Range<usize>,
    pub(super) span: Range<usize>,
    /// What the header itself says beside name and command.
    pub(super) given: Directives,
    pub(super) body: &'a [Token],
}

/// The file's own comment, and its headers. A header that cannot be used is
/// reported, and its query left out.
pub(super) fn split_queries<'a>(
    file: &SourceText,
    tokens: &'a [Token],
    diagnostics: &mut Diagnostics,
) -> (Vec<String>, Vec<Header<'a>>) {
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&i| is_header(file, &tokens[i]))
        .collect();
    let first = starts.first().copied().unwrap_or(tokens.len());
    report_orphans(file, &tokens[..first], diagnostics);
    let mut headers = Vec::new();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(tokens.len());
        let body = &tokens[start + 1..end];
        let span = tokens[start].span.clone();
        let (words, given) = if let Some(rest) = clorinde::header(file, &tokens[start]) {
            annotated(file, tokens, body, &span, rest, diagnostics)
        } else if let Some(rest) = header_text(file, &tokens[start]) {
            let words = parse_header(file, &span, rest, diagnostics);
            (words, Directives::default())
        } else {
            continue;
        };
        if let Some(((name, name_span), (command, command_span))) = words {
            headers.push(Header {
                name,
                name_span,
                command,
                command_span,
                span,
                given,
                body,
            });
        }
    }
    (file_docs(file, &tokens[..first]), headers)
}

/// Every header, usable or not: the name where there is one, and the bytes of the comment.
pub(super) fn headers(
    file: &SourceText,
    tokens: &[Token],
) -> Vec<(Option<Spanned<String>>, Range<usize>)> {
    let header = |token: &Token| {
        let rest = header_text(file, token).or_else(|| clorinde::header(file, token))?;
        let name = words(&file.text, rest).into_iter().next();
        Some((name, token.span.clone()))
    };
    tokens.iter().filter_map(header).collect()
}

fn is_header(file: &SourceText, token: &Token) -> bool {
    header_text(file, token).is_some() || clorinde::header(file, token).is_some()
}

/// Reads `--! name Params(a?) : Row(b?)`.
fn annotated(
    file: &SourceText,
    all: &[Token],
    body: &[Token],
    header: &Range<usize>,
    rest: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> (Option<Words>, Directives) {
    let Some(read) = clorinde::read(file, all, rest) else {
        diagnostics.push(unnamed(file, header));
        return (None, Directives::default());
    };
    let (name, span) = (read.name, read.name_span);
    let usable = check_name(file, &name, &span, diagnostics);
    let command = (clorinde::command(file, body), span.clone());
    (usable.then_some(((name, span), command)), read.given)
}

fn unnamed(file: &SourceText, header: &Range<usize>) -> Diagnostic {
    Diagnostic::error("missing-name", "this header names no query")
        .at(&file.path, header.clone(), "")
        .help("write `-- name: customer_by_phone :opt`")
}

/// The part of a header comment behind `name:`, as bytes of the file.
fn header_text(file: &SourceText, token: &Token) -> Option<Range<usize>> {
    let text = &file.text[token.span.clone()];
    let (inner, close) = match token.kind {
        Kind::LineComment => (text.strip_prefix("--")?, 0),
        Kind::BlockComment => (text.strip_prefix("/*")?.strip_suffix("*/")?, 2),
        _ => return None,
    };
    let rest = inner.trim_start().strip_prefix("name:")?;
    let end = token.span.end - close;
    Some(end - rest.len()..end)
}

fn parse_header(
    file: &SourceText,
    header: &Range<usize>,
    rest: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> Option<Words> {
    let words = words(&file.text, rest);
    let Some((name, name_span)) = words.first().cloned() else {
        diagnostics.push(unnamed(file, header));
        return None;
    };
    let usable = check_name(file, &name, &name_span, diagnostics);
    let Some((word, word_span)) = words.get(1).cloned() else {
        diagnostics.push(
            Diagnostic::error(
                "missing-command",
                format!("the query `{name}` has no command"),
            )
            .at(
                &file.path,
                name_span.end..name_span.end,
                "expected a command here",
            )
            .help(format!("say what a call returns: {}", command_list())),
        );
        return None;
    };
    let Some(command) = Command::of_word(&word) else {
        diagnostics.push(unknown_command(file, &word, word_span));
        return None;
    };
    if let Some((extra, span)) = words.get(2) {
        diagnostics.push(
            Diagnostic::error(
                "unknown-command",
                format!("`{extra}` does not belong in a header"),
            )
            .at(&file.path, span.clone(), "")
            .help("a header is `-- name: ident :command`; notes go on the lines below it"),
        );
        return None;
    }
    usable.then_some(((name, name_span), (command, word_span)))
}

fn unknown_command(file: &SourceText, word: &str, span: Range<usize>) -> Diagnostic {
    let nearest = names::nearest(word, Command::ALL.iter().map(|(_, w)| *w));
    let help = match (other_way(word), nearest) {
        (Some(way), _) => way.to_owned(),
        (None, Some(nearest)) => format!("did you mean `{nearest}`? Commands: {}", command_list()),
        (None, None) => format!("commands: {}", command_list()),
    };
    Diagnostic::error("unknown-command", format!("unknown command `{word}`"))
        .at(&file.path, span, "")
        .help(help)
}

/// What to write in place of commands that other tools have.
fn other_way(word: &str) -> Option<&'static str> {
    match word {
        ":execlastid" => Some(
            "PostgreSQL has no last inserted id: use `:one`, and let the INSERT return it: `RETURNING id`",
        ),
        _ => None,
    }
}

fn command_list() -> String {
    let words: Vec<String> = Command::ALL.iter().map(|(_, w)| format!("`{w}`")).collect();
    words.join(", ")
}

/// A name becomes a function, a struct and a constant: it must be an identifier in
/// each of these forms.
fn check_name(
    file: &SourceText,
    name: &str,
    span: &Range<usize>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let function = names::function(name);
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let problem = if plain {
        names::unusable(&function)
    } else {
        Some("may hold only ASCII letters, digits and `_`")
    };
    let Some(problem) = problem else { return true };
    let ascii: String = function.chars().filter(char::is_ascii).collect();
    let example = if names::unusable(&ascii).is_some() {
        format!("query_{}", ascii.trim_start_matches('_'))
    } else {
        ascii
    };
    diagnostics.push(
        Diagnostic::error(
            "unusable-name",
            format!("`{name}` cannot name a query: it {problem}"),
        )
        .at(&file.path, span.clone(), "")
        .help(format!("choose another name, such as `{example}`")),
    );
    false
}

/// SQL above the first header would be lost.
fn report_orphans(file: &SourceText, tokens: &[Token], diagnostics: &mut Diagnostics) {
    let orphan = tokens.iter().find(|t| {
        !matches!(
            t.kind,
            Kind::Space | Kind::LineComment | Kind::BlockComment | Kind::Semicolon
        )
    });
    if let Some(token) = orphan {
        diagnostics.push(
            Diagnostic::error("missing-header", "this statement stands under no header")
                .at(&file.path, token.span.clone(), "")
                .help("put a line such as `-- name: customer_by_phone :opt` above it"),
        );
    }
}

/// The line comments at the very top of a file, up to the first blank line.
fn file_docs(file: &SourceText, tokens: &[Token]) -> Vec<String> {
    let mut docs = Vec::new();
    for token in tokens {
        let text = &file.text[token.span.clone()];
        match token.kind {
            Kind::LineComment if clorinde::is_annotation(text) => {}
            Kind::LineComment => docs.push(comment_line(text)),
            Kind::Space if text.matches('\n').count() <= 1 => {}
            _ => break,
        }
    }
    docs
}

/// The text of a `--` comment, without one leading blank.
pub(super) fn comment_line(comment: &str) -> String {
    let text = comment.strip_prefix("--").unwrap_or(comment);
    text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned()
}

/// The words of a part of the text, with their places.
pub(super) fn words(text: &str, range: Range<usize>) -> Vec<(String, Range<usize>)> {
    let part = &text[range.clone()];
    part.split_whitespace()
        .map(|word| {
            // `split_whitespace` yields parts of `part`, so the addresses subtract.
            let start = range.start + (word.as_ptr() as usize - part.as_ptr() as usize);
            (word.to_owned(), start..start + word.len())
        })
        .collect()
}
