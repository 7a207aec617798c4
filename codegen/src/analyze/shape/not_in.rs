//! `NOT IN` and `<> ALL` whose right side may hold a null, and why it may.

use crate::quoting::identifier;
use std::ops::Range;

use super::columns::{called, column, column_name, is_null, settled, without_casts};
use super::nulls::{Place, any_or_all, elements, param};
use super::text::{Text, location};
use super::{Comparison, NotIn, NotInSide, Reader, comparison};
use crate::analyze::nullability::{returned, rte};
use crate::analyze::nullness::Nullability;
use crate::analyze::scope::Scope;
use crate::analyze::tree::Node;
use crate::schema::Table;

/// Columns lead to columns of queries below; no further than this.
const MAX_DEPTH: usize = 50;
const PARAM_IS_NULL: &str = "it is declared so, or tested for null";

impl Reader<'_> {
    /// Whether a comparison with an array is `NOT IN`: `<> ALL`, or `= ANY` below a NOT.
    pub(super) fn is_not_in(&self, node: &Node<'_>, place: &Place) -> bool {
        match self.asks(node) {
            Some(Comparison::NotEqual) => !node.flag("useOr"),
            Some(Comparison::Equal) => node.flag("useOr") && place.negated,
            _ => false,
        }
    }

    fn asks(&self, node: &Node<'_>) -> Option<Comparison> {
        comparison(self.schema, node)
    }

    /// `x NOT IN (1, NULL)`, `x NOT IN (1, :p)`, `x <> ALL (:list)`
    pub(super) fn not_in_list(&self, node: &Node<'_>, place: &Place) -> Option<NotIn> {
        let mut args = node.nodes("args");
        let (left, right) = (args.next()?, args.next()?);
        let right_alone = std::iter::once(right);
        let mut parts = right_alone.chain(elements(right));
        parts.find_map(|part| self.not_in_part(node, left, part, place))
    }

    /// `x NOT IN (:p)` is written down as `x <> :p`; only the text tells them apart.
    pub(super) fn not_in_one(&self, node: &Node<'_>, place: &Place) -> Option<NotIn> {
        let word = self.text.index(location(node)?);
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let [left, right] = args.as_slice() else {
            return None;
        };
        let list = self.asks(node) == Some(Comparison::NotEqual) && self.text.is(word, "NOT");
        self.not_in_part(node, left, right, place)
            .filter(|_| list && !is_null(right))
    }

    fn not_in_part(
        &self,
        node: &Node<'_>,
        left: &Node<'_>,
        part: &Node<'_>,
        place: &Place,
    ) -> Option<NotIn> {
        let (what, why) = if is_null(part) {
            ("NULL".to_owned(), "it is written there".to_owned())
        } else {
            let number = param(part).filter(|number| !place.not_null.contains(number))?;
            if !self.inference.param_is_nullable(number) {
                return None;
            }
            let name = self.text.param(number)?;
            (name, PARAM_IS_NULL.to_owned())
        };
        Some(NotIn {
            span: self.words(node)?,
            culprit: self.text.span_of(without_casts(part))?,
            what,
            why,
            side: NotInSide::List(self.short(left)),
        })
    }

    /// `x NOT IN (SELECT y …)`, `x <> ALL (SELECT y …)`
    pub(super) fn not_in_query<'t>(
        &self,
        node: &'t Node<'t>,
        place: &Place,
        scope: &Scope<'t, '_>,
    ) -> Option<NotIn> {
        let (any, all) = any_or_all(node);
        let tests = row_tests(node.node("testexpr")?);
        let asks = |wanted| tests.iter().all(|test| self.asks(test) == Some(wanted));
        let not_in = (any && place.negated && asks(Comparison::Equal))
            || (all && asks(Comparison::NotEqual));
        if !not_in {
            return None;
        }
        let query = node.node("subselect")?;
        let columns = self.inference.columns_below(query, scope);
        let index = columns.iter().position(Nullability::nullable)?;
        let cause = self.cause(query, index, scope, 0);
        let left = tests.get(index).and_then(|test| test.nodes("args").next());
        let span = self.words(node)?;
        Some(NotIn {
            culprit: cause.span.unwrap_or_else(|| span.clone()),
            span,
            what: cause.what,
            why: cause.why,
            side: NotInSide::Query {
                column: cause.column,
                operand: left.and_then(|left| self.qualified(left, scope, query)),
                has_where: cause.has_where,
            },
        })
    }

    /// A column of a level as a sub-select can name it.
    fn qualified(
        &self,
        node: &Node<'_>,
        scope: &Scope<'_, '_>,
        query: &Node<'_>,
    ) -> Option<String> {
        let node = without_casts(node);
        let Some((varno, attribute)) = column(node) else {
            return self.short(node).filter(|_| node.name == "PARAM");
        };
        let entry = scope.entry(varno)?;
        let alias = called(entry);
        // The sub-select's own table of that name would be meant.
        if query.nodes("rtable").any(|other| called(other) == alias) {
            return None;
        }
        let name = column_name(entry, attribute)?;
        let (alias, name) = (identifier(alias), identifier(name));
        Some(format!("{alias}.{name}"))
    }

    /// `NOT IN`, `<> ALL`, `IN` where the NOT stands elsewhere.
    fn words(&self, node: &Node<'_>) -> Option<Range<usize>> {
        let first = self.text.index(location(node)?);
        let two = self.text.is(first + 1, "IN")
            || self.text.is(first + 1, "ALL")
            || self.text.is(first + 1, "ANY");
        Some(self.text.span(first, first + usize::from(two)))
    }

    /// Why a column of a query can be null.
    fn cause<'t>(
        &self,
        query: &'t Node<'t>,
        index: usize,
        parent: &Scope<'t, '_>,
        depth: usize,
    ) -> Cause {
        let scope = Scope::new(self.schema, query, Some(parent));
        if let Some(arm) = self.nullable_arm(query, index, &scope) {
            return self.cause(arm, index, &scope, depth + 1);
        }
        let entry = returned(query).nth(index);
        let Some(expression) = entry.and_then(|entry| entry.node("expr")) else {
            return Cause::unknown("the column");
        };
        let written = self.text.span_of(settled(expression, &scope));
        let text = match column(expression).filter(|_| points_to_star(&self.text, written.as_ref()))
        {
            Some(_) => entry.and_then(|e| e.word("resname")).map(identifier),
            None => written.clone().map(|span| self.text.written(span)),
        };
        let mut cause = self.cause_of(expression, &scope, depth);
        if cause.what.is_empty() {
            cause.what = text.clone().unwrap_or_else(|| "the column".to_owned());
        }
        cause.span = written;
        cause.column = text.filter(|_| !is_computed_late(settled(expression, &scope)));
        let jointree = query.node("jointree");
        cause.has_where = jointree.is_some_and(|tree| tree.node("quals").is_some());
        cause
    }

    /// The arm of a set operation that brings the null.
    fn nullable_arm<'t>(
        &self,
        query: &'t Node<'t>,
        index: usize,
        scope: &Scope<'t, '_>,
    ) -> Option<&'t Node<'t>> {
        let mut pending = vec![query.node("setOperations")?];
        while let Some(operation) = pending.pop() {
            pending.extend(operation.node("rarg"));
            pending.extend(operation.node("larg"));
            let entry = operation.int("rtindex").and_then(|i| scope.entry(i));
            let Some(arm) = entry.and_then(|entry| entry.node("subquery")) else {
                continue;
            };
            let columns = self.inference.columns_below(arm, scope);
            if columns.get(index).is_some_and(Nullability::nullable) {
                return Some(arm);
            }
        }
        None
    }

    fn cause_of<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>, depth: usize) -> Cause {
        let node = settled(without_casts(node), scope);
        if is_null(node) {
            return Cause::of("NULL", "it is written there");
        }
        if let Some(name) = param(node).and_then(|number| self.text.param(number)) {
            return Cause::of(name, PARAM_IS_NULL);
        }
        let found = column(node).and_then(|(varno, attribute)| {
            let entry = scope.entry(varno)?;
            self.column_cause(entry, varno, attribute, scope, depth)
        });
        match (found, node.name) {
            (Some(cause), _) => cause,
            (None, "AGGREF") => Cause::unknown("the aggregate"),
            _ => Cause::unknown("the expression"),
        }
    }

    fn column_cause<'t>(
        &self,
        entry: &'t Node<'t>,
        varno: i64,
        attribute: i64,
        scope: &Scope<'t, '_>,
        depth: usize,
    ) -> Option<Cause> {
        let index = usize::try_from(attribute - 1).ok()?;
        if scope.optional.contains_key(&varno) {
            let (name, alias) = (column_name(entry, attribute)?, called(entry));
            let why = format!("the outer join leaves `{alias}` out where it finds no row");
            return Some(Cause::of(format!("{alias}.{name}"), why));
        }
        match entry.int("rtekind") {
            Some(rte::RELATION) => {
                let table = self.schema.tables.get(&entry.oid("relid")?)?;
                let name = &table.columns.get(&attribute)?.name;
                let why = if table.kind == 'v' {
                    "of a view's column nothing is known"
                } else {
                    "the table does not forbid it"
                };
                Some(Cause::of(
                    format!("{}.{name}", Table::display_name(table)),
                    why,
                ))
            }
            Some(rte::SUBQUERY) if depth < MAX_DEPTH => {
                Some(self.cause(entry.node("subquery")?, index, scope, depth + 1))
            }
            Some(rte::CTE) if depth < MAX_DEPTH && entry.int("ctelevelsup") == Some(1) => {
                let owner = scope.parent?;
                let mut ctes = owner.query.nodes("cteList");
                let cte = ctes.find(|cte| cte.word("ctename") == entry.word("ctename"))?;
                Some(self.cause(cte.node("ctequery")?, index, owner, depth + 1))
            }
            _ => None,
        }
    }
}

/// Why a column can be null.
struct Cause {
    /// What can be null; empty for the column itself.
    what: String,
    why: String,
    span: Option<Range<usize>>,
    /// The column as a condition of its query can name it.
    column: Option<String>,
    has_where: bool,
}

impl Cause {
    fn of(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            span: None,
            column: None,
            has_where: false,
        }
    }

    fn unknown(kind: &str) -> Self {
        Self::of("", format!("{kind} is not proven to be a value"))
    }
}

/// The comparisons of `(a, b) NOT IN (SELECT …)`, one for each column.
fn row_tests<'t>(test: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    if test.name == "BOOLEXPR" {
        test.nodes("args").collect()
    } else {
        vec![test]
    }
}

/// Whether WHERE cannot name an expression: it is made of groups, windows or row sets.
fn is_computed_late(node: &Node<'_>) -> bool {
    let mut late = false;
    node.walk_levels(0, &mut |node, _| {
        late |= matches!(node.name, "AGGREF" | "WINDOWFUNC") || node.flag("funcretset");
    });
    late
}

/// Whether a column was taken by a star.
fn points_to_star(text: &Text<'_>, span: Option<&Range<usize>>) -> bool {
    span.is_some_and(|span| text.written(span.clone()).ends_with('*'))
}
