//! INSERT, UPDATE and DELETE: whose rows they write.

use std::collections::BTreeSet;

use super::Tenancy;
use super::exports::Export;
use super::frame::Frame;
use super::keys::Row;
use super::level::{Level, nodes_called};
use super::solve::with_entry;
use super::summary::{Need, Summary};
use super::tables::is_view;
use super::term::{Fact, Term};
use super::why::{Clause, Point, Why, quoted};
use crate::analyze::scope::{CMD_DELETE, CMD_INSERT, CMD_MERGE, CMD_UPDATE};
use crate::analyze::tree::Node;

/// PostgreSQL's `OnConflictAction`.
const CONFLICT_UPDATE: i64 = 2;

/// The relation that a statement writes to.
pub(super) struct Target {
    pub(super) entry: i64,
    /// The columns that say whose a row is; of a view there may be several, or none.
    pub(super) tenants: BTreeSet<i64>,
    /// What must be bound before a row may be changed.
    pub(super) needs: Vec<Need>,
    /// The rows of tables that its columns are those of.
    pub(super) rows: Vec<Row>,
    pub(super) point: Point,
}

impl Tenancy<'_> {
    /// A statement that changes rows.
    pub(super) fn modification(&self, frame: &mut Frame<'_, '_>) -> Summary {
        let query = frame.query;
        let command = query.int("commandType");
        let target = self.target(frame);
        if let Some(target) = target.as_ref().filter(|_| !reads_target(command)) {
            frame.rows.extend(target.rows.iter().cloned());
        }
        let mut level = self.level(frame);
        let mut needs = Vec::new();
        match command {
            Some(CMD_INSERT) => {
                if let Some(target) = &target {
                    needs.extend(self.insert(frame, &mut level, target));
                }
            }
            Some(CMD_UPDATE) => {
                if let Some(target) = &target {
                    let facts = level.top.clone();
                    let sets = query.nodes("targetList");
                    needs.extend(self.reassigned(frame, &level, target, sets, &facts));
                }
            }
            Some(CMD_MERGE) => needs.extend(self.merge(frame, &mut level, target.as_ref())),
            _ => {}
        }
        let exports = self.exports(frame, &level);
        let open = self.open(frame, &level);
        let mut settled = self.settle(frame, &level, open, &exports);
        settled.append(&mut needs);
        let mut summary = self.summary(frame, &level, &exports, settled);
        // What was read of the target may have changed since, but not whose it is.
        if command != Some(CMD_INSERT) {
            summary.facts.clear();
            summary.rows.clear();
            let kept = |export: &&Export| match (&target, &export.term) {
                (Some(target), Term::Column { entry, column, .. }) => {
                    *entry != target.entry || target.tenants.contains(column)
                }
                (_, Term::Column { .. }) => command == Some(CMD_DELETE),
                _ => true,
            };
            let kept: BTreeSet<i64> = exports.iter().filter(kept).map(|e| e.output).collect();
            let merge = command == Some(CMD_MERGE);
            summary
                .given
                .retain(|output| !merge && kept.contains(output));
        }
        summary
    }

    /// The relation written to, when it has tenants' rows.
    fn target(&self, frame: &Frame<'_, '_>) -> Option<Target> {
        let entry = frame.query.int("resultRelation")?;
        let oid = frame.entry(entry)?.oid("relid")?;
        let table = self.schema.tables.get(&oid)?;
        let seen = self.source(frame, entry);
        let mut tenants: BTreeSet<i64> = self.tables.tenant_column(oid).into_iter().collect();
        if is_view(table) {
            let of_rows = seen.rows.iter().filter_map(|row| self.tenant_of(row));
            let of_needs = seen.needs.iter().flat_map(|need| &need.keys);
            tenants.extend(of_rows.chain(of_needs).filter_map(|term| match term {
                Term::Column { column, .. } if *column > 0 => Some(*column),
                _ => None,
            }));
        }
        if seen.needs.is_empty() && seen.rows.is_empty() {
            return None;
        }
        let mut point = self.point(frame, entry, table, None);
        if let Some(column) = tenants.first().and_then(|a| table.columns.get(a)) {
            point.column = format!("{}.{}", quoted(frame.alias(entry)), quoted(&column.name));
        }
        Some(Target {
            entry,
            tenants,
            needs: seen.needs,
            rows: seen.rows,
            point,
        })
    }

    /// A new row gets the tenant that the caller gave.
    fn insert(&self, frame: &Frame<'_, '_>, level: &mut Level, target: &Target) -> Vec<Need> {
        let mut needs = Vec::new();
        let values = || frame.query.nodes("targetList");
        let facts = level.top.clone();
        needs.extend(self.assigned(frame, level, target, values(), &facts));
        let columns = target.tenants.iter();
        level
            .given
            .extend(columns.map(|column| Term::local(target.entry, *column)));
        let conflict = frame.query.node("onConflict");
        if let Some(conflict) = conflict.filter(|c| c.int("action") == Some(CONFLICT_UPDATE)) {
            needs.extend(self.conflict(frame, level, target, conflict));
        }
        needs
    }

    /// Whether every tenant column gets what the caller gave.
    pub(super) fn assigned<'t>(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        target: &Target,
        values: impl Iterator<Item = &'t Node<'t>>,
        facts: &[Fact],
    ) -> Option<Need> {
        let mut found = BTreeSet::new();
        for value in values {
            let Some(column) = value.int("resno").filter(|c| target.tenants.contains(c)) else {
                continue;
            };
            let expression = value.node("expr");
            if expression.is_none_or(|e| e.name == "SETTODEFAULT") {
                continue;
            }
            let term = expression.and_then(|expression| self.term(expression, frame));
            self.remember(term.iter());
            let given =
                term.is_some_and(|term| self.binds(level, &with_entry(level, facts, &term), &term));
            if !given {
                return Some(target.refused(Why::Assigned, Clause::Values));
            }
            found.insert(column);
        }
        // A view may show the tenant column of one of its tables only, or of none.
        let complete = if target.needs.iter().any(|need| !need.keys.is_empty()) {
            target.needs.iter().all(|need| {
                need.keys.iter().any(|key| match key {
                    Term::Column { column, .. } => found.contains(column),
                    _ => false,
                })
            })
        } else {
            !found.is_empty()
        };
        (!complete).then(|| target.refused(Why::NotAssigned, Clause::Values))
    }

    /// An UPDATE leaves a row with its tenant.
    pub(super) fn reassigned<'t>(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        target: &Target,
        sets: impl Iterator<Item = &'t Node<'t>>,
        facts: &[Fact],
    ) -> Option<Need> {
        for set in sets {
            let Some(column) = set.int("resno").filter(|c| target.tenants.contains(c)) else {
                continue;
            };
            let old = Term::local(target.entry, column);
            let new = set.node("expr").and_then(|node| self.term(node, frame));
            let facts = with_entry(level, facts, &old);
            let classes = self.keys.classes(facts, &level.rows);
            if !new.is_some_and(|new| classes.same(&old, &new)) {
                return Some(target.refused(Why::Reassigned, Clause::Set));
            }
        }
        None
    }

    /// ON CONFLICT DO UPDATE changes a row that was there before: of the same tenant, when
    /// the unique index holds the tenant column, or the WHERE says so.
    fn conflict(
        &self,
        frame: &Frame<'_, '_>,
        level: &mut Level,
        target: &Target,
        conflict: &Node<'_>,
    ) -> Vec<Need> {
        let excluded = conflict.int("exclRelIndex").unwrap_or(0);
        let mut facts = level.top.clone();
        for value in frame.query.nodes("targetList") {
            let term = value.node("expr").and_then(|node| self.term(node, frame));
            if let (Some(term), Some(column)) = (term, value.int("resno")) {
                facts.push(Fact::Same(Term::local(excluded, column), term));
            }
        }
        level
            .given
            .extend(target.tenants.iter().map(|c| Term::local(excluded, *c)));
        for column in self.arbiters(conflict) {
            let (old, new) = (
                Term::local(target.entry, column),
                Term::local(excluded, column),
            );
            facts.push(Fact::Equal(old, new));
        }
        let filter = conflict.node("onConflictWhere");
        facts.extend(self.facts(filter, frame));
        level.place(&nodes_called(conflict, "SUBLINK"), &facts);
        // The target's tenant is given once it is bound, not before.
        let columns = target.tenants.iter();
        let own: BTreeSet<Term> = columns.map(|c| Term::local(target.entry, *c)).collect();
        level.given.retain(|term| !own.contains(term));
        let refs: Vec<&Fact> = facts.iter().collect();
        let bound = |need: &Need| {
            let mut keys = need.keys.iter();
            keys.any(|key| self.binds(level, &refs, key))
        };
        let mut needs = Vec::new();
        if !target.needs.iter().all(bound) {
            needs.push(target.refused(Why::Conflict, Clause::Conflict));
        }
        let sets = conflict.nodes("onConflictSet");
        needs.extend(self.reassigned(frame, level, target, sets, &facts));
        level.given.extend(own);
        needs
    }

    /// The columns of the unique index in which both rows agree.
    fn arbiters(&self, conflict: &Node<'_>) -> Vec<i64> {
        let constraint = conflict.oid("constraint").unwrap_or(0);
        if let Some(index) = self.schema.meaning.constraint_indexes.get(&constraint) {
            let index = self.schema.indexes.iter().find(|i| i.oid == *index);
            let keys = index.into_iter().flat_map(|index| &index.keys);
            return keys.filter_map(|key| key.attribute).collect();
        }
        let elements = conflict.nodes("arbiterElems");
        let columns = elements.filter_map(|element| element.node("expr"));
        let columns = columns.filter(|column| column.name == "VAR");
        columns
            .filter_map(|column| column.int("varattno"))
            .collect()
    }
}

impl Target {
    pub(super) fn refused(&self, why: Why, clause: Clause) -> Need {
        Need {
            point: Point {
                clause,
                why,
                ..self.point.clone()
            },
            keys: BTreeSet::new(),
        }
    }
}

/// Whether the FROM of such a statement holds its target.
fn reads_target(command: Option<i64>) -> bool {
    matches!(command, Some(CMD_UPDATE | CMD_DELETE))
}
