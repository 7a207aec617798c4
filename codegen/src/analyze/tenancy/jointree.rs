//! Which facts hold where the rows of a join are used.
//!
//! A fact counts for a row only where no result can come of that row without it. The ON
//! of an inner join counts for both sides, that of an outer join for the side that it may
//! leave out, and that of a full join for neither.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::frame::Frame;
use super::resolve::address;
use super::summary::Seen;
use super::term::{Fact, Term};
use crate::analyze::nullness::JoinSide;
use crate::analyze::scope::{CMD_MERGE, Scope};
use crate::analyze::tree::Node;

/// PostgreSQL's `JoinType`.
const JOIN_LEFT: i64 = 1;
const JOIN_FULL: i64 = 2;
const JOIN_RIGHT: i64 = 3;

/// The joins of a FROM.
#[derive(Default)]
pub(super) struct JoinTree {
    /// Whether the left and the right side of a join may be missing, by its node's address.
    missing: BTreeMap<usize, (bool, bool)>,
    /// What the conditions of joins say, in the same way.
    on: BTreeMap<usize, Vec<Fact>>,
    /// Entries that an outer join may leave out.
    pub(super) optional: BTreeSet<i64>,
}

/// What holds in the parts of a join tree.
#[derive(Default)]
pub(super) struct Places<'t> {
    /// Where the rows of an entry are used.
    pub(super) entries: BTreeMap<i64, Vec<Fact>>,
    /// Where the condition of a join is looked at.
    pub(super) conditions: Vec<(&'t Node<'t>, Vec<Fact>)>,
}

impl JoinTree {
    pub(super) fn of(tenancy: &Tenancy<'_>, frame: &Frame<'_, '_>) -> Self {
        let scope = Scope::new(tenancy.schema, frame.query, None);
        let merge = frame.query.int("commandType") == Some(CMD_MERGE);
        let mut tree = Self::default();
        let mut pending = items(frame.query);
        while let Some(item) = pending.pop() {
            let (Some(left), Some(right)) = (item.node("larg"), item.node("rarg")) else {
                continue;
            };
            let (join, kind) = (address(item), item.int("jointype"));
            // Where a condition above throws the nulls of an outer join away again, it is
            // an inner one. The ON of a MERGE, which stands in the place of a WHERE before
            // PostgreSQL 17, throws nothing away.
            let stays = |right: bool| {
                let side = JoinSide { join, right };
                merge || scope.optional.values().any(|sides| sides.contains(&side))
            };
            let no_left = matches!(kind, Some(JOIN_RIGHT | JOIN_FULL)) && stays(false);
            let no_right = matches!(kind, Some(JOIN_LEFT | JOIN_FULL)) && stays(true);
            tree.missing.insert(join, (no_left, no_right));
            let condition = tenancy.facts(item.node("quals"), frame);
            tree.on.insert(join, condition);
            for (side, missing) in [(left, no_left), (right, no_right)] {
                if missing {
                    tree.optional.extend(entries_below(side));
                }
                pending.push(side);
            }
        }
        tree
    }

    /// What holds of every row that a part of the tree gives and in which the `present`
    /// entries are not missing.
    pub(super) fn up(
        &self,
        item: &Node<'_>,
        seen: &BTreeMap<i64, Seen>,
        present: &BTreeSet<i64>,
    ) -> Vec<Fact> {
        let (Some(left), Some(right)) = (item.node("larg"), item.node("rarg")) else {
            let seen = item.int("rtindex").and_then(|entry| seen.get(&entry));
            return seen.map(|seen| seen.facts.clone()).unwrap_or_default();
        };
        let there = |side| !entries_below(side).is_disjoint(present);
        let (no_left, no_right) = self.missing(item);
        let (no_left, no_right) = (no_left && !there(left), no_right && !there(right));
        let mut facts = Vec::new();
        if !no_left {
            facts.extend(self.up(left, seen, present));
        }
        if !no_right {
            facts.extend(self.up(right, seen, present));
        }
        if !no_left && !no_right {
            facts.extend(self.on(item));
        }
        facts
    }

    /// Carries what holds of the used rows of a part down to its entries.
    pub(super) fn down<'t>(
        &self,
        item: &'t Node<'t>,
        facts: &[Fact],
        seen: &BTreeMap<i64, Seen>,
        places: &mut Places<'t>,
    ) {
        let (Some(left), Some(right)) = (item.node("larg"), item.node("rarg")) else {
            if let Some(entry) = item.int("rtindex") {
                let facts = [facts, &self.up(item, seen, &BTreeSet::new())].concat();
                places.entries.insert(entry, facts);
            }
            return;
        };
        let (no_left, no_right) = self.missing(item);
        let both = [facts, &self.up(item, seen, &compared(facts))].concat();
        // Of a side that may be missing, a row is used only where the condition holds.
        let joined = || {
            let on = [facts, &self.on(item)].concat();
            let present = compared(&on);
            let sides = [left, right].map(|side| self.up(side, seen, &present));
            [on, sides.concat()].concat()
        };
        let (of_left, of_right, of_condition) = match (no_left, no_right) {
            (false, false) => (both.clone(), both.clone(), both),
            (false, true) => (both, joined(), joined()),
            (true, false) => (joined(), both, joined()),
            (true, true) => (facts.to_vec(), facts.to_vec(), facts.to_vec()),
        };
        self.down(left, &of_left, seen, places);
        self.down(right, &of_right, seen, places);
        if let Some(condition) = item.node("quals") {
            places.conditions.push((condition, of_condition));
        }
    }

    fn missing(&self, item: &Node<'_>) -> (bool, bool) {
        let missing = self.missing.get(&address(item));
        missing.copied().unwrap_or((true, true))
    }

    fn on(&self, item: &Node<'_>) -> Vec<Fact> {
        self.on.get(&address(item)).cloned().unwrap_or_default()
    }
}

/// The parts of a FROM.
pub(super) fn items<'t>(query: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    let jointree = query.node("jointree").into_iter();
    jointree.flat_map(|tree| tree.nodes("fromlist")).collect()
}

/// The entries that a part of a FROM joins; joins themselves are left out.
pub(super) fn entries_below(item: &Node<'_>) -> BTreeSet<i64> {
    match (item.node("larg"), item.node("rarg")) {
        (Some(left), Some(right)) => &entries_below(left) | &entries_below(right),
        _ => item.int("rtindex").into_iter().collect(),
    }
}

/// The entries whose columns are compared, and so not missing.
pub(super) fn compared(facts: &[Fact]) -> BTreeSet<i64> {
    let mut entries = BTreeSet::new();
    for fact in facts.iter().filter(|fact| matches!(fact, Fact::Equal(..))) {
        fact.terms(&mut |term| {
            if let Term::Column {
                level: 0, entry, ..
            } = term
            {
                entries.insert(*entry);
            }
        });
    }
    entries
}
