//! `unbounded`: something bounds the rows that a call returns.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;
use crate::source::Command;

pub(super) const RULE: Rule = Rule {
    name: "unbounded",
    level: RuleLevel::Warn,
    docs: include_str!("docs/unbounded.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let directives = &subject.query.directives;
    let Some(notes) = is_unbounded(subject) else {
        return unused(subject, report);
    };
    if directives.unbounded.is_some() || directives.budget.is_some() {
        return;
    }
    let span = subject.query.command_span.clone();
    let mut diagnostic = RULE
        .says(format!(
            "nothing bounds the number of rows of `{}`",
            subject.query.name
        ))
        .at(&subject.file.path, span, "all of them at once");
    for note in notes {
        diagnostic = diagnostic.note(note);
    }
    let help = "add a LIMIT; or say why it is fine, `-- @unbounded: reason`, or how many are expected, `-- @budget rows <= 100`";
    report.push(&RULE, diagnostic.help(help));
}

/// Why nothing bounds the rows of a query that returns many.
fn is_unbounded<'a>(subject: &'a Subject<'_>) -> Option<&'a Vec<String>> {
    let many = subject.query.command.each() == Command::Many;
    subject.analysis.shape.unbounded.as_ref().filter(|_| many)
}

/// An `@unbounded` of a query that is bounded answers nothing.
fn unused(subject: &Subject<'_>, report: &mut Report) {
    let Some(directive) = &subject.query.directives.unbounded else {
        return;
    };
    let why = match subject.query.command {
        Command::Many | Command::BatchMany => "the query bounds the number of its rows",
        Command::One | Command::Opt | Command::BatchOne => "the query returns one row at most",
        Command::Stream => "a stream holds no more rows at once than its caller",
        Command::Exec | Command::ExecRows | Command::Copy | Command::BatchExec => {
            "the query returns no rows"
        }
        Command::Bulk => "the query returns a row at most for each that it is given",
    };
    let span = directive.span.clone();
    report.unused(&subject.file.path, span, why.to_owned());
}
