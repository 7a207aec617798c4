//! What conditions compare with few values.

use std::collections::BTreeSet;

use super::entries::Entries;
use super::{Bounds, Many};
use crate::analyze::nullability::sublink;
use crate::analyze::scope::{ColumnRef, JOIN_FULL, JOIN_LEFT, JOIN_RIGHT, Scope, entries_below};
use crate::analyze::shape::columns::{column, settled, without_casts};
use crate::analyze::shape::{Comparison, comparison};
use crate::analyze::tree::Node;

/// PostgreSQL's `BoolTestType`.
const IS_TRUE: i64 = 0;
const IS_FALSE: i64 = 2;

/// A condition of WHERE or of a join.
pub(super) struct Condition<'t> {
    pub(super) node: &'t Node<'t>,
    /// The entries whose rows take part only where it holds; `None` for all of them.
    pub(super) within: Option<BTreeSet<i64>>,
}

/// What is compared with few values.
#[derive(Default)]
pub(super) struct Bound<'t> {
    pub(super) columns: BTreeSet<ColumnRef>,
    /// Expressions that are no column, such as the key of `UNIQUE (lower(email))`.
    pub(super) expressions: Vec<&'t Node<'t>>,
}

impl Condition<'_> {
    pub(super) fn holds_for(&self, varno: i64) -> bool {
        self.within
            .as_ref()
            .is_none_or(|within| within.contains(&varno))
    }
}

impl Bound<'_> {
    pub(super) fn add(&mut self, other: Self) {
        self.columns.extend(other.columns);
        self.expressions.extend(other.expressions);
    }
}

/// The conditions of a query level, each with the entries that it holds for.
pub(super) fn conditions<'t>(scope: &Scope<'t, '_>) -> Vec<Condition<'t>> {
    let mut found = Vec::new();
    let Some(jointree) = scope.query.node("jointree") else {
        return found;
    };
    let node = jointree.node("quals");
    found.extend(node.map(|node| Condition { node, within: None }));
    for item in jointree.nodes("fromlist") {
        joins(item, None, scope, &mut found);
    }
    found
}

/// A row of the side that an outer join may leave out takes part only where the join's
/// condition holds; of the side that is kept it says nothing.
fn joins<'t>(
    item: &'t Node<'t>,
    within: Option<&BTreeSet<i64>>,
    scope: &Scope<'t, '_>,
    found: &mut Vec<Condition<'t>>,
) {
    let (Some(left), Some(right)) = (item.node("larg"), item.node("rarg")) else {
        return;
    };
    // An outer join whose nulls are thrown away again is an inner one.
    let left_out = |side: &Node<'_>, kinds: [i64; 2]| {
        let below = entries_below(side);
        let outer = item
            .int("jointype")
            .is_some_and(|kind| kinds.contains(&kind));
        let missing = below.iter().all(|varno| scope.optional.contains_key(varno));
        (outer && missing).then_some(below)
    };
    let left_only = left_out(left, [JOIN_RIGHT, JOIN_FULL]);
    let right_only = left_out(right, [JOIN_LEFT, JOIN_FULL]);
    let holds = match (&left_only, &right_only) {
        (None, None) => within.cloned(),
        (Some(side), None) | (None, Some(side)) => Some(side.clone()),
        (Some(_), Some(_)) => Some(BTreeSet::new()),
    };
    let node = item.node("quals");
    found.extend(node.map(|node| Condition {
        node,
        within: holds,
    }));
    joins(left, left_only.as_ref().or(within), scope, found);
    joins(right, right_only.as_ref().or(within), scope, found);
}

impl<'t> Entries<'_, '_, '_, 't, '_> {
    /// What a condition compares with few values wherever it is true.
    pub(super) fn bound_by(&self, node: &'t Node<'t>) -> Bound<'t> {
        let mut bound = Bound::default();
        match (node.name, node.word("boolop")) {
            ("BOOLEXPR", Some("and")) => {
                for arg in node.nodes("args") {
                    bound.add(self.bound_by(arg));
                }
            }
            ("BOOLEXPR", Some("or")) if self.bounds.many == Many::Few => {
                let mut arms = node.nodes("args").map(|arg| self.bound_by(arg).columns);
                let first = arms.next().unwrap_or_default();
                bound.columns = arms.fold(first, |all, arm| &all & &arm);
            }
            ("BOOLEXPR", Some("not")) => {
                let arg = node.nodes("args").next();
                bound
                    .columns
                    .extend(arg.and_then(|arg| self.column_of(arg)));
            }
            ("VAR", _) => bound.columns.extend(self.column_of(node)),
            ("BOOLEANTEST", _) if matches!(node.int("booltesttype"), Some(IS_TRUE | IS_FALSE)) => {
                let arg = node.node("arg");
                bound
                    .columns
                    .extend(arg.and_then(|arg| self.column_of(arg)));
            }
            ("OPEXPR", _) if self.is_equality(node) => self.equated(node, &mut bound),
            ("SCALARARRAYOPEXPR", _) if self.is_equality(node) && node.flag("useOr") => {
                let mut args = node.nodes("args");
                if let (Some(left), Some(right)) = (args.next(), args.next())
                    && self.bounds.many == Many::Few
                    && self.list_is_few(right)
                {
                    self.side(node, left, &mut bound);
                }
            }
            ("SUBLINK", _) => self.in_query(node, &mut bound),
            _ => {}
        }
        bound
    }

    fn column_of(&self, node: &'t Node<'t>) -> Option<ColumnRef> {
        column(settled(node, self.scope))
    }

    fn is_equality(&self, node: &Node<'_>) -> bool {
        comparison(self.bounds.reader.schema, node) == Some(Comparison::Equal)
    }

    /// `x = y`, where one side has few values.
    fn equated(&self, node: &'t Node<'t>, bound: &mut Bound<'t>) {
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let [left, right] = args.as_slice() else {
            return;
        };
        for (side, other) in [(*left, *right), (*right, *left)] {
            if self.depends_on_few(other, 0) {
                self.side(node, side, bound);
            }
        }
    }

    /// The side of an equation that a unique key may hold.
    fn side(&self, equation: &Node<'_>, side: &'t Node<'t>, bound: &mut Bound<'t>) {
        let schema = self.bounds.reader.schema;
        // Read as another type that is stored alike, equal means the same where
        // PostgreSQL itself says what is equal, as for `varchar` and `text`.
        let function = equation
            .oid("opfuncid")
            .and_then(|oid| schema.functions.get(&oid));
        let builtin = function.is_some_and(|function| function.builtin);
        let inner = match side.name {
            "RELABELTYPE" if builtin => side.node("arg").unwrap_or(side),
            _ => side,
        };
        let inner = settled(inner, self.scope);
        // Under another collation more texts may be equal than the key keeps apart.
        let collation = inner.int("varcollid").unwrap_or(0);
        if collation != 0 && equation.int("inputcollid") != Some(collation) {
            return;
        }
        match column(inner) {
            Some(column) => {
                bound.columns.insert(column);
            }
            None => bound.expressions.push(inner),
        }
    }

    /// A list with few elements: `ANY (:ids)`, `IN (1, 2)`, `ANY (ARRAY(SELECT …))`
    fn list_is_few(&self, node: &'t Node<'t>) -> bool {
        let list = without_casts(node);
        if list.name == "SUBLINK" && list.int("subLinkType") == Some(sublink::ARRAY) {
            return self.query_is_few(list.node("subselect"));
        }
        self.depends_on_few(node, 0)
    }

    /// `x IN (SELECT …)`
    fn in_query(&self, node: &'t Node<'t>, bound: &mut Bound<'t>) {
        let any = node.int("subLinkType") == Some(sublink::ANY);
        if !any || self.bounds.many == Many::One || !self.query_is_few(node.node("subselect")) {
            return;
        }
        let Some(test) = node.node("testexpr") else {
            return;
        };
        let tests: Vec<&Node<'_>> = if test.name == "BOOLEXPR" {
            test.nodes("args").collect()
        } else {
            vec![test]
        };
        for test in tests.into_iter().filter(|test| self.is_equality(test)) {
            if let Some(left) = test.nodes("args").next() {
                self.side(test, left, bound);
            }
        }
    }

    /// Whether a sub-select gives few rows, the same for each row of this level.
    fn query_is_few(&self, query: Option<&'t Node<'t>>) -> bool {
        let Some(query) = query else {
            return false;
        };
        let bounds: Bounds<'_, '_> = self.bounds;
        self.depends_on_few(query, 1) && bounds.below(query, self.scope, &BTreeSet::new()).is_ok()
    }
}
