//! `index-not-used`: a promise holds when the plan reaches the table through the index.

use super::{Report, Rule, Subject, index_unknown};
use crate::config::RuleLevel;
use crate::plan::AccessPath;
use crate::source::IndexDirective;

pub(super) const RULE: Rule = Rule {
    name: "index-not-used",
    level: RuleLevel::Deny,
    docs: include_str!("docs/index-not-used.md"),
};

/// Whether a promise names an index that is there, and that the plan does not use.
pub(super) fn is_broken(subject: &Subject<'_>, promise: &IndexDirective) -> bool {
    let of_table = |path: &&AccessPath| path.table == promise.table;
    let paths: Vec<&AccessPath> = subject.plan.paths.iter().filter(of_table).collect();
    // Of a partitioned table, every partition has to be reached so.
    let kept = paths.iter().any(|path| {
        let mut same = paths.iter().filter(|other| other.alias == path.alias);
        let whole = path.partitions.is_empty() || same.all(|p| p.uses(&promise.index));
        path.uses(&promise.index) && whole
    });
    !kept && index_unknown::exists(subject.schema, promise)
}

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for promise in &subject.query.directives.indexes {
        if !is_broken(subject, promise) {
            continue;
        }
        let of_table = |path: &&AccessPath| path.table == promise.table;
        let paths: Vec<&AccessPath> = subject.plan.paths.iter().filter(of_table).collect();
        let (table, index) = (&promise.table, &promise.index);
        let mut diagnostic = RULE
            .says(format!(
                "the plan does not reach `{table}` through `{index}`"
            ))
            .at(&subject.file.path, promise.span.clone(), "promised here");
        for path in &paths {
            let size = subject.rows.describe(table);
            diagnostic = diagnostic.note(format!("{size}, the planner takes {path}"));
        }
        if paths.is_empty() {
            diagnostic = diagnostic.note(format!("the query does not read `{table}`"));
        }
        report.push_for_table(
            &RULE,
            table,
            false,
            diagnostic
                .help("change the query or the index so that they fit, or remove the promise"),
        );
    }
}
