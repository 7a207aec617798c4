//! Whether a column of a range table entry can be null.

use super::{Walk, address};
use crate::analyze::functions::ROW_VALUES;
use crate::analyze::nullness::Nullability;
use crate::analyze::scope::{CMD_DELETE, CMD_INSERT, CMD_UPDATE, Scope};
use crate::analyze::tree::{Node, Value};

/// PostgreSQL's `RTEKind`.
pub(in crate::analyze) mod rte {
    pub(in crate::analyze) const RELATION: i64 = 0;
    pub(in crate::analyze) const SUBQUERY: i64 = 1;
    pub(in crate::analyze) const JOIN: i64 = 2;
    pub(in crate::analyze) const FUNCTION: i64 = 3;
    pub(in crate::analyze) const VALUES: i64 = 5;
    pub(in crate::analyze) const CTE: i64 = 6;
    pub(in crate::analyze) const GROUP: i64 = 9;
}

/// `OLD` and `NEW` in PostgreSQL 18's RETURNING.
const RETURNING_OLD: i64 = 1;
const RETURNING_NEW: i64 = 2;

impl Walk<'_> {
    pub(super) fn var(&self, node: &Node<'_>, scope: &Scope<'_, '_>) -> Nullability {
        let (Some(varno), Some(attribute)) = (node.int("varno"), node.int("varattno")) else {
            return Nullability::MAYBE;
        };
        let mut scope = scope;
        for _ in 0..node.int("varlevelsup").unwrap_or(0) {
            match scope.parent {
                Some(parent) => scope = parent,
                None => return Nullability::MAYBE,
            }
        }
        let command = scope.query.int("commandType");
        // `OLD` is the row before, `NEW` the row after: one of them may not be there.
        match node.int("varreturningtype") {
            Some(RETURNING_OLD) if matches!(command, Some(CMD_UPDATE | CMD_DELETE)) => {
                return self.entry_column(varno, attribute, scope);
            }
            Some(RETURNING_NEW) if matches!(command, Some(CMD_INSERT | CMD_UPDATE)) => {}
            Some(RETURNING_OLD | RETURNING_NEW) => return Nullability::MAYBE,
            _ => {}
        }
        if scope.grouping_sets {
            return Nullability::MAYBE;
        }
        let column = (varno, attribute);
        if scope.proven.contains(&column) {
            return Nullability::NEVER;
        }
        let mut found = if scope.proven_inside.contains(&column) {
            Nullability::NEVER
        } else {
            self.entry_column(varno, attribute, scope)
        };
        found
            .joins
            .extend(scope.optional.get(&varno).into_iter().flatten());
        found
    }

    /// A column of a range table entry, outer joins aside.
    pub(super) fn entry_column(
        &self,
        varno: i64,
        attribute: i64,
        scope: &Scope<'_, '_>,
    ) -> Nullability {
        let Some(entry) = scope.entry(varno) else {
            return Nullability::MAYBE;
        };
        // A whole row, or a system column, is there whenever the row is.
        if attribute <= 0 {
            return Nullability::NEVER;
        }
        let Ok(index) = usize::try_from(attribute - 1) else {
            return Nullability::MAYBE;
        };
        match entry.int("rtekind") {
            // What is written through a view need not be a row that it shows.
            Some(rte::RELATION) if self.is_view(entry) => {
                if scope.query.int("resultRelation") == Some(varno) {
                    return Nullability::MAYBE;
                }
                let columns = self.inference.view_columns(entry.oid("relid").unwrap_or(0));
                columns.get(index).cloned().unwrap_or(Nullability::MAYBE)
            }
            Some(rte::RELATION) => self.table_column(entry, attribute),
            Some(rte::SUBQUERY) => match entry.node("subquery") {
                Some(query) => {
                    let columns = self.query_columns(query, Some(scope));
                    columns.get(index).cloned().unwrap_or(Nullability::MAYBE)
                }
                None => Nullability::MAYBE,
            },
            Some(rte::JOIN) => {
                let aliased = entry.list("joinaliasvars").get(index);
                self.expr(aliased.and_then(Value::as_node), scope)
            }
            Some(rte::GROUP) => {
                let grouped = entry.list("groupexprs").get(index);
                self.expr(grouped.and_then(Value::as_node), scope)
            }
            Some(rte::VALUES) => self.values_column(entry, index, scope),
            Some(rte::CTE) => self.cte_column(entry, index, scope),
            Some(rte::FUNCTION) => self.function_column(entry, index),
            _ => Nullability::MAYBE,
        }
    }

    fn is_view(&self, entry: &Node<'_>) -> bool {
        let table = entry
            .oid("relid")
            .and_then(|oid| self.schema().tables.get(&oid));
        table.is_some_and(|table| table.kind == 'v')
    }

    pub(super) fn table_column(&self, entry: &Node<'_>, attribute: i64) -> Nullability {
        let relation = entry.oid("relid").unwrap_or(0);
        let tables = &self.schema().tables;
        // Nobody checks what another server sends.
        let table = tables.get(&relation).filter(|table| table.kind != 'f');
        let column = table.and_then(|table| table.columns.get(&attribute));
        let forbids = column
            .filter(|column| column.not_null)
            .is_some_and(|column| {
                !entry.flag("inh") || self.children_forbid_null(relation, &column.name)
            });
        Nullability::of(!forbids)
    }

    /// Before PostgreSQL 18 a table that inherits a column may allow null in it. A partition
    /// never may.
    fn children_forbid_null(&self, parent: u32, name: &str) -> bool {
        let tables = self.schema().tables.iter();
        let mut children =
            tables.filter(|(_, table)| !table.is_partition && table.parents.contains(&parent));
        children.all(|(oid, table)| {
            let mut columns = table.columns.values();
            columns.any(|column| column.name == name && column.not_null)
                && table.kind != 'f'
                && self.children_forbid_null(*oid, name)
        })
    }

    pub(super) fn values_column<'t>(
        &self,
        entry: &'t Node<'t>,
        index: usize,
        scope: &Scope<'t, '_>,
    ) -> Nullability {
        let rows = entry.list("values_lists").iter().map(|row| match row {
            Value::List(cells) => self.expr(cells.get(index).and_then(Value::as_node), scope),
            _ => Nullability::MAYBE,
        });
        Nullability::one_of(rows)
    }

    pub(super) fn cte_column(
        &self,
        entry: &Node<'_>,
        index: usize,
        scope: &Scope<'_, '_>,
    ) -> Nullability {
        let Some(name) = entry.word("ctename") else {
            return Nullability::MAYBE;
        };
        let mut owner = scope;
        for _ in 0..entry.int("ctelevelsup").unwrap_or(0) {
            match owner.parent {
                Some(parent) => owner = parent,
                None => return Nullability::MAYBE,
            }
        }
        let mut ctes = owner.query.nodes("cteList");
        let cte = ctes.find(|cte| cte.word("ctename") == Some(name));
        let Some((cte, query)) = cte.and_then(|cte| Some((cte, cte.node("ctequery")?))) else {
            return Nullability::MAYBE;
        };
        let columns = if entry.flag("self_reference") {
            let memory = self.inference.memory.borrow();
            memory
                .assumed
                .get(&address(query))
                .cloned()
                .unwrap_or_default()
        } else if cte.flag("cterecursive") {
            self.deeper().recursive_columns(query, owner)
        } else {
            self.deeper().query_columns(query, Some(owner))
        };
        // Used twice, its rows are two rows, each with joins of its own.
        columns
            .get(index)
            .map_or(Nullability::MAYBE, Nullability::settled)
    }

    /// The functions of FROM whose rows hold no null.
    pub(super) fn function_column(&self, entry: &Node<'_>, index: usize) -> Nullability {
        let functions: Vec<&Node<'_>> = entry.nodes("functions").collect();
        let widths = functions.iter().filter_map(|f| f.int("funccolcount"));
        let width = usize::try_from(widths.sum::<i64>()).unwrap_or(usize::MAX);
        if entry.flag("funcordinality") && index == width {
            return Nullability::NEVER;
        }
        let [function] = functions.as_slice() else {
            return Nullability::MAYBE;
        };
        let call = function.node("funcexpr");
        let name = call
            .and_then(|c| self.called(c.oid("funcid")))
            .map(|f| f.name.as_str());
        let argument = || call.and_then(|c| c.nodes("args").next());
        match name {
            Some(name) if ROW_VALUES.contains(&name) => Nullability::NEVER,
            // Generated code passes slices of values, never of options.
            Some("unnest") if argument().is_some_and(|array| array.name == "PARAM") => {
                Nullability::NEVER
            }
            _ => Nullability::MAYBE,
        }
    }
}
