//! The columns that a query compares for equality with what its caller gives: with one value, or
//! with each of an array. They tell which query does for many values what another does for one.

use std::collections::BTreeSet;

use super::conditions::stripped;
use super::nullability::PARAM_EXTERN;
use super::tree::{Node, Value};
use crate::schema::{Order, Schema};

/// A column that must be equal to what the caller gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lookup {
    /// The table.
    pub table: u32,
    /// The column, by attribute number.
    pub column: i64,
    /// Whether the caller gives an array, of which any element will do.
    pub array: bool,
}

/// PostgreSQL's `RTEKind`.
const RELATION: i64 = 0;
const JOIN: i64 = 2;
const FUNCTION: i64 = 3;

/// The lookups of a statement, on all of its levels. What one arm of an OR asks is none.
pub(super) fn lookups(schema: &Schema, root: &Node<'_>) -> BTreeSet<Lookup> {
    let levels = Levels {
        schema,
        query: root,
        outer: None,
    };
    let mut found = BTreeSet::new();
    levels.collect(&mut found);
    found
}

/// A query level and those around it.
pub(super) struct Levels<'a, 't> {
    pub(super) schema: &'a Schema,
    pub(super) query: &'a Node<'t>,
    pub(super) outer: Option<&'a Levels<'a, 't>>,
}

/// A side of a comparison.
pub(super) enum Side {
    Column {
        table: u32,
        column: i64,
    },
    /// A parameter, counted from zero, or one element of an array that is one.
    Given {
        param: usize,
        element: bool,
    },
}

impl<'t> Levels<'_, 't> {
    fn collect(&self, found: &mut BTreeSet<Lookup>) {
        if let Some(jointree) = self.query.node("jointree") {
            self.join(jointree, found);
        }
        for value in self.query.values() {
            value.nested(&mut |query| {
                let levels = Levels {
                    schema: self.schema,
                    query,
                    outer: Some(self),
                };
                levels.collect(found);
            });
        }
    }

    /// The conditions of a part of FROM, of WHERE and of ON.
    fn join(&self, item: &Node<'t>, found: &mut BTreeSet<Lookup>) {
        if let Some(condition) = item.node("quals") {
            self.conjunct(condition, found);
        }
        let sides = [item.node("larg"), item.node("rarg")];
        for part in item.nodes("fromlist").chain(sides.into_iter().flatten()) {
            self.join(part, found);
        }
    }

    fn conjunct(&self, node: &Node<'t>, found: &mut BTreeSet<Lookup>) {
        if node.name == "BOOLEXPR" && node.word("boolop") == Some("and") {
            for part in node.nodes("args") {
                self.conjunct(part, found);
            }
        }
        let any = node.name == "SCALARARRAYOPEXPR" && node.flag("useOr");
        if node.name != "OPEXPR" && !any {
            return;
        }
        let operator = node.oid("opno").and_then(|o| self.schema.operators.get(&o));
        if operator.and_then(|operator| operator.order) != Some(Order::Equal) {
            return;
        }
        let sides: Vec<_> = node.nodes("args").map(|side| self.side(side)).collect();
        if let [
            Some(Side::Column { table, column }),
            Some(Side::Given { element, .. }),
        ]
        | [
            Some(Side::Given { element, .. }),
            Some(Side::Column { table, column }),
        ] = sides[..]
        {
            let array = any || element;
            found.insert(Lookup {
                table,
                column,
                array,
            });
        }
    }

    pub(super) fn side(&self, node: &Node<'t>) -> Option<Side> {
        if let Some(param) = parameter(node) {
            return Some(Side::Given {
                param,
                element: false,
            });
        }
        let node = stripped(node);
        if node.name != "VAR" {
            return None;
        }
        let mut level = self;
        for _ in 0..node.int("varlevelsup")? {
            level = level.outer?;
        }
        level.entry_column(node.int("varno")?, node.int("varattno")?)
    }

    /// A column of an entry of this level's range table.
    fn entry_column(&self, entry: i64, column: i64) -> Option<Side> {
        let index = usize::try_from(entry).ok()?.checked_sub(1)?;
        let entry = self.query.nodes("rtable").nth(index)?;
        match entry.int("rtekind")? {
            RELATION if column > 0 => Some(Side::Column {
                table: entry.oid("relid")?,
                column,
            }),
            JOIN => {
                let place = usize::try_from(column).ok()?.checked_sub(1)?;
                let aliased = entry.list("joinaliasvars").get(place);
                self.side(aliased.and_then(Value::as_node)?)
            }
            FUNCTION => self.unnested(entry, column),
            _ => None,
        }
    }

    /// A column of what `unnest` makes of array parameters.
    fn unnested(&self, entry: &Node<'t>, column: i64) -> Option<Side> {
        let mut first = 1;
        for function in entry.nodes("functions") {
            let width = function.int("funccolcount")?;
            if (first..first + width).contains(&column) {
                let call = function.node("funcexpr")?;
                let called = self.schema.functions.get(&call.oid("funcid")?)?;
                let array = call.nodes("args").next()?;
                let unnest = called.builtin && called.name == "unnest";
                let param = parameter(array).filter(|_| unnest)?;
                return Some(Side::Given {
                    param,
                    element: true,
                });
            }
            first += width;
        }
        None
    }
}

/// The parameter that an expression is, counted from zero, also behind a conversion of its type.
pub(super) fn parameter(mut node: &Node<'_>) -> Option<usize> {
    while matches!(node.name, "RELABELTYPE" | "COERCEVIAIO" | "ARRAYCOERCEEXPR") {
        node = node.node("arg")?;
    }
    if node.name != "PARAM" || node.int("paramkind") != Some(PARAM_EXTERN) {
        return None;
    }
    usize::try_from(node.int("paramid")?).ok()?.checked_sub(1)
}
