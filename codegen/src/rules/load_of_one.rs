//! `load-of-one`: the one row that belongs to one row comes with it.

use super::{Report, Rule};
use crate::config::RuleLevel;
use crate::source::{Command, LoadShape};
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "load-of-one",
    level: RuleLevel::Warn,
    docs: include_str!("docs/load-of-one.md"),
};

pub(super) fn check(survey: &Survey, report: &mut Report) {
    for (index, (file, query)) in survey.texts.queries().enumerate() {
        if !query.is_first() {
            continue;
        }
        report.query = Some(index);
        let one_row = matches!(query.command, Command::One | Command::Opt);
        let loads = query.directives.loads.iter().filter(|load| load.waits());
        // A second load in the same round trip makes the first one free.
        let (Some(load), true) = (single(loads), one_row) else {
            continue;
        };
        if load.shape == LoadShape::Many {
            continue;
        }
        let Some(child) = survey.texts.loaded(file, load) else {
            continue;
        };
        let Some((of_child, source)) = survey.texts.queries().nth(child) else {
            continue;
        };
        if !source.directives.loads.is_empty() {
            continue;
        }
        let (name, field) = (&query.name, &load.field);
        let diagnostic = RULE
            .says(format!("`{name}` waits twice for two rows"))
            .at(&file.path, load.span.clone(), "")
            .at(&of_child.path, source.name_span.clone(), "one row of this")
            .help(format!(
                "join it, and name its columns after the field: `… AS \"{field}.id\"`"
            ));
        report.push(&RULE, diagnostic);
    }
    report.query = None;
}

fn single<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
