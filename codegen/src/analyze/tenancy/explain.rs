//! Why nothing binds a table reference: what is nearest to a condition on its tenant.

use std::collections::BTreeSet;

use super::Tenancy;
use super::exports::Export;
use super::frame::{Frame, kind};
use super::jointree::items;
use super::level::{Level, nodes_called};
use super::solve::with_entry;
use super::summary::Need;
use super::term::{Fact, Term};
use super::why::{Clause, Point, Why, quoted};
use crate::analyze::tree::{Node, Value};

impl Tenancy<'_> {
    /// What is said of a need that a level does not settle. `keys` are what is left to the
    /// queries around it.
    pub(super) fn explain(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        need: &Need,
        facts: &[Fact],
        exports: &[Export],
        keys: &BTreeSet<Term>,
    ) -> Point {
        let mut point = need.point.clone();
        let own = need.keys.iter().find_map(|key| match key {
            Term::Column {
                level: 0, entry, ..
            } if *entry > 0 => Some((key, *entry)),
            _ => None,
        });
        let Some((key, entry)) = own.filter(|_| point.clause != Clause::Nowhere) else {
            return point;
        };
        let of_kind = frame.entry(entry).and_then(|entry| entry.int("rtekind"));
        if of_kind != Some(kind::RELATION) {
            if matches!(point.why, Why::NoCondition | Why::Unfiltered(_)) {
                point.why = Why::Unfiltered(frame.alias(entry).to_owned());
            }
            return point;
        }
        let facts = with_entry(level, facts, key);
        let classes = self.keys.classes(facts.iter().copied(), &level.rows);
        point.why = self.nearest(frame, level, key, entry, &facts);
        if matches!(point.why, Why::NoCondition | Why::NotForeignKey(_)) {
            let mut equal = classes.members(key).into_iter().filter(|term| *term != key);
            if let Some(other) = equal.find_map(|term| name(frame, term)) {
                point.why = Why::Follows(other);
            }
        }
        let mixed = exports.iter().find_map(|export| {
            let mixed = export.mixed?;
            classes.same(&export.term, key).then_some(mixed)
        });
        if let Some(mixed) = mixed.filter(|_| keys.is_empty() && frame.parent.is_some())
            && point.why == Why::NoCondition
        {
            point.why = Why::Mixed(mixed);
        }
        point
    }

    fn nearest(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        key: &Term,
        entry: i64,
        facts: &[&Fact],
    ) -> Why {
        let is_key = |node: &Node<'_>| self.term(node, frame).as_ref() == Some(key);
        let mentions = |fact: &Fact| {
            let mut found = false;
            fact.terms(&mut |term| found |= term == key);
            found
        };
        let conditions = conditions(frame.query);
        let called =
            |name: &'static str| conditions.iter().flat_map(move |c| nodes_called(c, name));
        let lists = called("SCALARARRAYOPEXPR").filter_map(|node| self.equated(node));
        let mut lists = lists.filter(|(value, _)| is_key(value));
        if lists.any(|(_, list)| self.is_fixed(list)) {
            return Why::Several;
        }
        let alternatives = called("BOOLEXPR").filter(|node| node.word("boolop") == Some("or"));
        let mut arms = alternatives.flat_map(|node| node.nodes("args"));
        if arms.any(|arm| self.facts(Some(arm), frame).iter().any(mentions)) {
            return Why::OneArm;
        }
        let compared = called("OPEXPR").filter_map(|node| self.equated(node));
        let others = compared.filter_map(|(left, right)| match (is_key(left), is_key(right)) {
            (true, _) => Some(self.term(right, frame)),
            (_, true) => Some(self.term(left, frame)),
            _ => None,
        });
        let others: Vec<Option<Term>> = others.collect();
        let holds = facts.iter().any(|fact| mentions(fact));
        match others.iter().flatten().next() {
            Some(other) if holds => name(frame, other).map_or(Why::NoCondition, Why::Follows),
            Some(_)
                if joins(frame.query)
                    .any(|on| self.facts(Some(on), frame).iter().any(mentions)) =>
            {
                Why::OuterJoin
            }
            Some(_) => Why::NotRequired,
            None if !others.is_empty() => Why::NotFixed,
            None => self
                .joined(frame, level, entry, facts)
                .map_or(Why::NoCondition, Why::NotForeignKey),
        }
    }

    /// The comparison that joins an entry to a row that is bound.
    fn joined(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        entry: i64,
        facts: &[&Fact],
    ) -> Option<String> {
        let is_own =
            |term: &Term| matches!(term, Term::Column { level: 0, entry: e, .. } if *e == entry);
        let is_bound = |term: &Term| {
            let of = |row: &&super::keys::Row| row.columns.values().any(|column| column == term);
            let mut rows = level.rows.iter().filter(of);
            rows.any(|row| {
                let tenant = self.tenant_of(row);
                tenant.is_some_and(|tenant| {
                    let facts = with_entry(level, &level.top, tenant);
                    tenant.is_outer() || self.binds(level, &facts, tenant)
                })
            })
        };
        facts.iter().find_map(|fact| {
            let Fact::Equal(left, right) = fact else {
                return None;
            };
            let joins = (is_own(left) && is_bound(right)) || (is_own(right) && is_bound(left));
            let (left, right) = (name(frame, left)?, name(frame, right)?);
            joins.then(|| format!("{left} = {right}"))
        })
    }
}

/// Every condition of a level.
fn conditions<'t>(query: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    let filter = query.node("jointree").and_then(|tree| tree.node("quals"));
    let mut conditions: Vec<&Node<'_>> = filter.into_iter().collect();
    conditions.extend(query.node("havingQual"));
    conditions.extend(joins(query));
    conditions
}

/// The conditions of a level's joins.
fn joins<'t>(query: &'t Node<'t>) -> impl Iterator<Item = &'t Node<'t>> {
    let (mut pending, mut found) = (items(query), Vec::new());
    while let Some(item) = pending.pop() {
        found.extend(item.node("quals"));
        pending.extend(item.node("larg"));
        pending.extend(item.node("rarg"));
    }
    found.into_iter()
}

/// A column as SQL writes it.
fn name(frame: &Frame<'_, '_>, term: &Term) -> Option<String> {
    let Term::Column {
        level,
        entry,
        column,
    } = term
    else {
        return None;
    };
    let frame = frame.above(*level)?;
    let eref = frame.entry(*entry)?.node("eref")?;
    let index = usize::try_from(*column).ok()?.checked_sub(1)?;
    match eref.list("colnames").get(index)? {
        Value::Word(column) => {
            let alias = quoted(frame.alias(*entry));
            Some(format!("{alias}.{}", quoted(column)))
        }
        _ => None,
    }
}
