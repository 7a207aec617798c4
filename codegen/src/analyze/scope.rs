//! One level of a query: its range table, and what is known of each entry's rows.

use std::collections::{BTreeMap, BTreeSet};

use super::nullness::{JoinSide, JoinSides};
use super::proofs::proven_by;
use super::tree::Node;
use crate::schema::Schema;

/// PostgreSQL's `JoinType`.
pub(super) const JOIN_LEFT: i64 = 1;
pub(super) const JOIN_FULL: i64 = 2;
pub(super) const JOIN_RIGHT: i64 = 3;

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
    /// Entries whose rows outer joins may replace by nulls, with the sides of these joins.
    pub(super) optional: BTreeMap<i64, JoinSides>,
    /// Columns that WHERE proves not null in every row of the result.
    pub(super) proven: Columns,
    /// Columns that an outer join's condition proves not null where the join found a row.
    pub(super) proven_inside: Columns,
    /// Whether GROUPING SETS, ROLLUP or CUBE may leave grouped values out.
    pub(super) grouping_sets: bool,
    /// The expressions that these group by, columns aside.
    pub(super) grouped: Vec<&'t Node<'t>>,
    /// How many functions of the select list return rows.
    pub(super) set_returning: usize,
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
            optional: BTreeMap::new(),
            proven: BTreeSet::new(),
            proven_inside: BTreeSet::new(),
            grouping_sets: !query.list("groupingSets").is_empty(),
            grouped: grouped(query),
            set_returning: set_returning(query),
        };
        let Some(jointree) = query.node("jointree") else {
            return scope;
        };
        let facts = proven_by(schema, jointree.node("quals"));
        scope.proven.extend(facts.iter().copied());
        for item in jointree.nodes("fromlist") {
            scope.visit(schema, item, &facts, &JoinSides::new());
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
    /// `missing` are the outer joins above that may replace them by nulls.
    fn visit(&mut self, schema: &Schema, item: &Node<'_>, facts: &Columns, missing: &JoinSides) {
        if missing.is_empty() {
            self.proven.extend(facts.iter().copied());
        } else {
            self.proven_inside.extend(facts.iter().copied());
        }
        // A join has an entry of its own, for its merged columns.
        if let Some(varno) = item.int("rtindex").filter(|_| !missing.is_empty()) {
            self.optional.insert(varno, missing.clone());
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
        let join = std::ptr::from_ref(item).addr();
        let with = |side_is_missing: bool, right: bool| {
            let mut missing = missing.clone();
            missing.extend(side_is_missing.then_some(JoinSide { join, right }));
            missing
        };
        // What the condition says of the other side does not hold beyond the join.
        let below = |side, facts: &Columns| -> Columns {
            let entries = entries_below(side);
            let known = facts.iter().filter(|(varno, _)| entries.contains(varno));
            known.copied().collect()
        };
        let (left_facts, right_facts) = (below(left, left_facts), below(right, right_facts));
        self.visit(schema, left, &left_facts, &with(left_optional, false));
        self.visit(schema, right, &right_facts, &with(right_optional, true));
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
                // Each by itself: no two are known to be missing together.
                let alone = |varno: i64| JoinSide {
                    join: usize::try_from(varno).unwrap_or(0),
                    right: true,
                };
                let others = (1..).zip(&self.entries).map(|(varno, _)| varno);
                let others = others.filter(|varno| *varno != target);
                self.optional = others.map(|varno| (varno, [alone(varno)].into())).collect();
            }
            _ => {}
        }
    }
}

/// The entries that an item of the join tree is made of, those of joins included.
pub(super) fn entries_below(item: &Node<'_>) -> BTreeSet<i64> {
    let mut entries = BTreeSet::new();
    let mut pending = vec![item];
    while let Some(item) = pending.pop() {
        entries.extend(item.int("rtindex"));
        pending.extend(item.node("larg"));
        pending.extend(item.node("rarg"));
    }
    entries
}

/// The expressions that grouping sets may leave out; columns are told by their own nodes.
fn grouped<'t>(query: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    if query.list("groupingSets").is_empty() {
        return Vec::new();
    }
    let references: BTreeSet<i64> = query
        .nodes("groupClause")
        .filter_map(|clause| clause.int("tleSortGroupRef"))
        .collect();
    query
        .nodes("targetList")
        .filter(|entry| {
            entry
                .int("ressortgroupref")
                .is_some_and(|r| references.contains(&r))
        })
        .filter_map(|entry| entry.node("expr"))
        .collect()
}

fn set_returning(query: &Node<'_>) -> usize {
    let mut count = 0;
    for entry in query.list("targetList") {
        entry.walk_level(&mut |node| {
            count += usize::from(node.flag("funcretset") || node.flag("opretset"));
        });
    }
    count
}
