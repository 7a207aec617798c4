//! `/*[ status */ AND status = :status /*] */`: parts of a statement that are there only
//! when a parameter has a value. To every other reader the markers are comments.

use std::ops::Range;

use super::builder::{Builder, Use};
use super::lexer::{Kind, Token};
use super::{Directives, NullRule};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Outside,
    /// It begins or ends a part.
    Marker,
    /// In a part of this name.
    Inside(usize),
}

/// The optional parts of a statement.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The parameters that they are named after, in the order of their first parts.
    pub(super) names: Vec<String>,
    /// Every part: its name, and where the name stands.
    pub(super) spans: Vec<(usize, Range<usize>)>,
    /// One for each token.
    pub(super) places: Vec<Place>,
}

/// What a comment marks.
enum Marker<'a> {
    Open(&'a str),
    Close(&'a str),
}

fn marker(token: &str) -> Option<Marker<'_>> {
    let inner = token.strip_prefix("/*")?.strip_suffix("*/")?;
    match inner.strip_prefix('[') {
        Some(rest) => Some(Marker::Open(name(rest))),
        None => inner
            .strip_prefix(']')
            .map(|rest| Marker::Close(name(rest))),
    }
}

fn name(rest: &str) -> &str {
    rest.trim().trim_start_matches(':')
}

/// Whether a token begins or ends a part.
pub(super) fn is_marker(token: &str) -> bool {
    marker(token).is_some()
}

/// Finds the parts of a statement. What is wrong with them is reported.
pub(super) fn find(
    file: &SourceText,
    tokens: &[Token],
    diagnostics: &mut Diagnostics,
) -> Option<Parts> {
    let mut parts = Parts::default();
    let mut open: Option<(usize, Range<usize>)> = None;
    for token in tokens {
        let text = &file.text[token.span.clone()];
        let found = if token.kind == Kind::BlockComment {
            marker(text)
        } else {
            None
        };
        let place = match (found, &open) {
            (None, None) => Place::Outside,
            (None, Some((part, _))) => Place::Inside(*part),
            (Some(Marker::Open(name)), None) => {
                let Some(part) = parts.add(name, &token.span) else {
                    diagnostics.push(unnamed(file, &token.span));
                    return None;
                };
                open = Some((part, token.span.clone()));
                Place::Marker
            }
            (Some(Marker::Open(_)), Some((part, outer))) => {
                let name = &parts.names[*part];
                diagnostics.push(nested(file, name, &token.span, outer));
                return None;
            }
            (Some(Marker::Close(name)), Some((part, _)))
                if name.is_empty() || name == parts.names[*part] =>
            {
                open = None;
                Place::Marker
            }
            (Some(Marker::Close(_)), _) => {
                diagnostics.push(not_open(file, &token.span, open.as_ref().map(|(_, s)| s)));
                return None;
            }
        };
        parts.places.push(place);
    }
    if let Some((part, span)) = open {
        let name = &parts.names[part];
        diagnostics.push(
            Diagnostic::error(
                "unclosed-part",
                format!("this part of `{name}` is never closed"),
            )
            .at(&file.path, span, "opened here")
            .help("end the part with `/*] */`"),
        );
        return None;
    }
    Some(parts)
}

impl Parts {
    /// Adds a part; `None` when that is no parameter's name.
    fn add(&mut self, name: &str, span: &Range<usize>) -> Option<usize> {
        if !names::is_identifier(name) {
            return None;
        }
        let known = self.names.iter().position(|known| known == name);
        let part = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        self.spans.push((part, span.clone()));
        Some(part)
    }

    /// The first part of a name.
    fn first(&self, part: usize) -> Range<usize> {
        let mut spans = self.spans.iter();
        let first = spans.find(|(of, _)| *of == part);
        first.map_or(0..0, |(_, span)| span.clone())
    }
}

fn unnamed(file: &SourceText, span: &Range<usize>) -> Diagnostic {
    Diagnostic::error("invalid-part", "this marker names no parameter")
        .at(&file.path, span.clone(), "")
        .help("write `/*[ status */ AND status = :status /*] */`; a blank before the bracket makes it a comment again")
}

fn nested(file: &SourceText, name: &str, span: &Range<usize>, outer: &Range<usize>) -> Diagnostic {
    Diagnostic::error(
        "nested-part",
        format!("a part begins inside the part of `{name}`"),
    )
    .at(&file.path, span.clone(), "begins here")
    .at(&file.path, outer.clone(), "this one is still open")
    .help(
        "end the first part before: `/*] */`; parts may follow one another, and have the same name",
    )
}

fn not_open(file: &SourceText, span: &Range<usize>, open: Option<&Range<usize>>) -> Diagnostic {
    let message = match open {
        None => "no part is open that this could close",
        Some(_) => "this closes a part of another name",
    };
    let diagnostic = Diagnostic::error("unopened-part", message).at(&file.path, span.clone(), "");
    match open {
        Some(open) => diagnostic
            .at(&file.path, open.clone(), "this one is open")
            .help("parts do not overlap: write `/*] */` to close the open one"),
        None => diagnostic.help("begin the part with the name of its parameter: `/*[ status */`"),
    }
}

/// Whether every part is named after a parameter of its own, and every parameter has a value
/// wherever it stands.
pub(super) fn check(
    file: &SourceText,
    parts: &Parts,
    whole: &Builder<'_>,
    directives: &Directives,
) -> Vec<Diagnostic> {
    let Some((_, first)) = parts.spans.first() else {
        return Vec::new();
    };
    if let Some(numbered) = whole.body.params.iter().find(|p| p.name.is_none()) {
        let diagnostic = Diagnostic::error(
            "part-parameter",
            "a numbered parameter in a query with optional parts",
        )
        .at(&file.path, numbered.span.clone(), "numbered")
        .at(&file.path, first.clone(), "optional")
        .help("name the parameters, such as `:status`: each variant has numbers of its own");
        return vec![diagnostic];
    }
    let mut problems = Vec::new();
    for (part, name) in parts.names.iter().enumerate() {
        problems.extend(without_parameter(file, parts, part, &whole.uses));
        problems.extend(always_there(file, parts, part, &whole.uses));
        let null = whole.uses.iter().find(|u| u.nullable && u.name == *name);
        let null = null.map(|u| u.span.clone());
        let said = directives.params.iter();
        let said = said.filter(|d| d.name == *name && d.null == Some(NullRule::Null));
        let null = null.into_iter().chain(said.map(|d| d.span.clone()));
        problems.extend(null.map(|span| may_be_null(file, name, span, parts.first(part))));
    }
    if problems.is_empty() {
        problems.extend(without_value(file, parts, &whole.uses));
    }
    problems
}

/// No part of a name has the parameter of that name.
fn without_parameter(
    file: &SourceText,
    parts: &Parts,
    part: usize,
    uses: &[Use],
) -> Option<Diagnostic> {
    let name = &parts.names[part];
    if uses.iter().any(|u| u.name == *name) {
        return None;
    }
    let message = format!("no part of `{name}` has the parameter `:{name}`");
    let diagnostic =
        Diagnostic::error("part-parameter", message).at(&file.path, parts.first(part), "");
    let inside = uses.iter().filter(|u| u.part == Some(part));
    let inside: Vec<&str> = inside.map(|u| u.name.as_str()).collect();
    let nearest = names::nearest(name, inside.iter().copied());
    Some(match nearest.or(inside.first().copied()) {
        Some(other) => diagnostic.help(format!("name the part after its own: `/*[ {other} */`")),
        None => diagnostic.help("a part is there when its parameter has a value: use it inside"),
    })
}

/// A parameter that is needed without its parts as well.
fn always_there(file: &SourceText, parts: &Parts, part: usize, uses: &[Use]) -> Option<Diagnostic> {
    let name = &parts.names[part];
    let outside = uses.iter().find(|u| u.name == *name && u.part.is_none())?;
    let message = format!("`:{name}` stands outside of its parts: it always has a value");
    Some(
        Diagnostic::error("part-parameter", message)
            .at(&file.path, outside.span.clone(), "outside")
            .at(&file.path, parts.first(part), "present only with a value")
            .help(format!(
                "put this into a part of `{name}` as well, or name the part after another parameter"
            )),
    )
}

fn may_be_null(
    file: &SourceText,
    name: &str,
    span: Range<usize>,
    part: Range<usize>,
) -> Diagnostic {
    let message = format!("`:{name}` cannot be null: without a value its part is left out");
    Diagnostic::error("part-parameter", message)
        .at(&file.path, span, "said here")
        .at(&file.path, part, "its part")
        .help(format!("`{name}` is an `Option` anyway; to look for nulls, write `… IS NULL` in a part of another parameter"))
}

/// A parameter that stands in a part of another, and nowhere where it always has a value.
fn without_value(file: &SourceText, parts: &Parts, uses: &[Use]) -> Option<Diagnostic> {
    let lost = uses.iter().find(|u| {
        let foreign = u.part.is_some_and(|part| parts.names[part] != u.name);
        foreign && !uses.iter().any(|o| o.name == u.name && o.part.is_none())
    })?;
    let (name, part) = (&lost.name, lost.part?);
    let other = &parts.names[part];
    let message = format!("`:{name}` stands in a part of `{other}`, and may have no value then");
    let help = if parts.names.contains(name) {
        format!("put this into a part of `{name}`")
    } else {
        format!("name the part after it, `/*[ {name} */`, or use it outside of parts as well")
    };
    Some(
        Diagnostic::error("part-parameter", message)
            .at(&file.path, lost.span.clone(), "")
            .at(&file.path, parts.first(part), "the part")
            .help(help),
    )
}
