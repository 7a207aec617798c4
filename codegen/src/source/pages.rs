//! `-- @page created_at desc, id`: the rows behind the last one seen, page by page.

use std::ops::Range;

use super::Command;
use super::PageDirective;
use super::directives::Directives;
use super::header::Header;
use super::lexer::Token;
use super::orders;
use crate::diagnostics::{Diagnostic, SourceText};
use crate::names;
use crate::quoting::identifier;

/// The parameter that holds how many rows a page has.
pub(crate) const PAGE_SIZE: &str = "page_size";
/// What the function calls the cursor.
const AFTER: &str = "after";

/// The parameter that holds a column of the last row seen; no other has a dot.
pub(crate) fn cursor_param(column: &str) -> String {
    format!("{AFTER}.{column}")
}

/// What is wrong with the pages of a query.
pub(super) fn check(
    file: &SourceText,
    header: &Header<'_>,
    directives: &Directives,
    tokens: &[Token],
    params: &[super::SourceParam],
) -> Vec<Diagnostic> {
    let Some(page) = &directives.page else {
        return Vec::new();
    };
    let error = |message: String, span: Range<usize>| {
        Diagnostic::error("invalid-page", message).at(&file.path, span, "")
    };
    let mut problems = Vec::new();
    if header.command != Command::Many {
        let message = format!("`{}` returns no pages", header.command.word());
        problems.push(error(message, page.span.clone()).help("pages are those of a `:many` query"));
    }
    if let Some(order) = &directives.order {
        let message = "a query with pages has one order, that of `@page`".to_owned();
        problems.push(error(message, order.span.clone()).help("remove one of the two lines"));
    }
    if let Some(load) = directives.loads.first() {
        let message = "a query with pages loads nothing".to_owned();
        let help = "call the query that is loaded with the keys of the page's rows";
        problems.push(error(message, load.span.clone()).help(help));
    }
    problems.extend(in_the_way(file, page, tokens));
    for (number, key) in page.keys.iter().enumerate() {
        if page.keys[..number]
            .iter()
            .any(|other| other.name == key.name)
        {
            let message = format!("the page is ordered by `{}` twice", key.name);
            problems.push(error(message, key.span.clone()).help("name it once"));
        }
    }
    for param in params {
        let (message, help) = match param.name.as_deref() {
            None => (
                "a numbered parameter in a query with pages",
                "name the parameters",
            ),
            Some(name) if is_taken(name) => {
                let message = "a parameter has a name that pages use";
                (message, "give the parameter another name")
            }
            Some(_) => continue,
        };
        problems.push(
            error(message.to_owned(), param.span.clone())
                .at(&file.path, page.span.clone(), "the pages")
                .help(help),
        );
    }
    problems
}

/// The names that the function and the cursor use.
fn is_taken(name: &str) -> bool {
    let name = names::identifier(name);
    name == PAGE_SIZE || name == AFTER || name.starts_with("after_")
}

/// The statement is wrapped into one that orders it and takes a page.
fn in_the_way(file: &SourceText, page: &PageDirective, tokens: &[Token]) -> Option<Diagnostic> {
    let top = orders::top_level(file, tokens);
    let text = |index: usize| &file.text[tokens[index].span.clone()];
    let error = |message: String, span: Range<usize>| {
        Diagnostic::error("invalid-page", message)
            .at(&file.path, span, "")
            .at(&file.path, page.span.clone(), "the pages")
    };
    // In brackets there is none at the top.
    if let Some(&first) = top.first() {
        let word = text(first).to_ascii_lowercase();
        if !["select", "with", "values", "table"].contains(&word.as_str()) {
            let message = format!("`{}` has no pages", text(first).to_uppercase());
            let span = tokens[first].span.clone();
            return Some(error(message, span).help("pages are those of a SELECT"));
        }
    }
    if let Some(span) = orders::order_by(file, tokens, &top) {
        let help = "remove the ORDER BY clause: `@page` orders the rows";
        return Some(error("the query has an order of its own".to_owned(), span).help(help));
    }
    let tail = orders::tail(file, tokens, &top)?;
    let message = format!("`{}` takes part of the rows", text(tail).to_uppercase());
    let help = "remove it: a page has `page_size` rows, which the caller says";
    Some(error(message, tokens[tail].span.clone()).help(help))
}

/// What stands behind the statement: pieces of SQL, each with the key that it comes from, or a
/// parameter.
pub(super) enum Piece<'a> {
    Sql(String),
    /// A column; it leads back to the directive.
    Column(String, &'a Range<usize>),
    Param(String, &'a Range<usize>),
}

/// The clauses that order rows and take a page of them, that behind a row or the first one.
pub(super) fn tail(page: &PageDirective, after: bool) -> Vec<Piece<'_>> {
    let mut pieces = vec![sql("\n) AS page")];
    if after {
        pieces.push(sql("\nWHERE "));
        pieces.extend(behind(page));
    }
    pieces.push(sql("\nORDER BY "));
    for (number, key) in page.keys.iter().enumerate() {
        if number > 0 {
            pieces.push(sql(", "));
        }
        pieces.push(Piece::Column(identifier(&key.name), &key.span));
        if key.descending {
            pieces.push(sql(" DESC"));
        }
    }
    pieces.push(sql("\nLIMIT "));
    pieces.push(Piece::Param(PAGE_SIZE.to_owned(), &page.span));
    // One more than a page tells whether there is another.
    pieces.push(sql("::bigint + 1"));
    pieces
}

fn sql(text: &str) -> Piece<'static> {
    Piece::Sql(text.to_owned())
}

/// `(a, b)`
fn list<'a>(items: impl Iterator<Item = Piece<'a>>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for item in items {
        pieces.push(sql(if pieces.is_empty() { "(" } else { ", " }));
        pieces.push(item);
    }
    pieces.push(sql(")"));
    pieces
}

/// Rows behind the cursor: as one comparison of rows where all directions are one.
fn behind(page: &PageDirective) -> Vec<Piece<'_>> {
    let keys = &page.keys;
    let column = |number: usize| {
        let key = &keys[number];
        Piece::Column(identifier(&key.name), &key.span)
    };
    let param = |number: usize| {
        let key = &keys[number];
        Piece::Param(cursor_param(&key.name), &key.span)
    };
    let operator = |number: usize| if keys[number].descending { "<" } else { ">" };
    let last = keys.len().saturating_sub(1);
    let compared = |number: usize, operator: &str| {
        vec![column(number), sql(&format!(" {operator} ")), param(number)]
    };
    if keys.is_empty() {
        return Vec::new();
    }
    if keys.len() == 1 {
        return compared(0, operator(0));
    }
    let mut pieces = Vec::new();
    if keys.iter().all(|key| key.descending == keys[0].descending) {
        pieces.extend(list((0..keys.len()).map(column)));
        pieces.push(sql(&format!(" {} ", operator(0))));
        pieces.extend(list((0..keys.len()).map(param)));
        return pieces;
    }
    // The first comparison is one that an index can be searched by.
    pieces.extend(compared(0, &format!("{}=", operator(0))));
    pieces.push(sql(" AND ("));
    for number in 0..last {
        pieces.extend(compared(number, operator(number)));
        pieces.push(sql(" OR ("));
        pieces.extend(compared(number, "="));
        pieces.push(sql(" AND "));
        if number + 1 < last {
            pieces.push(sql("("));
        }
    }
    pieces.extend(compared(last, operator(last)));
    pieces.push(sql(&")".repeat(2 * last)));
    pieces
}
