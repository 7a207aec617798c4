//! `select-star`: the columns of a result are named.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "select-star",
    level: RuleLevel::Warn,
    docs: include_str!("docs/select-star.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for star in &subject.analysis.shape.stars {
        let span = subject.query.map.to_file_range(star.span.clone());
        let count = match star.columns.len() {
            1 => "one column".to_owned(),
            several => format!("{several} columns"),
        };
        let diagnostic = RULE
            .says(format!(
                "`{}` returns whatever columns the tables have",
                subject.query.name
            ))
            .at(&subject.file.path, span, format!("{count} today"))
            .help(format!("name them: `{}`", star.columns.join(", ")));
        report.push(&RULE, diagnostic);
    }
}
