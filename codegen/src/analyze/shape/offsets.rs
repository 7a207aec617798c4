//! Pages that are found by counting the rows before them, and the order in which the last
//! row seen would find them.

use crate::quoting::identifier;
use std::collections::BTreeSet;

use super::bounds::{Many, unique_keys};
use super::columns::{called, column, column_name, is_null, row_entries, settled};
use super::{Keyset, KeysetKey, Offset, Reader};
use crate::analyze::nullability::rte;
use crate::analyze::scope::{ColumnRef, Scope};
use crate::analyze::tree::{Node, Value};
use crate::schema::{Order, Table};

impl Reader<'_> {
    /// The OFFSET of a level, when it skips rows; of a nested query only where a LIMIT
    /// and a value of the caller's make it a page.
    pub(super) fn offset(&self, scope: &Scope<'_, '_>) -> Option<Offset> {
        let offset = scope.query.node("limitOffset")?;
        let nested = scope.parent.is_some();
        let page = scope.query.node("limitCount").is_some() && !is_constant(offset);
        if is_null(offset) || is_zero(offset) || (nested && !page) {
            return None;
        }
        Some(Offset {
            span: self.text.span_of(offset)?,
            keyset: self.keyset(scope),
        })
    }

    fn keyset(&self, scope: &Scope<'_, '_>) -> Option<Keyset> {
        let grouped = ["groupClause", "distinctClause", "groupingSets"];
        let plain = grouped
            .iter()
            .all(|clause| scope.query.list(clause).is_empty());
        if !plain || scope.query.node("setOperations").is_some() {
            return None;
        }
        let mut keys = Vec::new();
        let mut columns = BTreeSet::new();
        for clause in scope.query.nodes("sortClause") {
            let reference = clause.int("tleSortGroupRef");
            let mut targets = scope.query.nodes("targetList");
            let target = targets.find(|entry| entry.int("ressortgroupref") == reference)?;
            let expression = settled(target.node("expr")?, scope);
            let operator = self.schema.operators.get(&clause.oid("sortop")?)?;
            let descending = operator.order == Some(Order::Greater);
            // Nulls where they are not by default would need more than a comparison.
            let usual = clause.flag("nulls_first") == descending;
            let nullable = self.inference.value(expression, scope).nullable();
            if !usual && nullable {
                return None;
            }
            columns.insert(column(expression)?);
            keys.push(self.order_key(expression, descending, nullable, scope)?);
        }
        self.make_unique(&mut keys, columns, scope)?;
        let quals = scope.query.node("jointree")?.node("quals");
        Some(Keyset {
            keys,
            has_where: quals.is_some(),
        })
    }

    fn order_key(
        &self,
        expression: &Node<'_>,
        descending: bool,
        nullable: bool,
        scope: &Scope<'_, '_>,
    ) -> Option<KeysetKey> {
        let (varno, attribute) = column(expression)?;
        let name = column_name(scope.entry(varno)?, attribute)?;
        Some(KeysetKey {
            descending,
            nullable,
            ..self.key(varno, name, scope)
        })
    }

    /// A column as it is written, with a free name for its parameter.
    fn key(&self, varno: i64, name: &str, scope: &Scope<'_, '_>) -> KeysetKey {
        let quoted = identifier(name);
        let several = row_entries(scope).len() > 1;
        let entry = scope.entry(varno).filter(|_| several);
        let column = match entry {
            Some(entry) => format!("{}.{quoted}", identifier(called(entry))),
            None => quoted,
        };
        let mut param = crate::names::snake_case(name);
        while self.text.has_param(&param) {
            param = format!("last_{param}");
        }
        KeysetKey {
            column,
            param,
            descending: false,
            nullable: false,
            missing: false,
        }
    }

    /// Adds the columns without which two rows would stand at the same place; `None` when
    /// there are none to add.
    fn make_unique(
        &self,
        keys: &mut Vec<KeysetKey>,
        mut columns: BTreeSet<ColumnRef>,
        scope: &Scope<'_, '_>,
    ) -> Option<()> {
        let bounds = self.bounds(Many::One);
        let descending = keys.last().is_some_and(|key| key.descending);
        for varno in row_entries(scope) {
            if bounds.are_unique(scope, &columns) {
                return Some(());
            }
            let Some((table, key)) = self.primary_key(varno, scope) else {
                continue;
            };
            for attribute in key {
                if columns.insert((varno, attribute)) {
                    let name = &table.columns.get(&attribute)?.name;
                    keys.push(KeysetKey {
                        descending,
                        missing: true,
                        ..self.key(varno, name, scope)
                    });
                }
            }
        }
        bounds.are_unique(scope, &columns).then_some(())
    }

    /// The shortest unique key of a table that holds no null.
    pub(super) fn primary_key(
        &self,
        varno: i64,
        scope: &Scope<'_, '_>,
    ) -> Option<(&Table, Vec<i64>)> {
        let entry = scope.entry(varno)?;
        if entry.int("rtekind") != Some(rte::RELATION) || scope.optional.contains_key(&varno) {
            return None;
        }
        let oid = entry.oid("relid")?;
        let table = self.schema.tables.get(&oid)?;
        let never_null = |attribute: &i64| {
            let column = table.columns.get(attribute);
            column.is_some_and(|column| column.not_null)
        };
        let keys = unique_keys(self.schema, oid).filter(|index| index.predicate.is_none());
        let keys = keys.filter_map(|index| {
            let columns = index.keys.iter().map(|key| key.attribute);
            let columns: Vec<i64> = columns.collect::<Option<_>>()?;
            columns.iter().all(never_null).then_some((index, columns))
        });
        let (_, columns) = keys.min_by_key(|(index, columns)| (columns.len(), &index.name))?;
        Some((table, columns))
    }
}

/// Whether an expression is made of constants alone.
fn is_constant(node: &Node<'_>) -> bool {
    let mut constant = true;
    node.walk_levels(0, &mut |node, _| {
        constant &= !matches!(node.name, "PARAM" | "VAR" | "QUERY");
    });
    constant
}

fn is_zero(node: &Node<'_>) -> bool {
    let node = super::columns::without_casts(node);
    let value = node.field("constvalue");
    node.name == "CONST" && matches!(value, Value::Bytes(bytes) if bytes.iter().all(|b| *b == 0))
}
