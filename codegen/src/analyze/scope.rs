//! One level of a query: its range table, and what is known of each entry's rows.

use std::collections::BTreeSet;

use super::proofs::proven_by;
use super::tree::Node;
use crate::schema::Schema;

/// PostgreSQL's `JoinType`.
const JOIN_LEFT: i64 = 1;
const JOIN_FULL: i64 = 2;
const JOIN_RIGHT: i64 = 3;

/// PostgreSQL's `CmdType`.
pub(super) const CMD_SELECT: i64 = 1;
pub(super) const CMD_UPDATE: i64 = 2;
pub(super) const CMD_INSERT: i64 = 3;
pub(super) const CMD_DELETE: i64 = 4;
pub(super) const CMD_MERGE: i64 = 5;

/// A column of a range table entry: (entry, attribute number).
pub(super) type ColumnRef = (i64, i64);

/// Columns of a query level.
pub(super) type Columns = BTreeSet<ColumnRef>;

/// A query level, and the one around it.
pub(super) struct Scope<'t, 'p> {
    /// The `QUERY` node.
    pub(super) query: &'t Node<'t>,
    /// The query this one is nested in.
    pub(super) parent: Option<&'p Scope<'t, 'p>>,
    /// The range table; entry 1 is at 0.
    pub(super) entries: Vec<&'t Node<'t>>,
    /// Entries whose rows an outer join may replace by nulls.
    pub(super) optional: BTreeSet<i64>,
    /// Columns that WHERE proves not null in every row of the result.
    pub(super) proven: Columns,
    /// Columns that an outer join's condition proves not null where the join found a row.
    pub(super) proven_inside: Columns,
    /// Whether GROUPING SETS, ROLLUP or CUBE may leave grouped values out.
    pub(super) grouping_sets: bool,
}

impl<'t, 'p> Scope<'t, 'p> {
    /// Reads the join tree of a query.
    pub(super) fn new(
        schema: &Schema,
        query: &'t Node<'t>,
        parent: Option<&'p Scope<'t, 'p>>,
    ) -> Self {
        let mut scope = Scope {
            query,
            parent,
            entries: query.nodes("rtable").collect(),
            optional: BTreeSet::new(),
            proven: BTreeSet::new(),
            proven_inside: BTreeSet::new(),
            grouping_sets: !query.list("groupingSets").is_empty(),
        };
        let Some(jointree) = query.node("jointree") else {
            return scope;
        };
        let facts = proven_by(schema, jointree.node("quals"));
        scope.proven.extend(facts.iter().copied());
        for item in jointree.nodes("fromlist") {
            scope.visit(schema, item, &facts, false);
        }
        scope.forget_what_changes();
        scope
    }

    /// An entry of the range table.
    pub(super) fn entry(&self, varno: i64) -> Option<&'t Node<'t>> {
        let index = usize::try_from(varno).ok()?.checked_sub(1)?;
        self.entries.get(index).copied()
    }

    /// Walks the join tree, marking what outer joins make optional. An outer join whose
    /// nulls a condition above it throws away again is an inner one, as in PostgreSQL's
    /// own `reduce_outer_joins`. `facts` holds for the rows of `item` that are there;
    /// `optional` says that an outer join above may replace them by nulls.
    fn visit(&mut self, schema: &Schema, item: &Node<'_>, facts: &Columns, optional: bool) {
        if optional {
            self.proven_inside.extend(facts.iter().copied());
        } else {
            self.proven.extend(facts.iter().copied());
        }
        if let Some(varno) = item.int("rtindex").filter(|_| item.name == "RANGETBLREF") {
            if optional {
                self.optional.insert(varno);
            }
            return;
        }
        let (Some(left), Some(right)) = (item.node("larg"), item.node("rarg")) else {
            return;
        };
        let kept = |side| {
            let entries = entries_below(side);
            facts.iter().any(|(varno, _)| entries.contains(varno))
        };
        let joined = item.int("jointype");
        let left_optional = matches!(joined, Some(JOIN_RIGHT | JOIN_FULL)) && !kept(left);
        let right_optional = matches!(joined, Some(JOIN_LEFT | JOIN_FULL)) && !kept(right);
        let condition = proven_by(schema, item.node("quals"));
        let both: Columns = facts.union(&condition).copied().collect();
        // Where the join found a row, its condition holds; of the side that is kept
        // without a match it says nothing.
        let (left_facts, right_facts) = match (left_optional, right_optional) {
            (false, false) => (&both, &both),
            (false, true) => (facts, &condition),
            (true, false) => (&condition, facts),
            (true, true) => (&Columns::new(), &Columns::new()),
        };
        self.visit(schema, left, left_facts, optional || left_optional);
        self.visit(schema, right, right_facts, optional || right_optional);
    }

    /// WHERE speaks of the row before an UPDATE or MERGE; RETURNING shows it after.
    /// A MERGE may return rows that have no source, or no target.
    fn forget_what_changes(&mut self) {
        let command = self.query.int("commandType");
        let target = self.query.int("resultRelation").unwrap_or(0);
        match command {
            Some(CMD_UPDATE) => {
                self.proven.retain(|(varno, _)| *varno != target);
                self.proven_inside.retain(|(varno, _)| *varno != target);
            }
            Some(CMD_MERGE) => {
                self.proven.clear();
                self.proven_inside.clear();
                self.optional = (1..).zip(&self.entries).map(|(varno, _)| varno).collect();
                self.optional.remove(&target);
            }
            _ => {}
        }
    }
}

fn entries_below(item: &Node<'_>) -> BTreeSet<i64> {
    let mut entries = BTreeSet::new();
    let mut pending = vec![item];
    while let Some(item) = pending.pop() {
        entries.extend(item.int("rtindex"));
        pending.extend(item.node("larg"));
        pending.extend(item.node("rarg"));
    }
    entries
}
