//! Comparisons that a constant null makes null, and the walk that finds them and
//! [`super::not_in`] among the conditions of a query level.

use std::collections::BTreeSet;

use super::columns::{is_null, without_casts};
use super::text::location;
use super::{Comparison, NullComparison, NullForm, Reader, Shape, comparison};
use crate::analyze::nullability::{PARAM_EXTERN, sublink};
use crate::analyze::proofs::is_strict;
use crate::analyze::scope::Scope;
use crate::analyze::tree::{Node, Value};

/// The type `bool` by object identifier.
const BOOL: u32 = 16;
/// PostgreSQL's `NullTestType`.
const IS_NULL: i64 = 0;
const IS_NOT_NULL: i64 = 1;

/// Where the walk is.
#[derive(Clone, Default)]
pub(super) struct Place {
    /// Whether a NOT stands right above.
    pub(super) negated: bool,
    /// Parameters that cannot be null where this decides anything.
    pub(super) not_null: BTreeSet<i64>,
}

impl Reader<'_> {
    /// Finds comparisons with null on one query level.
    pub(super) fn nulls(&self, scope: &Scope<'_, '_>, shape: &mut Shape) {
        for value in scope.query.values() {
            self.each(value, &Place::default(), scope, shape);
        }
    }

    fn each<'t>(
        &self,
        value: &'t Value<'t>,
        place: &Place,
        scope: &Scope<'t, '_>,
        shape: &mut Shape,
    ) {
        match value {
            // A nested query is a level of its own.
            Value::Node(node) if node.name != "QUERY" => self.node(node, place, scope, shape),
            Value::List(list) => {
                for value in list {
                    self.each(value, place, scope, shape);
                }
            }
            _ => {}
        }
    }

    fn node<'t>(
        &self,
        node: &'t Node<'t>,
        place: &Place,
        scope: &Scope<'t, '_>,
        shape: &mut Shape,
    ) {
        match node.name {
            "BOOLEXPR" => return self.bool_expr(node, place, scope, shape),
            "SUBLINK" => shape.not_ins.extend(self.not_in_query(node, place, scope)),
            "OPEXPR" => match self.not_in_one(node, place) {
                Some(not_in) => shape.not_ins.push(not_in),
                None => shape.null_comparisons.extend(self.compared(node)),
            },
            "SCALARARRAYOPEXPR" if self.is_not_in(node, place) => {
                shape.not_ins.extend(self.not_in_list(node, place));
            }
            "SCALARARRAYOPEXPR" => shape.null_comparisons.extend(self.compared_list(node)),
            _ => {}
        }
        let below = Place {
            negated: false,
            ..place.clone()
        };
        for value in node.values() {
            self.each(value, &below, scope, shape);
        }
    }

    /// `:p IS NULL OR …` and `:p IS NOT NULL AND …`: beside the test the parameter is not
    /// null where it matters.
    fn bool_expr<'t>(
        &self,
        node: &'t Node<'t>,
        place: &Place,
        scope: &Scope<'t, '_>,
        shape: &mut Shape,
    ) {
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let test = match node.word("boolop") {
            Some("and") => IS_NOT_NULL,
            Some("or") => IS_NULL,
            _ => -1,
        };
        let tested = args.iter().filter_map(|arg| tested_param(arg, test));
        let mut below = Place {
            negated: test == -1,
            not_null: place.not_null.clone(),
        };
        below.not_null.extend(tested);
        for arg in args {
            self.node(arg, &below, scope, shape);
        }
    }

    /// A strict operator with a constant null.
    fn compared(&self, node: &Node<'_>) -> Option<NullComparison> {
        let strict = node.oid("opresulttype") == Some(BOOL) && is_strict(self.schema, node);
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let null = args
            .iter()
            .position(|arg| is_null(arg))
            .filter(|_| strict)?;
        let other = args.iter().enumerate().find(|(index, _)| *index != null);
        let case = other.is_some_and(|(_, other)| other.name == "CASETESTEXPR");
        self.comparison(
            node,
            args[null],
            match comparison(self.schema, node) {
                _ if case => NullForm::Case,
                Some(Comparison::Equal) => NullForm::Equal,
                Some(Comparison::NotEqual) => NullForm::NotEqual,
                _ => NullForm::Other,
            },
            other.map(|(_, other)| *other),
        )
    }

    /// `x IN (1, NULL)`, `x < ANY (NULL)`
    fn compared_list(&self, node: &Node<'_>) -> Option<NullComparison> {
        let mut args = node.nodes("args");
        let (left, right) = (args.next()?, args.next()?);
        if !is_strict(self.schema, node) {
            return None;
        }
        if let Some(null) = [left, right].into_iter().find(|arg| is_null(arg)) {
            return self.comparison(node, null, NullForm::Other, None);
        }
        let null = elements(right)
            .into_iter()
            .find(|element| is_null(element))?;
        let form = if node.flag("useOr") {
            NullForm::List
        } else {
            NullForm::Other
        };
        self.comparison(node, null, form, Some(left))
    }

    fn comparison(
        &self,
        node: &Node<'_>,
        null: &Node<'_>,
        form: NullForm,
        operand: Option<&Node<'_>>,
    ) -> Option<NullComparison> {
        let text = &self.text;
        let null = text.index(location(without_casts(null))?);
        let operator = location(node).map_or(null, |at| text.index(at));
        let span = match form {
            NullForm::List => text.span(null, null),
            _ => text.span(operator.min(null), operator.max(null)),
        };
        Some(NullComparison {
            span,
            form,
            operand: operand.and_then(|operand| self.short(operand)),
        })
    }

    /// An expression as it is written, where that is a name or a parameter.
    pub(super) fn short(&self, node: &Node<'_>) -> Option<String> {
        let node = without_casts(node);
        let (first, last) = self.text.tokens_of(node)?;
        let plain = matches!(node.name, "VAR" | "PARAM") && first <= last;
        plain.then(|| self.text.written(self.text.span(first, last)))
    }
}

/// The elements of an array that is written out.
pub(super) fn elements<'t>(array: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    let array = without_casts(array);
    if matches!(array.name, "ARRAYEXPR" | "ARRAY") {
        array.nodes("elements").collect()
    } else {
        Vec::new()
    }
}

/// The number of a parameter of the statement, casts aside.
pub(super) fn param(node: &Node<'_>) -> Option<i64> {
    let node = without_casts(node);
    let external = node.name == "PARAM" && node.int("paramkind") == Some(PARAM_EXTERN);
    node.int("paramid").filter(|_| external)
}

/// The parameter that an arm tests for null.
fn tested_param(arm: &Node<'_>, test: i64) -> Option<i64> {
    let tests = arm.name == "NULLTEST" && arm.int("nulltesttype") == Some(test);
    param(arm.node("arg").filter(|_| tests)?)
}

/// Whether a sub-select stands for `IN` or `= ANY`, and whether for `<> ALL`.
pub(super) fn any_or_all(node: &Node<'_>) -> (bool, bool) {
    let kind = node.int("subLinkType");
    (kind == Some(sublink::ANY), kind == Some(sublink::ALL))
}
