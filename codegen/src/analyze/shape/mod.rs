//! What a query's form says beyond its types: stars, offsets, comparisons with null,
//! writes without a condition, and whether anything bounds its rows.
//!
//! Only facts with places in the SQL leave this module; the rules judge them.

mod bounds;
mod columns;
mod not_in;
mod nulls;
mod offsets;
mod pages;
mod stars;
mod text;
mod writes;

use std::ops::Range;

use super::Param;
use super::nullability::Inference;
use super::scope::Scope;
use super::tree::Node;
use crate::schema::{Order, Schema};
use crate::source::PageDirective;
pub(super) use pages::paged;
pub use pages::{MissingKey, Paging};
use text::Text;

/// What a query's form says. Places are bytes of the SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Columns of the result that are taken by `*`.
    pub stars: Vec<Star>,
    /// Rows that are skipped by counting them.
    pub offsets: Vec<Offset>,
    /// UPDATEs and DELETEs that nothing restricts.
    pub whole_writes: Vec<WholeWrite>,
    /// Comparisons that a constant null makes null.
    pub null_comparisons: Vec<NullComparison>,
    /// `NOT IN`s that one null makes null or false for every row.
    pub not_ins: Vec<NotIn>,
    /// Why nothing bounds the number of rows returned; `None` where something does.
    pub unbounded: Option<Vec<String>>,
    /// What is known of the key of its pages; `None` where there are none.
    pub paging: Option<Paging>,
}

/// A `*` or `t.*` among the columns returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Star {
    /// Where it stands.
    pub span: Range<usize>,
    /// The columns it stands for, as they could be written in its place.
    pub columns: Vec<String>,
}

/// An OFFSET that skips rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offset {
    /// Where its expression stands.
    pub span: Range<usize>,
    /// The same page by the last row seen; `None` where the order is not one of columns.
    pub keyset: Option<Keyset>,
}

/// An order in which the last row seen says where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    /// The columns, the unique ones last.
    pub keys: Vec<KeysetKey>,
    /// Whether the query has a WHERE clause.
    pub has_where: bool,
}

/// A column of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysetKey {
    /// The column as it is written.
    pub column: String,
    /// A free name for the parameter that holds the last row's value.
    pub param: String,
    /// Whether it descends.
    pub descending: bool,
    /// Whether it can be null.
    pub nullable: bool,
    /// Whether ORDER BY lacks it, and no two rows are told apart without it.
    pub missing: bool,
}

/// An UPDATE or DELETE of a whole table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeWrite {
    /// From the keyword to the table's name.
    pub span: Range<usize>,
    /// `UPDATE` or `DELETE`.
    pub operation: &'static str,
    /// The table as a reader calls it.
    pub table: String,
    /// Whether there is a condition, on the other tables alone.
    pub others_restricted: bool,
}

/// A comparison with a constant null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullComparison {
    /// The operator and the null.
    pub span: Range<usize>,
    /// What is written.
    pub form: NullForm,
    /// What is compared with null, where that is short.
    pub operand: Option<String>,
}

/// How a comparison with null is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullForm {
    /// `x = NULL`
    Equal,
    /// `x <> NULL`
    NotEqual,
    /// `x < NULL`, `x LIKE NULL`, `x = ALL (NULL)` …
    Other,
    /// `x IN (1, NULL)`
    List,
    /// `CASE x WHEN NULL`
    Case,
}

/// A `NOT IN` with a null on its right side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotIn {
    /// `NOT IN`, `<> ALL` …
    pub span: Range<usize>,
    /// What may be null.
    pub culprit: Range<usize>,
    /// What may be null, as a reader calls it.
    pub what: String,
    /// Why it may be null; a clause.
    pub why: String,
    /// The right side.
    pub side: NotInSide,
}

/// The right side of a `NOT IN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotInSide {
    /// Values, with the left side where that is short.
    List(Option<String>),
    /// A sub-select.
    Query {
        /// Its column, as a condition in it can name it.
        column: Option<String>,
        /// The left side, as a condition in the sub-select can name it.
        operand: Option<String>,
        /// Whether it has a WHERE clause.
        has_where: bool,
    },
}

/// What an operator asks of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
}

/// What an operator asks, when that is whether two values are the same.
fn comparison(schema: &Schema, node: &Node<'_>) -> Option<Comparison> {
    let operator = schema.operators.get(&node.oid("opno")?)?;
    match operator.order {
        Some(Order::Equal) => Some(Comparison::Equal),
        // A b-tree cannot be asked for it, so only the name tells.
        None if operator.name == "<>" => Some(Comparison::NotEqual),
        _ => None,
    }
}

/// What all parts of this module look at.
struct Reader<'a> {
    schema: &'a Schema,
    inference: &'a Inference<'a>,
    text: Text<'a>,
    memory: bounds::Memory,
}

/// Reads the form of a statement.
pub(super) fn shape(
    schema: &Schema,
    inference: &Inference<'_>,
    sql: &str,
    params: &[Param],
    root: &Node<'_>,
    page: Option<&PageDirective>,
) -> Shape {
    let reader = Reader {
        schema,
        inference,
        text: Text::new(sql, params),
        memory: bounds::Memory::default(),
    };
    let paged = page.and_then(|page| Some((pages::paged(root)?, page)));
    let mut shape = Shape {
        stars: reader.stars(paged.map_or(root, |(query, _)| query)),
        paging: paged.map(|(query, page)| {
            let key: Vec<&str> = page.keys.iter().map(|key| key.name.as_str()).collect();
            reader.paging(query, &key)
        }),
        unbounded: reader.unbounded(root),
        ..Shape::default()
    };
    levels(schema, root, None, &mut |scope| {
        shape.offsets.extend(reader.offset(scope));
        shape.whole_writes.extend(reader.whole_write(scope));
        reader.nulls(scope, &mut shape);
    });
    // PostgreSQL 18 keeps what is grouped by twice.
    shape
        .null_comparisons
        .sort_by_key(|c| (c.span.start, c.span.end));
    shape.null_comparisons.dedup_by_key(|c| c.span.clone());
    shape
        .not_ins
        .sort_by_key(|n| (n.span.start, n.culprit.start));
    shape.not_ins.dedup_by_key(|n| n.span.clone());
    shape
}

/// Calls `visit` on a query and on every query nested in it.
fn levels<'t>(
    schema: &Schema,
    query: &'t Node<'t>,
    parent: Option<&Scope<'t, '_>>,
    visit: &mut dyn FnMut(&Scope<'t, '_>),
) {
    let scope = Scope::new(schema, query, parent);
    visit(&scope);
    let mut below = Vec::new();
    for value in query.values() {
        value.nested(&mut |nested| below.push(nested));
    }
    for nested in below {
        levels(schema, nested, Some(&scope), visit);
    }
}
