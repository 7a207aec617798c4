//! `sort-unindexed`: the first rows of an order are read in that order, not sorted out.

use super::{Report, Rule, Subject, seq_scan};
use crate::analyze::Reference;
use crate::config::RuleLevel;
use crate::source::places;

pub(super) const RULE: Rule = Rule {
    name: "sort-unindexed",
    level: RuleLevel::Warn,
    docs: include_str!("docs/sort-unindexed.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let large = |rows: u64| rows > seq_scan::SMALL;
    let sort = subject.plan.sorts.iter();
    let Some(sort) = sort.clone().find(|sort| sort.limited && large(sort.rows)) else {
        return;
    };
    // Only an order by columns of one table can be that of an index.
    let ordered = |reference: &&Reference| {
        reference.limited && reference.ordered && !reference.order.is_empty()
    };
    let Some(reference) = subject.analysis.references.iter().find(ordered) else {
        return;
    };
    let Some(table) = subject.schema.tables.get(&reference.table) else {
        return;
    };
    let name = table.display_name();
    let alias = (reference.alias != table.name).then_some(reference.alias.as_str());
    let span = places::table(subject.query, &name, alias);
    let diagnostic = RULE
        .says(format!(
            "all matching rows of `{name}` are sorted to return the first of them"
        ))
        .at(&subject.file.path, span, "")
        .note(format!(
            "the planner expects {} rows to sort: {sort}",
            sort.rows
        ));
    let assumed = subject.rows.is_assumed(&name);
    report.push_for_table(&RULE, &name, assumed, diagnostic);
}
