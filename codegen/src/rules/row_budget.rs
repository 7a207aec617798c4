//! `row-budget`: the planner expects no more rows than `@budget` says.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;
use crate::plan::AccessPath;

pub(super) const RULE: Rule = Rule {
    name: "row-budget",
    level: RuleLevel::Deny,
    docs: include_str!("docs/row-budget.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(budget) = &subject.query.directives.budget else {
        return;
    };
    let limit = subject.analysis.row_limit.map(u64::from);
    let proven = limit.is_some_and(|limit| limit <= budget.rows);
    if proven || subject.plan.rows <= budget.rows {
        return;
    }
    let (expected, allowed) = (subject.plan.rows, budget.rows);
    let mut diagnostic = RULE
        .says(format!(
            "the planner expects {expected} rows, and the budget is {allowed}"
        ))
        .at(&subject.file.path, budget.span.clone(), "promised here");
    let path = largest(&subject.plan.paths);
    if let Some(path) = path {
        let size = subject.rows.describe(&path.table);
        diagnostic = diagnostic.note(format!("{size}, most of them come by {path}"));
    }
    let diagnostic =
        diagnostic.help("add a LIMIT or a condition, or raise the budget to what callers can bear");
    // What is expected of a size that nobody declared proves nothing.
    let assumed = path.is_some_and(|path| subject.rows.is_assumed(&path.table));
    report.push_of_size(&RULE, assumed, diagnostic);
}

/// The path that brings the most rows; of several, the first.
fn largest(paths: &[AccessPath]) -> Option<&AccessPath> {
    let rows = |path: &AccessPath| path.rows.saturating_mul(path.loops.max(1));
    paths.iter().rev().max_by_key(|path| rows(path))
}
