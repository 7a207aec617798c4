//! Which columns a parameter is compared with or written to: where values come from that are
//! like those of real calls.

use std::collections::BTreeSet;

use super::lookups::{Levels, Side, parameter};
use super::scope::{CMD_INSERT, CMD_UPDATE};
use super::tree::Node;
use crate::schema::{Order, Schema};

/// A column that a parameter is compared with or written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParamUse {
    /// The parameter, counted from zero.
    pub param: usize,
    /// How it is used.
    pub kind: UseKind,
    /// The table.
    pub table: u32,
    /// The column, by attribute number.
    pub column: i64,
    /// Whether the parameter is an array, of which each element is compared.
    pub array: bool,
}

/// How a parameter is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// The column is equal to it.
    Equal,
    /// The column begins there.
    Least,
    /// The column ends there.
    Greatest,
    /// It is compared in another way.
    Other,
    /// The column gets it.
    Written,
}

/// The uses of every parameter of a statement, on all of its levels.
pub(super) fn uses(schema: &Schema, root: &Node<'_>) -> BTreeSet<ParamUse> {
    let levels = Levels {
        schema,
        query: root,
        outer: None,
    };
    let mut found = BTreeSet::new();
    levels.uses(&mut found);
    found
}

impl<'t> Levels<'_, 't> {
    fn uses(&self, found: &mut BTreeSet<ParamUse>) {
        self.written(found);
        for value in self.query.values() {
            value.walk_level(&mut |node| self.compared(node, found));
            value.nested(&mut |query| {
                let levels = Levels {
                    schema: self.schema,
                    query,
                    outer: Some(self),
                };
                levels.uses(found);
            });
        }
    }

    fn compared(&self, node: &Node<'t>, found: &mut BTreeSet<ParamUse>) {
        let any = node.name == "SCALARARRAYOPEXPR" && node.flag("useOr");
        if !any && !matches!(node.name, "OPEXPR" | "DISTINCTEXPR") {
            return;
        }
        let sides: Vec<_> = node.nodes("args").map(|side| self.side(side)).collect();
        let (turned, table, column, param, element) = match sides[..] {
            [
                Some(Side::Column { table, column }),
                Some(Side::Given { param, element }),
            ] => (false, table, column, param, element),
            [
                Some(Side::Given { param, element }),
                Some(Side::Column { table, column }),
            ] => (true, table, column, param, element),
            _ => return,
        };
        let operator = node.oid("opno").and_then(|o| self.schema.operators.get(&o));
        let kind = match operator.and_then(|operator| operator.order) {
            Some(Order::Equal) => UseKind::Equal,
            Some(Order::Greater | Order::GreaterOrEqual) if turned => UseKind::Greatest,
            Some(Order::Greater | Order::GreaterOrEqual) => UseKind::Least,
            Some(Order::Less | Order::LessOrEqual) if turned => UseKind::Least,
            Some(Order::Less | Order::LessOrEqual) => UseKind::Greatest,
            None => UseKind::Other,
        };
        found.insert(ParamUse {
            param,
            kind,
            table,
            column,
            array: any || element,
        });
    }

    /// The columns that INSERT and UPDATE give a parameter.
    fn written(&self, found: &mut BTreeSet<ParamUse>) {
        let command = self.query.int("commandType");
        if !matches!(command, Some(CMD_INSERT | CMD_UPDATE)) {
            return;
        }
        let place = self
            .query
            .int("resultRelation")
            .and_then(|i| usize::try_from(i - 1).ok());
        let entry = place.and_then(|place| self.query.nodes("rtable").nth(place));
        let Some(table) = entry.and_then(|entry| entry.oid("relid")) else {
            return;
        };
        for target in self.query.nodes("targetList") {
            let param = target.node("expr").and_then(parameter);
            if let (Some(param), Some(column)) = (param, target.int("resno")) {
                found.insert(ParamUse {
                    param,
                    kind: UseKind::Written,
                    table,
                    column,
                    array: false,
                });
            }
        }
    }
}
