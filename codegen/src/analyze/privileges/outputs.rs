//! Which columns of its sub-selects a query uses. Of a view that computes a column
//! nobody asks for, the planner drops the column, and with it what it would ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::scope::{CMD_INSERT, CMD_SELECT};
use super::super::tree::{Node, Value};
use super::WHOLE_ROW;
use crate::schema::Security;

/// PostgreSQL's `RTE_JOIN`.
const JOIN: i64 = 2;

/// The columns of one sub-select that are used; `None` for all of them.
pub(super) struct Used(Option<BTreeSet<i64>>);

/// The columns that a query uses, by the entry of its range table.
pub(super) struct Outputs(Option<BTreeMap<i64, BTreeSet<i64>>>);

impl Used {
    /// All columns.
    pub(super) fn all() -> Self {
        Self(None)
    }

    /// Whether an entry of the select list is computed. PostgreSQL's
    /// `remove_unused_subquery_outputs` has these rules.
    pub(super) fn keeps(&self, security: &Security, query: &Node<'_>, entry: &Node<'_>) -> bool {
        let Some(used) = &self.0 else {
            return true;
        };
        let number = entry.int("resno").unwrap_or(WHOLE_ROW);
        used.contains(&number)
            || query.node("setOperations").is_some()
            || !query.list("distinctClause").is_empty()
            || entry.int("ressortgroupref") != Some(0)
            || entry.flag("resjunk")
            || entry.node("expr").is_some_and(|e| has_effect(security, e))
    }
}

impl Outputs {
    /// Looks at one query level, of which these entries of the select list are computed,
    /// and at what the levels below it use of it.
    pub(super) fn of(query: &Node<'_>, computed: &[&Node<'_>]) -> Self {
        // Rows that are locked or written to are kept whole.
        let parted = matches!(query.int("commandType"), Some(CMD_SELECT | CMD_INSERT));
        if !parted || !query.list("rowMarks").is_empty() {
            return Self(None);
        }
        let mut collector = Collector {
            entries: query.nodes("rtable").collect(),
            used: BTreeMap::new(),
        };
        for entry in computed {
            collector.node(entry, 0);
        }
        let others = query.fields().iter();
        let others = others.filter(|(field, _)| *field != "targetList");
        others.for_each(|(_, value)| collector.value(value, 0));
        Self(Some(collector.used))
    }

    /// The columns in use of an entry.
    pub(super) fn used_of(&self, varno: i64) -> Used {
        let Some(used) = &self.0 else {
            return Used::all();
        };
        let used = used.get(&varno).cloned().unwrap_or_default();
        Used((!used.contains(&WHOLE_ROW)).then_some(used))
    }
}

struct Collector<'t, 'a> {
    entries: Vec<&'t Node<'a>>,
    used: BTreeMap<i64, BTreeSet<i64>>,
}

impl<'t, 'a> Collector<'t, 'a> {
    /// `depth` is how many query levels lie between the value and the one looked at.
    fn value(&mut self, value: &'t Value<'a>, depth: i64) {
        match value {
            Value::Node(node) => self.node(node, depth),
            Value::List(list) => list.iter().for_each(|value| self.value(value, depth)),
            Value::Nothing | Value::Word(_) | Value::Bytes(_) => {}
        }
    }

    fn node(&mut self, node: &'t Node<'a>, depth: i64) {
        if node.name == "VAR" && node.int("varlevelsup") == Some(depth) {
            if let (Some(varno), Some(column)) = (node.int("varno"), node.int("varattno")) {
                self.variable(varno, column);
            }
            return;
        }
        // A join lists every column of both sides, used or not.
        if depth == 0 && node.name == "RANGETBLENTRY" && node.int("rtekind") == Some(JOIN) {
            return;
        }
        let below = depth + i64::from(node.name == "QUERY");
        node.values().for_each(|value| self.value(value, below));
    }

    fn variable(&mut self, varno: i64, column: i64) {
        if !self.used.entry(varno).or_default().insert(column) {
            return;
        }
        let index = usize::try_from(varno - 1).ok();
        let entry = index.and_then(|index| self.entries.get(index).copied());
        let Some(join) = entry.filter(|entry| entry.int("rtekind") == Some(JOIN)) else {
            return;
        };
        let sides = join.list("joinaliasvars");
        match usize::try_from(column - 1).ok().and_then(|c| sides.get(c)) {
            Some(side) => self.value(side, 0),
            None => sides.iter().for_each(|side| self.value(side, 0)),
        }
    }
}

/// Whether an expression is computed although nobody uses its value.
fn has_effect(security: &Security, expression: &Node<'_>) -> bool {
    let mut effect = false;
    let mut visit = |node: &Node<'_>| {
        let function = node.oid("funcid").or_else(|| node.oid("opfuncid"));
        let routine = function.and_then(|oid| security.routines.get(&oid));
        effect |= routine.is_some_and(|routine| routine.volatile)
            || node.flag("funcretset")
            || node.flag("opretset")
            || node.name == "NEXTVALUEEXPR";
    };
    visit(expression);
    for value in expression.values() {
        value.walk(&mut visit);
    }
    effect
}
