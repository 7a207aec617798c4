//! MERGE: which rows each of its actions may change.

use super::Tenancy;
use super::frame::Frame;
use super::jointree::{entries_below, items};
use super::level::{Level, nodes_called};
use super::modify::Target;
use super::summary::Need;
use super::term::Fact;
use super::why::{Clause, Why};
use crate::analyze::scope::{CMD_DELETE, CMD_INSERT, CMD_UPDATE};
use crate::analyze::tree::Node;

/// Which rows an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matched {
    /// Source and target.
    Both,
    /// A source row without target.
    SourceOnly,
    /// A target row without source.
    TargetOnly,
}

impl Tenancy<'_> {
    /// `level` has the facts of the source alone; this adds what the ON says of it.
    pub(super) fn merge(
        &self,
        frame: &Frame<'_, '_>,
        level: &mut Level,
        target: Option<&Target>,
    ) -> Vec<Need> {
        let query = frame.query;
        let before_17 = query.node("jointree").and_then(|tree| tree.node("quals"));
        let condition = query.node("mergeJoinCondition").or(before_17);
        let actions: Vec<(&Node<'_>, Matched)> = query
            .nodes("mergeActionList")
            .map(|action| (action, matched(action)))
            .collect();
        let any = |which| actions.iter().any(|(_, matched)| *matched == which);
        let source = level.top.clone();
        let on = [source.as_slice(), &self.facts(condition, frame)].concat();
        let classes = self.keys.classes(&on, &level.rows);
        for tenant in level.rows.iter().filter_map(|row| self.tenant_of(row)) {
            self.remember(classes.members(tenant));
        }
        // Every source row counts when those without a target are inserted, and every
        // target row when those without a source are changed.
        let inserts = any(Matched::SourceOnly);
        level.used_where(query, if inserts { &source } else { &on });
        if let Some(condition) = condition {
            let full = inserts && any(Matched::TargetOnly);
            let facts = if full { &source } else { &on };
            level.place(&nodes_called(condition, "SUBLINK"), facts);
        }
        level.top.clear();
        let mut needs = Vec::new();
        for (action, matched) in &actions {
            let mut facts = match matched {
                Matched::Both => on.clone(),
                Matched::SourceOnly => source.clone(),
                Matched::TargetOnly => Vec::new(),
            };
            facts.extend(self.facts(action.node("qual"), frame));
            level.place(&nodes_called(action, "SUBLINK"), &facts);
            if let Some(target) = target {
                needs.extend(self.action(frame, level, target, action, &facts));
            }
        }
        // Whether a source row has a target must not depend on other tenants' rows.
        if let Some(target) = target.filter(|_| inserts)
            && !self.is_bound(level, target, &on)
        {
            needs.push(target.refused(Why::Merge, Clause::Merge));
        }
        needs.truncate(1);
        needs
    }

    fn action(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        target: &Target,
        action: &Node<'_>,
        facts: &[Fact],
    ) -> Vec<Need> {
        let values = || action.nodes("targetList");
        let mut needs = Vec::new();
        let command = action.int("commandType");
        match command {
            Some(CMD_INSERT) => {
                needs.extend(self.assigned(frame, level, target, values(), facts));
            }
            Some(CMD_UPDATE | CMD_DELETE) if !self.is_bound(level, target, facts) => {
                needs.push(target.refused(Why::Merge, Clause::Merge));
            }
            Some(CMD_UPDATE) => {
                needs.extend(self.reassigned(frame, level, target, values(), facts));
            }
            _ => {}
        }
        needs
    }

    fn is_bound(&self, level: &Level, target: &Target, facts: &[Fact]) -> bool {
        let facts: Vec<&Fact> = facts.iter().collect();
        target.needs.iter().all(|need| {
            let mut keys = need.keys.iter();
            keys.any(|key| self.binds(level, &facts, key))
        })
    }
}

impl Level {
    /// Adds what holds wherever a row of the FROM is used.
    fn used_where(&mut self, query: &Node<'_>, more: &[Fact]) {
        let entries = items(query).into_iter().flat_map(entries_below);
        for entry in entries {
            let facts = self.entries.entry(entry).or_default();
            for fact in more {
                if !facts.contains(fact) {
                    facts.push(fact.clone());
                }
            }
        }
    }
}

/// PostgreSQL 17 counts: matched, without source, without target; before it there is a flag.
fn matched(action: &Node<'_>) -> Matched {
    match (action.int("matchKind"), action.flag("matched")) {
        (Some(0), _) | (None, true) => Matched::Both,
        (Some(1), _) => Matched::TargetOnly,
        _ => Matched::SourceOnly,
    }
}
