//! `-- @order newest: created_at DESC, id | name: name`: orders that a caller chooses from.

use std::ops::Range;

use super::header::Header;
use super::lexer::{self, Kind, Token};
use super::parts::{Parts, Place};
use super::{OrderDirective, Ordering, SourceParam};
use crate::diagnostics::{Diagnostic, SourceText};
use crate::names;

/// What stands behind ORDER BY in a statement.
const BEHIND: [&str; 4] = ["limit", "offset", "fetch", "for"];

/// The orders of a statement.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) orderings: Vec<Ordering>,
    /// The token before which an ORDER BY clause belongs.
    pub(super) at: usize,
}

/// The orders that a query asks for, and their place in its statement.
pub(super) fn find(
    file: &SourceText,
    header: &Header<'_>,
    directive: Option<&OrderDirective>,
    tokens: &[Token],
    parts: &Parts,
    params: &[SourceParam],
) -> Result<Orders, Vec<Diagnostic>> {
    let Some(directive) = directive else {
        return Ok(Orders::default());
    };
    let mut problems = unusable(file, directive);
    let invalid = |message: String, span: Range<usize>| {
        Diagnostic::error("invalid-order", message).at(&file.path, span, "")
    };
    if !header.command.returns_rows() {
        let message = if header.command.takes_rows() {
            format!("`{}` keeps the order of the rows it is given", header.name)
        } else {
            format!("`{}` returns no rows to order", header.name)
        };
        problems.push(invalid(message, directive.span.clone()).help("remove the line"));
    }
    let named = |param: &&SourceParam| param.name.as_deref() == Some("order");
    if let Some(param) = params.iter().find(named) {
        problems.push(
            invalid(
                "a parameter is called `order`".to_owned(),
                param.span.clone(),
            )
            .at(
                &file.path,
                directive.span.clone(),
                "callers give the order by this name",
            )
            .help("give the parameter another name"),
        );
    }
    let top = top_level(file, tokens);
    if let Some(span) = order_by(file, tokens, &top) {
        problems.push(
            invalid("the query has an order of its own".to_owned(), span)
                .at(
                    &file.path,
                    directive.span.clone(),
                    "callers choose one of these",
                )
                .help("make it one of the orders, or remove the `@order` line"),
        );
    }
    let at = match behind(file, tokens, parts, &top) {
        Ok(at) => at,
        Err(span) => {
            let message = "an ORDER BY clause has no place in this part".to_owned();
            let help = "give what stands behind ORDER BY a part of its own";
            problems.push(invalid(message, span).help(help));
            0
        }
    };
    if problems.is_empty() {
        Ok(Orders {
            orderings: directive.orderings.clone(),
            at,
        })
    } else {
        Err(problems)
    }
}

/// Names and clauses that cannot be used.
fn unusable(file: &SourceText, directive: &OrderDirective) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (number, ordering) in directive.orderings.iter().enumerate() {
        let camel = names::upper_camel_case(&ordering.name);
        let mut earlier = directive.orderings[..number].iter();
        let named = &ordering.name;
        let error = |message: String| {
            Diagnostic::error("invalid-order", message).at(&file.path, ordering.span.clone(), "")
        };
        if !names::is_identifier(named) || !named.is_ascii() || names::unusable(&camel).is_some() {
            let message = format!("`{named}` cannot name an order");
            let help = "an order has a name and a clause: `-- @order newest: created_at DESC, id | name: name`";
            problems.push(error(message).help(help));
        } else if earlier.any(|other| names::upper_camel_case(&other.name) == camel) {
            let message = format!("two orders would be called `{camel}`");
            problems.push(error(message).help("give one of them another name"));
        } else if let Some(problem) = unusable_clause(file, ordering) {
            problems.push(problem);
        }
    }
    problems
}

/// A clause goes into the SQL: it is one list of expressions.
fn unusable_clause(file: &SourceText, ordering: &Ordering) -> Option<Diagnostic> {
    let text = &file.text[ordering.clause.clone()];
    let error = |message: String, span: Range<usize>| {
        Some(Diagnostic::error("invalid-order", message).at(&file.path, span, ""))
    };
    if text.is_empty() {
        let message = format!("the order `{}` is empty", ordering.name);
        let help = format!("say by what: `{}: created_at DESC, id`", ordering.name);
        return error(message, ordering.span.clone()).map(|problem| problem.help(help));
    }
    let (tokens, unclosed) = lexer::lex(text);
    let mut depth = 0_usize;
    let mut wrong: Option<(&str, Range<usize>)> = unclosed.map(|unclosed| {
        let start = unclosed.span.start;
        ("something is never closed in this order", start..start + 1)
    });
    for token in &tokens {
        let what = match token.kind {
            Kind::NamedParam | Kind::NumberedParam => Some("an order takes no parameter"),
            Kind::Semicolon | Kind::LineComment | Kind::BlockComment => {
                Some("an order is one list of expressions")
            }
            Kind::Word if depth == 0 && is_one_of(&text[token.span.clone()], &BEHIND) => {
                Some("this does not belong to an order: write it in the query")
            }
            Kind::Close if depth == 0 => Some("this bracket was never opened"),
            _ => None,
        };
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        wrong = wrong.or(what.map(|what| (what, token.span.clone())));
    }
    if depth > 0 {
        wrong = wrong.or(Some((
            "a bracket is never closed in this order",
            0..text.len(),
        )));
    }
    let (what, span) = wrong?;
    let start = ordering.clause.start;
    error(what.to_owned(), start + span.start..start + span.end)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// The tokens outside of brackets that are no comments or blanks.
pub(super) fn top_level(file: &SourceText, tokens: &[Token]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut top = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Space | Kind::LineComment | Kind::BlockComment => {}
            _ if depth == 0 => top.push(index),
            _ => {}
        }
    }
    let text = |index: usize| &file.text[tokens[index].span.clone()];
    // Behind a dot or AS every word is a name.
    let named: Vec<bool> = (0..top.len())
        .map(|i| i > 0 && is_one_of(text(top[i - 1]), &[".", "as"]))
        .collect();
    let mut named = named.into_iter();
    top.retain(|_| !named.next().unwrap_or(false));
    top
}

/// The statement's own ORDER BY.
pub(super) fn order_by(file: &SourceText, tokens: &[Token], top: &[usize]) -> Option<Range<usize>> {
    let is =
        |index: usize, word: &str| file.text[tokens[index].span.clone()].eq_ignore_ascii_case(word);
    let pair = top
        .windows(2)
        .find(|two| is(two[0], "order") && is(two[1], "by"))?;
    Some(tokens[pair[0]].span.start..tokens[pair[1]].span.end)
}

/// The first word of what stands behind ORDER BY.
pub(super) fn tail(file: &SourceText, tokens: &[Token], top: &[usize]) -> Option<usize> {
    let of_tail = |index: &&usize| {
        let token = &tokens[**index];
        token.kind == Kind::Word && is_one_of(&file.text[token.span.clone()], &BEHIND)
    };
    top.iter().find(of_tail).copied()
}

/// The token before which ORDER BY belongs; one inside of a part, where that has more before.
fn behind(
    file: &SourceText,
    tokens: &[Token],
    parts: &Parts,
    top: &[usize],
) -> Result<usize, Range<usize>> {
    let Some(first) = tail(file, tokens, top) else {
        return Ok(tokens.len());
    };
    let mut at = first;
    if matches!(parts.places[first], Place::Inside(_)) {
        while parts.places[at] != Place::Marker {
            at -= 1;
            if !matches!(tokens[at].kind, Kind::Space | Kind::BlockComment) {
                return Err(tokens[first].span.clone());
            }
        }
    }
    Ok(at)
}
