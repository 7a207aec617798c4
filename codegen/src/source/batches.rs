//! What a query has that several calls in one batch cannot do.

use super::directives::Directives;
use super::header::Header;
use super::parts::Parts;
use crate::diagnostics::{Diagnostic, SourceText};

/// What is wrong with the query of a batch. Pages say for themselves that they need a `:many`.
pub(super) fn check(
    file: &SourceText,
    header: &Header<'_>,
    directives: &Directives,
    parts: &Parts,
) -> Vec<Diagnostic> {
    if !header.command.is_batch() {
        return Vec::new();
    }
    let (word, each) = (header.command.word(), header.command.each().word());
    let part = parts.spans.first().map(|(_, span)| {
        let message = format!("a `{word}` has no optional parts");
        (
            message,
            span,
            "write a query for each of the two".to_owned(),
        )
    });
    let order = directives.order.as_ref().map(|order| {
        let message = format!("a `{word}` has no order that callers choose");
        let help = "write the ORDER BY clause into the statement".to_owned();
        (message, &order.span, help)
    });
    let load = directives.loads.first().map(|load| {
        let message = format!("a `{word}` loads nothing");
        let help =
            format!("use `{each}` with an array parameter and `@load`: one statement for all keys");
        (message, &load.span, help)
    });
    let problems = [part, order, load].into_iter().flatten();
    problems
        .map(|(message, span, help)| {
            Diagnostic::error("invalid-batch", message)
                .at(&file.path, span.clone(), "")
                .help(help)
        })
        .collect()
}
