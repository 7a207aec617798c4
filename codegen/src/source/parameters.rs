//! The statement under a header, and the parameters in it.

use super::batches;
use super::builder::Builder;
use super::header::Header;
use super::inserts;
use super::lexer::{self, Kind, Token};
use super::orders::{self, Orders};
use super::pages;
use super::parts::{self, is_marker};
use super::variants::{self, Variant};
use super::{Directives, Embed, LoadValue, ParamDirective, SourceParam, SpanMap};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;

/// What a header's tokens hold beside comments.
pub(super) struct Statement {
    pub(super) written: String,
    /// One, or one for each variant.
    pub(super) bodies: Vec<Body>,
}

/// One text for the server.
pub(super) struct Body {
    pub(super) sql: String,
    pub(super) params: Vec<SourceParam>,
    pub(super) embeds: Vec<Embed>,
    pub(super) map: SpanMap,
    pub(super) variant: Option<Variant>,
}

/// Reads the one statement under a header.
pub(super) fn read(
    file: &SourceText,
    header: &Header<'_>,
    directives: &Directives,
    diagnostics: &mut Diagnostics,
) -> Option<Statement> {
    let tokens = one_statement(file, header, diagnostics)?;
    let parts = parts::find(file, tokens, diagnostics)?;
    let mut whole = Builder::new(file, &directives.params, Vec::new());
    let mut problems = whole.statement(tokens, &parts, &vec![true; parts.names.len()], None);
    problems.extend(unusable_params(file, directives, &whole));
    if problems.is_empty() {
        problems.extend(parts::check(file, &parts, &whole, directives));
    }
    let params = &whole.body.params;
    let order = directives.order.as_ref();
    let orders = match orders::find(file, header, order, tokens, &parts, params) {
        Ok(orders) => orders,
        Err(unusable) => {
            problems.extend(unusable);
            Orders::default()
        }
    };
    problems.extend(pages::check(file, header, directives, tokens, params));
    problems.extend(inserts::check(
        file, header, directives, tokens, &parts, &whole,
    ));
    problems.extend(batches::check(file, header, directives, &parts));
    let bodies = if problems.is_empty() {
        variants::expand(file, directives, tokens, &parts, &orders, whole)
    } else {
        Err(problems)
    };
    match bodies {
        Ok(bodies) => Some(Statement {
            written: written(file, tokens),
            bodies,
        }),
        Err(problems) => {
            for problem in problems {
                diagnostics.push(problem);
            }
            None
        }
    }
}

/// Directives of parameters that are not there, and numbers that are left out.
fn unusable_params(
    file: &SourceText,
    directives: &Directives,
    whole: &Builder<'_>,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let params = &whole.body.params;
    for directive in &directives.params {
        let known = |p: &SourceParam| p.name.as_deref() == Some(&directive.name);
        if !params.iter().any(known) && !of_a_load(directives, directive) {
            problems.push(unknown_param(file, directive, params));
        }
    }
    for (index, param) in params.iter().enumerate() {
        if !whole.written.contains(&index) {
            let number = index + 1;
            problems.push(
                Diagnostic::error("unused-parameter", format!("the query has no `${number}`"))
                    .at(&file.path, param.span.clone(), "numbered higher")
                    .help("number the parameters from $1 without a gap"),
            );
        }
    }
    problems
}

/// The statement's text, with line ends as `\n` on every machine.
fn written(file: &SourceText, statement: &[Token]) -> String {
    match (statement.first(), statement.last()) {
        (Some(first), Some(last)) => {
            file.text[first.span.start..last.span.end].replace("\r\n", "\n")
        }
        _ => String::new(),
    }
}

/// Whether only what is loaded has the parameter. Its type is said where it is written.
fn of_a_load(directives: &Directives, directive: &ParamDirective) -> bool {
    let mut args = directives.loads.iter().flat_map(|load| &load.args);
    let untyped = directive.sql_type.is_none() && directive.null.is_none();
    untyped && args.any(|arg| arg.value == LoadValue::Parameter(directive.name.clone()))
}

fn unknown_param(
    file: &SourceText,
    directive: &ParamDirective,
    params: &[SourceParam],
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "unknown-param",
        format!("the query has no parameter `:{}`", directive.name),
    )
    .at(&file.path, directive.span.clone(), "");
    let names = params.iter().filter_map(|p| p.name.as_deref());
    match names::nearest(&directive.name, names) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    }
}

/// The tokens from the first that is no comment to the last before the semicolon.
fn one_statement<'a>(
    file: &SourceText,
    header: &Header<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a [Token]> {
    let silent = |t: &Token| matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment);
    let body = header.body;
    let marks = |t: &Token| is_marker(&file.text[t.span.clone()]);
    let Some(start) = body
        .iter()
        .position(|t| marks(t) || !silent(t) && t.kind != Kind::Semicolon)
    else {
        diagnostics.push(
            Diagnostic::error(
                "no-statement",
                format!("the query `{}` has no statement", header.name),
            )
            .at(&file.path, header.span.clone(), "")
            .help("write the SQL below the header"),
        );
        return None;
    };
    let end = lexer::statement_end(&file.text, &body[start..]) + start;
    let after = body[end..]
        .iter()
        .find(|t| !silent(t) && t.kind != Kind::Semicolon);
    if let Some(second) = after {
        diagnostics.push(
            Diagnostic::error(
                "two-statements",
                format!("the query `{}` has two statements", header.name),
            )
            .at(&file.path, second.span.clone(), "the second begins here")
            .at(&file.path, header.name_span.clone(), "under this header")
            .help("give the second a header of its own, or join the two with a WITH clause"),
        );
        return None;
    }
    // `start` itself is not silent, so there is a last one.
    let last = body[start..end]
        .iter()
        .rposition(|t| marks(t) || !silent(t))?
        + start;
    Some(&body[start..=last])
}
