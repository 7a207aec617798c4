//! One query level: its sources, the sub-queries of its expressions, and which facts
//! hold where.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::frame::{Frame, Sub};
use super::jointree::{JoinTree, Places, compared, entries_below, items};
use super::keys::Row;
use super::resolve::address;
use super::summary::{Need, Seen};
use super::term::{Fact, Term};
use super::why::Clause;
use crate::analyze::scope::CMD_MERGE;
use crate::analyze::tree::Node;

/// A query level with its sources read.
#[derive(Default)]
pub(super) struct Level {
    pub(super) seen: BTreeMap<i64, Seen>,
    /// What holds where the rows of an entry are used.
    pub(super) entries: BTreeMap<i64, Vec<Fact>>,
    /// What holds where a sub-query's result is used, by the address of its node.
    pub(super) subs: BTreeMap<usize, Vec<Fact>>,
    /// What holds of every row of the result.
    pub(super) top: Vec<Fact>,
    /// Columns that are null or what the caller gave.
    pub(super) given: BTreeSet<Term>,
    /// Entries that an outer join may leave out.
    pub(super) optional: BTreeSet<i64>,
    /// Every row that can be named here.
    pub(super) rows: Vec<Row>,
}

/// Something that must be bound, and what holds where it is used.
pub(super) struct Open {
    pub(super) need: Need,
    pub(super) facts: Vec<Fact>,
}

impl Tenancy<'_> {
    /// Reads a level whose FROM and WHERE are those of a SELECT, UPDATE or DELETE.
    pub(super) fn level(&self, frame: &mut Frame<'_, '_>) -> Level {
        let (query, items) = (frame.query, items(frame.query));
        let used: BTreeSet<i64> = items.iter().flat_map(|item| entries_below(item)).collect();
        let seen = self.sources(frame, used);
        self.subs(frame);
        let tree = JoinTree::of(self, frame);
        let filter = query.node("jointree").and_then(|tree| tree.node("quals"));
        let merge = query.int("commandType") == Some(CMD_MERGE);
        let filters = [filter.filter(|_| !merge), query.node("havingQual")];
        let above = filters.iter().flat_map(|filter| self.facts(*filter, frame));
        let above: Vec<Fact> = above.collect();
        let present = compared(&above);
        let up = items.iter().flat_map(|item| tree.up(item, &seen, &present));
        let top: Vec<Fact> = up.chain(above.iter().cloned()).collect();
        let mut places = Places::default();
        for item in items {
            tree.down(item, &top, &seen, &mut places);
        }
        let mut level = Level {
            seen,
            top,
            optional: tree.optional,
            rows: frame.all_rows(),
            ..Level::default()
        };
        for (condition, facts) in &places.conditions {
            level.place(&nodes_called(condition, "SUBLINK"), facts);
        }
        for (entry, facts) in &places.entries {
            let node = frame.entry(*entry);
            level.place(&node.map(of_entry).unwrap_or_default(), facts);
        }
        level.entries = places.entries;
        level.given_by(frame);
        let classes = self.top_classes(&level);
        for tenant in frame.rows.iter().filter_map(|row| self.tenant_of(row)) {
            self.remember(classes.members(tenant));
        }
        level
    }

    /// Analyses the sub-queries of a level's expressions.
    fn subs(&self, frame: &mut Frame<'_, '_>) {
        let mut subs = BTreeMap::new();
        for (node, number) in expressions(frame.query, "SUBLINK").into_iter().zip(1..) {
            if let Some(query) = node.node("subselect") {
                let summary = self.query(query, Some(frame), frame.written);
                let entry = -number;
                subs.insert(address(node), Sub { entry, summary });
            }
        }
        for sub in subs.values() {
            let rows = sub.summary.seen_from(sub.entry, 0).rows;
            frame.rows.extend(rows);
        }
        frame.subs = subs;
    }

    /// Everything that must be bound at a level, with what holds where it is used.
    pub(super) fn open(&self, frame: &Frame<'_, '_>, level: &Level) -> Vec<Open> {
        let mut open = Vec::new();
        for (entry, seen) in &level.seen {
            let facts = level.entries.get(entry).unwrap_or(&level.top);
            for mut need in seen.needs.iter().cloned() {
                let own = need.point.clause != Clause::Nowhere;
                let here = need.keys.iter().any(|key| is_column_of(key, *entry));
                if own && here && level.optional.contains(entry) && is_relation(frame, *entry) {
                    need.point.clause = Clause::On;
                }
                open.push(Open {
                    need,
                    facts: facts.clone(),
                });
            }
        }
        for (number, sub) in &frame.subs {
            let facts = level.subs.get(number).unwrap_or(&level.top);
            let needs = sub.summary.seen_from(sub.entry, 0).needs.into_iter();
            open.extend(needs.map(|need| Open {
                need,
                facts: facts.clone(),
            }));
        }
        let calls = self.opaque_calls(frame);
        open.extend(calls.into_iter().map(|need| Open {
            need,
            facts: Vec::new(),
        }));
        open
    }
}

impl Level {
    /// Says what holds where these sub-queries are looked at.
    pub(super) fn place(&mut self, subs: &[&Node<'_>], facts: &[Fact]) {
        for sub in subs {
            self.subs.insert(address(sub), facts.to_vec());
        }
    }

    fn given_by(&mut self, frame: &Frame<'_, '_>) {
        for seen in self.seen.values() {
            self.given.extend(seen.given.iter().cloned());
        }
        for sub in frame.subs.values() {
            self.given.extend(sub.summary.seen_from(sub.entry, 0).given);
        }
    }
}

fn is_relation(frame: &Frame<'_, '_>, entry: i64) -> bool {
    let kind = frame.entry(entry).and_then(|entry| entry.int("rtekind"));
    kind == Some(super::frame::kind::RELATION)
}

fn is_column_of(key: &Term, number: i64) -> bool {
    matches!(key, Term::Column { level: 0, entry, .. } if *entry == number)
}

/// The nodes of one name in the expressions of a query level, in the order of the tree.
pub(super) fn expressions<'t>(query: &'t Node<'t>, name: &str) -> Vec<&'t Node<'t>> {
    let mut found = Vec::new();
    for (field, value) in query.fields() {
        match *field {
            "cteList" | "setOperations" => {}
            "rtable" => {
                for entry in query.nodes("rtable") {
                    found.extend(in_entry(entry, name));
                }
            }
            _ => value.walk_level(&mut |node| {
                if node.name == name {
                    found.push(node);
                }
            }),
        }
    }
    found
}

/// The sub-queries in the expressions of an entry, such as a function's arguments.
fn of_entry<'t>(entry: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    in_entry(entry, "SUBLINK")
}

fn in_entry<'t>(entry: &'t Node<'t>, name: &str) -> Vec<&'t Node<'t>> {
    let mut found = Vec::new();
    for (field, value) in entry.fields() {
        // The merged columns of a join are those of its sides.
        if !matches!(*field, "subquery" | "joinaliasvars") {
            value.walk_level(&mut |node| {
                if node.name == name {
                    found.push(node);
                }
            });
        }
    }
    found
}

/// A node and those below it, of one name.
pub(super) fn nodes_called<'t>(node: &'t Node<'t>, name: &str) -> Vec<&'t Node<'t>> {
    let mut found = Vec::new();
    let mut visit = |node: &'t Node<'t>| {
        if node.name == name {
            found.push(node);
        }
    };
    visit(node);
    for value in node.values() {
        value.walk_level(&mut visit);
    }
    found
}
