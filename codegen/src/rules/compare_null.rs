//! `compare-null`: nothing is equal to null, nor different from it.

use super::{Report, Rule, Subject};
use crate::analyze::{NullComparison, NullForm};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "compare-null",
    level: RuleLevel::Deny,
    docs: include_str!("docs/compare-null.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for comparison in &subject.analysis.shape.null_comparisons {
        let span = subject.query.map.to_file_range(comparison.span.clone());
        let (message, label) = match comparison.form {
            NullForm::List => ("a null in a list is equal to nothing", "matches no value"),
            NullForm::Case => ("a comparison with null is never true", "never chosen"),
            _ => (
                "a comparison with null is never true",
                "is null for every value",
            ),
        };
        let diagnostic = RULE
            .says(message)
            .at(&subject.file.path, span, label)
            .help(help(comparison));
        report.push(&RULE, diagnostic);
    }
}

fn help(comparison: &NullComparison) -> String {
    let x = comparison.operand.as_deref().unwrap_or("…");
    match comparison.form {
        NullForm::Equal => format!("write `{x} IS NULL`"),
        NullForm::NotEqual => format!("write `{x} IS NOT NULL`"),
        NullForm::List => format!("leave it out, or add `OR {x} IS NULL`"),
        NullForm::Case => "write `CASE WHEN … IS NULL THEN …`".to_owned(),
        NullForm::Other => {
            "ask with `IS NULL`, `IS NOT NULL` or `IS [NOT] DISTINCT FROM`; or leave it out"
                .to_owned()
        }
    }
}
