//! What is bound at a level, and what is left to the query around it.

use std::collections::BTreeSet;

use super::Tenancy;
use super::classes::Classes;
use super::exports::Export;
use super::frame::Frame;
use super::level::{Level, Open};
use super::summary::Need;
use super::term::{Fact, Term};

impl Tenancy<'_> {
    /// Whether facts bind a term: to what the caller gave, or to `assumed`.
    pub(super) fn binds(
        &self,
        level: &Level,
        facts: &[&Fact],
        term: &Term,
        assumed: Option<&Term>,
    ) -> bool {
        let classes = self.keys.classes(facts.iter().copied(), &level.rows);
        let is_bound =
            |term: &Term| term.is_given() || level.given.contains(term) || Some(term) == assumed;
        if is_bound(term) || classes.members(term).into_iter().any(is_bound) {
            return true;
        }
        // Of alternatives, each must bind it.
        let plain = || facts.iter().filter(|fact| !matches!(fact, Fact::Any(_)));
        facts.iter().any(|fact| match fact {
            Fact::Any(arms) => arms.iter().all(|arm| {
                let facts: Vec<&Fact> = plain().copied().chain(arm).collect();
                self.binds(level, &facts, term, assumed)
            }),
            _ => false,
        })
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
            let facts_of = |key: &Term| with_entry(level, &facts, key);
            let is_bound = |key: &Term| self.binds(level, &facts_of(key), key, None);
            if need.keys.iter().any(is_bound) {
                continue;
            }
            let mut keys = BTreeSet::new();
            for key in &need.keys {
                let facts = facts_of(key);
                let binds = |term: &Term| self.binds(level, &facts, key, Some(term));
                for export in exports.iter().filter(|export| export.parts) {
                    if binds(&export.term) {
                        keys.insert(Term::Output(export.output));
                    }
                }
                let outer = self.outer_terms(level, &facts, key);
                keys.extend(outer.into_iter().filter(binds));
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
    let mut all: Vec<&Fact> = facts.iter().collect();
    for fact in of_entry.into_iter().flatten() {
        if !all.contains(&fact) {
            all.push(fact);
        }
    }
    all
}
