//! The variants of a query: one statement for each combination of what is optional in it.

use super::builder::Builder;
use super::lexer::Token;
use super::parameters::Body;
use super::parts::Parts;
use super::{Directives, SourceParam};
use crate::diagnostics::{Diagnostic, SourceText};

/// The most variants that a query may have: each is described, planned and judged, and each
/// is a prepared statement of its own.
const MOST: usize = 32;

/// Which of a query's texts a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its place among the variants of its query: bit n says whether part n is there.
    pub index: usize,
    /// How many variants the query has.
    pub count: usize,
    /// The query's optional parts, in the order of their first appearance.
    pub parts: Vec<Part>,
    /// The parameters of all variants, in the order of their first appearance.
    pub params: Vec<String>,
}

/// An optional part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The parameter that it is named after.
    pub name: String,
    /// Whether this variant has it.
    pub present: bool,
}

impl Variant {
    /// What is present, as in `[status,rating]`; empty when nothing is.
    #[must_use]
    pub fn label(&self) -> String {
        let present: Vec<&str> = self.present().collect();
        match present.as_slice() {
            [] => String::new(),
            present => format!("[{}]", present.join(",")),
        }
    }

    /// The names of what is present.
    pub fn present(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().filter(|part| part.present);
        parts.map(|part| part.name.as_str())
    }
}

/// The texts of a query: one, unless something is optional in it. `whole` is the text with
/// everything.
pub(super) fn expand(
    file: &SourceText,
    directives: &Directives,
    tokens: &[Token],
    parts: &Parts,
    whole: Builder<'_>,
) -> Result<Vec<Body>, Vec<Diagnostic>> {
    if parts.names.is_empty() {
        return Ok(vec![whole.body]);
    }
    let count = count(parts).ok_or_else(|| vec![too_many(file, parts)])?;
    let mut bodies = Vec::new();
    for index in 0..count {
        let present: Vec<bool> = (0..parts.names.len())
            .map(|n| index >> n & 1 == 1)
            .collect();
        let used = |param: &&SourceParam| {
            let mut uses = whole.uses.iter();
            uses.any(|u| {
                param.name.as_deref() == Some(&u.name) && u.part.is_none_or(|part| present[part])
            })
        };
        let params = whole.body.params.iter().filter(used).cloned().collect();
        let mut builder = Builder::new(file, &directives.params, params);
        let problems = builder.statement(tokens, parts, &present);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut body = builder.body;
        let all = whole.body.params.iter();
        let names = parts.names.iter().cloned();
        body.variant = Some(Variant {
            index,
            count,
            parts: names
                .zip(present)
                .map(|(name, present)| Part { name, present })
                .collect(),
            params: all.filter_map(|param| param.name.clone()).collect(),
        });
        bodies.push(body);
    }
    Ok(bodies)
}

/// How many variants there are, if these are not too many.
fn count(parts: &Parts) -> Option<usize> {
    let shift = u32::try_from(parts.names.len()).ok()?;
    let count = 1_usize.checked_shl(shift)?;
    (count <= MOST).then_some(count)
}

fn too_many(file: &SourceText, parts: &Parts) -> Diagnostic {
    let names = parts.names.join("`, `");
    let count = match u32::try_from(parts.names.len())
        .ok()
        .and_then(|n| 2_usize.checked_pow(n))
    {
        Some(count) => count.to_string(),
        None => format!("more than {}", usize::MAX),
    };
    let message = format!("the query has {count} variants, and {MOST} are the most");
    let mut diagnostic = Diagnostic::error("too-many-variants", message);
    for (number, (part, span)) in parts.spans.iter().enumerate() {
        if parts.spans[..number].iter().all(|(of, _)| of != part) {
            diagnostic = diagnostic.at(&file.path, span.clone(), "");
        }
    }
    diagnostic
        .note(format!(
            "each of `{names}` is there or not, which doubles the variants"
        ))
        .help("split the query in two, or give a filter that callers always have its value")
}
