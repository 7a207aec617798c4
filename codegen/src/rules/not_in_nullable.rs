//! `not-in-nullable`: the right side of a `NOT IN` holds no null.

use super::{Report, Rule, Subject};
use crate::analyze::{NotIn, NotInSide};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "not-in-nullable",
    level: RuleLevel::Deny,
    docs: include_str!("docs/not-in-nullable.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for not_in in &subject.analysis.shape.not_ins {
        let map = &subject.query.map;
        let path = &subject.file.path;
        let written = if not_in.what == "NULL" {
            "is"
        } else {
            "may be"
        };
        let mut diagnostic = RULE
            .says("one null on the right side, and this is true for no row")
            .at(path, map.to_file_range(not_in.span.clone()), "");
        if not_in.culprit != not_in.span {
            let culprit = map.to_file_range(not_in.culprit.clone());
            diagnostic = diagnostic.at(path, culprit, format!("{written} null"));
        }
        if not_in.what != "NULL" {
            diagnostic = diagnostic.note(format!("`{}` can be null: {}", not_in.what, not_in.why));
        }
        report.push(&RULE, diagnostic.help(help(not_in)));
    }
}

fn help(not_in: &NotIn) -> String {
    match &not_in.side {
        NotInSide::List(operand) if not_in.what == "NULL" => {
            let x = operand.as_deref().unwrap_or("…");
            format!("leave the null out, and add `AND {x} IS NOT NULL` where that is meant")
        }
        NotInSide::List(_) => format!(
            "say what null means: `({0} IS NULL OR …)`, or forbid it: `-- @param {1} not null`",
            not_in.what,
            not_in.what.trim_start_matches(':')
        ),
        NotInSide::Query {
            column: Some(column),
            operand,
            has_where,
        } => {
            let word = if *has_where { "AND" } else { "WHERE" };
            let rest = if *has_where { "WHERE … AND" } else { "WHERE" };
            let exists = match operand {
                Some(x) => format!("NOT EXISTS (SELECT … {rest} {column} = {x})"),
                None => "NOT EXISTS (SELECT …)".to_owned(),
            };
            format!("add `{word} {column} IS NOT NULL` to the sub-select, or write `{exists}`")
        }
        NotInSide::Query { .. } => {
            "write `NOT EXISTS (SELECT …)`, or give the sub-select's column a value for null with `coalesce`"
                .to_owned()
        }
    }
}
