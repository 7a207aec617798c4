//! `update-without-where`: a write says which rows it means.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "update-without-where",
    level: RuleLevel::Deny,
    docs: include_str!("docs/update-without-where.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for write in &subject.analysis.shape.whole_writes {
        let span = subject.query.map.to_file_range(write.span.clone());
        let (operation, table) = (write.operation, &write.table);
        let changed = if operation == "DELETE" {
            "deletes"
        } else {
            "changes"
        };
        let mut diagnostic = RULE
            .says(format!("this {operation} {changed} every row of `{table}`"))
            .at(&subject.file.path, span, "");
        diagnostic = if write.others_restricted {
            diagnostic
                .note(format!(
                    "its condition speaks of the other tables alone, not of `{table}`"
                ))
                .help(format!(
                    "compare a column of `{table}` with the other table's"
                ))
        } else {
            diagnostic.help(format!(
                "add a WHERE clause; where every row is meant, say so: `-- @allow {}: reason`",
                RULE.name
            ))
        };
        report.push(&RULE, diagnostic);
    }
}
