//! The variants of a query: one statement for each combination of what is optional in it.

use super::builder::Builder;
use super::lexer::Token;
use super::orders::Orders;
use super::parameters::Body;
use super::parts::Parts;
use super::{Directives, SourceParam};
use crate::diagnostics::{Diagnostic, SourceText, counted};

/// The most variants that a query may have: each is described, planned and judged, and each
/// is a prepared statement of its own.
const MOST: usize = 32;

/// Which of a query's texts a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its place among the variants of its query: bit n says whether part n is there, and what
    /// is above these bits is the order, or whether the page is behind another.
    pub index: usize,
    /// How many variants the query has.
    pub count: usize,
    /// The query's optional parts, in the order of their first appearance.
    pub parts: Vec<Part>,
    /// The names of the orders that callers choose from.
    pub orders: Vec<String>,
    /// The order that it has.
    pub order: Option<usize>,
    /// Whether it returns a page behind another, or the first one; `None` where there are no
    /// pages.
    pub after: Option<bool>,
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

    /// The names of what is present: of parts, then `after` or that of the order.
    pub fn present(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().filter(|part| part.present);
        let parts = parts.map(|part| part.name.as_str());
        let after = (self.after == Some(true)).then_some("after");
        let order = self.order.and_then(|order| self.orders.get(order));
        parts.chain(after).chain(order.map(String::as_str))
    }
}

/// The texts of a query: one, unless something is optional in it. `whole` is the text with
/// everything.
pub(super) fn expand(
    file: &SourceText,
    directives: &Directives,
    tokens: &[Token],
    parts: &Parts,
    orders: &Orders,
    whole: Builder<'_>,
) -> Result<Vec<Body>, Vec<Diagnostic>> {
    let page = directives.page.as_ref();
    if parts.names.is_empty() && orders.orderings.is_empty() && page.is_none() {
        return Ok(vec![whole.body]);
    }
    mixed(file, &whole.body.params)?;
    let count =
        count(parts, orders, directives).ok_or_else(|| vec![too_many(file, directives, parts)])?;
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
        let order = index >> parts.names.len();
        let after = order == 1;
        if let Some(page) = page {
            builder.open(page);
        }
        let ordering = orders.orderings.get(order);
        let clause = ordering.map(|ordering| (orders.at, ordering));
        let problems = builder.statement(tokens, parts, &present, clause);
        if !problems.is_empty() {
            return Err(problems);
        }
        if let Some(page) = page {
            builder.wrap(page, after);
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
            orders: orders.orderings.iter().map(|o| o.name.clone()).collect(),
            order: ordering.map(|_| order),
            after: page.map(|_| after),
            params: all.filter_map(|param| param.name.clone()).collect(),
        });
        bodies.push(body);
    }
    Ok(bodies)
}

/// Texts that lack some of the parameters number the others anew, which numbers as written
/// forbid.
fn mixed(file: &SourceText, params: &[SourceParam]) -> Result<(), Vec<Diagnostic>> {
    let named = params.iter().find(|param| param.name.is_some());
    let numbered = params.iter().find(|param| param.name.is_none());
    let (Some(named), Some(numbered)) = (named, numbered) else {
        return Ok(());
    };
    let message = "named and numbered parameters in one query with variants";
    Err(vec![
        Diagnostic::error("mixed-parameters", message)
            .at(&file.path, numbered.span.clone(), "numbered")
            .at(&file.path, named.span.clone(), "named")
            .help("name them all, such as `:phone`"),
    ])
}

/// How many variants there are, if these are not too many.
fn count(parts: &Parts, orders: &Orders, directives: &Directives) -> Option<usize> {
    let pages = if directives.page.is_some() { 2 } else { 1 };
    let orders = orders.orderings.len().max(pages);
    let count = combinations(parts.names.len())?.checked_mul(orders)?;
    (count <= MOST).then_some(count)
}

fn combinations(parts: usize) -> Option<usize> {
    2_usize.checked_pow(u32::try_from(parts).ok()?)
}

fn too_many(file: &SourceText, directives: &Directives, parts: &Parts) -> Diagnostic {
    let order = directives.order.as_ref();
    let orders = order.map_or(&[][..], |order| &order.orderings);
    let count = combinations(parts.names.len());
    let pages = if directives.page.is_some() { 2 } else { 1 };
    let count = count.and_then(|count| count.checked_mul(orders.len().max(pages)));
    let count = match count {
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
    if !parts.names.is_empty() {
        let names = parts.names.join("`, `");
        diagnostic = diagnostic.note(format!(
            "each of `{names}` is there or not, which doubles the variants"
        ));
    }
    if let Some(page) = &directives.page {
        diagnostic = diagnostic
            .at(&file.path, page.span.clone(), "")
            .note("the first page has a statement of its own, which doubles the variants");
    }
    if let Some(order) = order {
        let names: Vec<&str> = orders.iter().map(|order| order.name.as_str()).collect();
        diagnostic = diagnostic
            .at(&file.path, order.span.clone(), "")
            .note(format!(
                "each in {}: `{}`",
                counted(orders.len(), "order"),
                names.join("`, `")
            ));
    }
    diagnostic.help("split the query in two, or give a filter that callers always have its value")
}
