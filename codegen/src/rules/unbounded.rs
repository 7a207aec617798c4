//! `unbounded`: something bounds the rows that a call returns.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;
use crate::diagnostics::Diagnostic;
use crate::source::Command;

pub(super) const RULE: Rule = Rule {
    name: "unbounded",
    level: RuleLevel::Warn,
    docs: include_str!("docs/unbounded.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let directives = &subject.query.directives;
    let answered = directives.unbounded.is_some() || directives.budget.is_some();
    let Some(notes) = is_unbounded(subject).filter(|_| !answered) else {
        return;
    };
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
    let many = subject.query.command == Command::Many;
    subject.analysis.shape.unbounded.as_ref().filter(|_| many)
}

/// An `@unbounded` of a query that is bounded.
pub(super) fn unused(subject: &Subject<'_>) -> Option<Diagnostic> {
    let directive = subject.query.directives.unbounded.as_ref()?;
    if is_unbounded(subject).is_some() {
        return None;
    }
    let why = match subject.query.command {
        Command::Many => "the query bounds the number of its rows".to_owned(),
        Command::One | Command::Opt => "the query returns one row at most".to_owned(),
        Command::Exec | Command::ExecRows => "the query returns no rows".to_owned(),
    };
    let diagnostic = Diagnostic::warning("unused-unbounded", why);
    let diagnostic = diagnostic.at(&subject.file.path, directive.span.clone(), "");
    Some(diagnostic.help("remove the line"))
}
