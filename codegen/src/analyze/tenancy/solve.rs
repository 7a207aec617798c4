//! What is bound at a level, and what is left to the query around it.

use std::collections::BTreeSet;

use super::Tenancy;
use super::classes::Classes;
use super::exports::Export;
use super::frame::Frame;
use super::level::{Level, Open};
use super::summary::Need;
use super::term::{Fact, Term};

/// What follows from facts.
pub(super) struct Known<'l> {
    level: &'l Level,
    classes: Classes,
    /// The same, with each arm of each alternative.
    alternatives: Vec<Vec<Known<'l>>>,
}

impl Known<'_> {
    /// Whether a term is bound: to what the caller gave, or to `assumed`.
    pub(super) fn binds(&self, term: &Term, assumed: Option<&Term>) -> bool {
        let is_bound = |term: &Term| {
            term.is_given() || self.level.given.contains(term) || Some(term) == assumed
        };
        let equal = || self.classes.members(term).into_iter().any(is_bound);
        // Of alternatives, each must bind it.
        let in_each = |arms: &Vec<Self>| arms.iter().all(|arm| arm.binds(term, assumed));
        is_bound(term) || equal() || self.alternatives.iter().any(in_each)
    }
}

impl Tenancy<'_> {
    /// What follows from facts at a level.
    pub(super) fn known<'l>(&self, level: &'l Level, facts: &[&Fact]) -> Known<'l> {
        let plain = || facts.iter().filter(|fact| !matches!(fact, Fact::Any(_)));
        let alternatives = facts.iter().filter_map(|fact| match fact {
            Fact::Any(arms) => Some(arms.iter().map(|arm| {
                let facts: Vec<&Fact> = plain().copied().chain(arm).collect();
                self.known(level, &facts)
            })),
            _ => None,
        });
        Known {
            level,
            classes: self.keys.classes(facts.iter().copied(), &level.rows),
            alternatives: alternatives.map(Iterator::collect).collect(),
        }
    }

    /// Whether facts bind a term.
    pub(super) fn binds(&self, level: &Level, facts: &[&Fact], term: &Term) -> bool {
        self.known(level, facts).binds(term, None)
    }

    /// What follows from the facts of a level's result.
    pub(super) fn top_classes(&self, level: &Level) -> Classes {
        self.keys.classes(&level.top, &level.rows)
    }

    /// Leaves out what is bound here. The rest can still be bound further out, by an
    /// output that parts the tenants or by a column of a query around this one.
    pub(super) fn settle(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        open: Vec<Open>,
        exports: &[Export],
    ) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for Open { need, facts } in open {
            let known: Vec<(&Term, Vec<&Fact>, Known<'_>)> = need
                .keys
                .iter()
                .map(|key| {
                    let facts = with_entry(level, &facts, key);
                    let known = self.known(level, &facts);
                    (key, facts, known)
                })
                .collect();
            if known.iter().any(|(key, _, known)| known.binds(key, None)) {
                continue;
            }
            let mut keys = BTreeSet::new();
            for (key, facts, known) in &known {
                let parting = exports.iter().filter(|export| export.mixed.is_none());
                let parting = parting.filter(|export| known.binds(key, Some(&export.term)));
                keys.extend(parting.map(|export| Term::Output(export.output)));
                let outer = self.outer_terms(level, facts, key);
                keys.extend(
                    outer
                        .into_iter()
                        .filter(|term| known.binds(key, Some(term))),
                );
            }
            let point = self.explain(frame, level, &need, &facts, exports, &keys);
            let need = Need { point, keys };
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        needs
    }

    /// The columns of queries further out that could bind a key.
    fn outer_terms(&self, level: &Level, facts: &[&Fact], key: &Term) -> BTreeSet<Term> {
        let mut outer: BTreeSet<Term> = BTreeSet::new();
        let mut add = |term: &Term| {
            if term.is_outer() {
                outer.insert(term.clone());
            }
        };
        for fact in facts {
            fact.terms(&mut add);
        }
        let tenants = level.rows.iter().filter_map(|row| self.tenant_of(row));
        tenants.for_each(&mut add);
        add(key);
        outer
    }
}

/// The facts that hold where the column of an entry is not null, too.
pub(super) fn with_entry<'f>(level: &'f Level, facts: &'f [Fact], key: &Term) -> Vec<&'f Fact> {
    let of_entry = match key {
        Term::Column {
            level: 0, entry, ..
        } => level.entries.get(entry),
        _ => None,
    };
    let of_entry = of_entry.filter(|of_entry| of_entry.as_slice() != facts);
    facts.iter().chain(of_entry.into_iter().flatten()).collect()
}
