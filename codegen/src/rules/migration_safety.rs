//! `migration-safety`: a migration neither locks out nor breaks an application that runs
//! while it is applied. The knowledge is squawk's; what is known of the schema and of
//! earlier migrations is put beside it.

mod advice;
mod history;

use std::collections::HashSet;
use std::ops::Range;

use squawk_linter::ignore::{IGNORE_FILE_TEXT, IGNORE_LINE_TEXT};
use squawk_linter::{Linter, LinterSettings, Rule as Squawk, Violation};
use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{Parse, SourceFile};

use super::places::Places;
use super::{Report, Rule};
use crate::config::{Project, RuleLevel};
use crate::diagnostics::Diagnostic;
use crate::files::{Migration, version};
use crate::names;
use crate::schema::ddl::{Ddl, Statement};
use crate::schema::words::Words;
use crate::source::lexer::{self, Kind};
use crate::survey::Survey;
use advice::{Advice, KEPT, OF_TRANSACTIONS, Situation};
use history::History;

pub(super) const RULE: Rule = Rule {
    name: "migration-safety",
    level: RuleLevel::Warn,
    docs: include_str!("docs/migration-safety.md"),
};

/// How statements begin that squawk's kept rules look at, beside those about tables,
/// indexes and domains.
const OF_INTEREST: [&str; 7] = [
    "abort", "begin", "commit", "drop", "end", "rollback", "start",
];

pub(super) fn check(project: &Project, survey: &Survey, places: &Places<'_>, report: &mut Report) {
    let configured = project.config.postgres.version;
    let major = configured.unwrap_or(survey.embedded.version().major);
    let from = project.config.migration_safety.from.as_deref();
    let from = from.map(version).unwrap_or_default();
    let mut history = History::default();
    for (migration, statements) in places.migrations() {
        history.begin(&migration.name);
        let mut violations = Vec::new();
        if version(&migration.name) >= from && may_matter(migration, statements) {
            let parsed = SourceFile::parse(&migration.up.text);
            violations = lint(migration, &parsed, major, statements.len());
            report.extend(&RULE, unread(migration, &parsed, statements));
        }
        let mut violations = violations.into_iter().peekable();
        for statement in statements {
            let situation = Situation {
                schema: &survey.schema,
                major,
                history: &history,
                migration,
                statement,
            };
            while let Some(violation) = violations.next_if(|v| starts(v) < statement.span.end) {
                report.extend(&RULE, situation.judge(&violation));
            }
            history.learn(statement);
        }
        let after = violations.filter_map(|violation| unknown_name(migration, &violation));
        report.extend(&RULE, after);
    }
}

/// Whether squawk could say something of a migration: most only make new tables, or an
/// index without a lock, or fill tables, and reading them again would take time.
fn may_matter(migration: &Migration, statements: &[Statement<'_>]) -> bool {
    let text = &migration.up.text;
    let mut statements = statements.iter();
    let matters = statements.any(|statement| match &statement.ddl {
        Ddl::CreateTable(_) | Ddl::CreateDomain(_) => false,
        Ddl::CreateIndex(index) => !index.concurrently,
        Ddl::Other => {
            let mut words = Words::of(text, &first_line(text, statement.span.clone()));
            OF_INTEREST.iter().any(|word| words.take(word))
        }
        _ => true,
    });
    matters || text.contains(IGNORE_LINE_TEXT)
}

/// What squawk says of a migration, in the order of the text.
fn lint(
    migration: &Migration,
    parsed: &Parse<SourceFile>,
    major: u32,
    statements: usize,
) -> Vec<Violation> {
    let text = &migration.up.text;
    let lint = |rules: &[Squawk], assume_in_transaction: bool| {
        let mut linter = Linter::from(rules.iter().copied().collect::<HashSet<Squawk>>());
        linter.settings = LinterSettings {
            pg_version: major.to_string().parse().unwrap_or_default(),
            assume_in_transaction,
        };
        linter.lint(parsed, text)
    };
    // In a transaction squawk trusts every table of a CREATE TABLE in the same file, by its
    // name alone; which tables are new is known better here.
    let mut violations = lint(&KEPT, false);
    violations.retain(|violation| !OF_TRANSACTIONS.contains(&violation.code));
    let of_transactions = lint(&OF_TRANSACTIONS, migration.is_one_transaction(statements));
    let of_transactions = of_transactions.into_iter();
    violations.extend(of_transactions.filter(|v| v.code != Squawk::UnusedIgnore));
    violations.sort_by_key(starts);
    violations
}

/// Statements about tables that squawk cannot read, although the server could.
fn unread(
    migration: &Migration,
    parsed: &Parse<SourceFile>,
    statements: &[Statement<'_>],
) -> Vec<Diagnostic> {
    let text = &migration.up.text;
    let errors = parsed.errors();
    let (comments, _) = lexer::lex(text);
    let mut comments = comments
        .iter()
        .filter(|token| token.kind == Kind::LineComment);
    if errors.is_empty() || comments.any(|c| text[c.span.clone()].ends_with(IGNORE_FILE_TEXT)) {
        return Vec::new();
    }
    let unread = statements.iter().filter_map(|statement| {
        let within = |error: &&SyntaxError| {
            let at: usize = error.range().start().into();
            statement.span.start <= at && at <= statement.span.end
        };
        let error = errors.iter().find(within)?;
        if matches!(statement.ddl, Ddl::Other) {
            return None;
        }
        let at = error.range().start().into();
        let diagnostic = RULE
            .says("squawk cannot read this statement, and says nothing of it")
            .at(&migration.up.path, at..at + 1, "")
            .note(error.message())
            .help(format!(
                "look at its locks yourself, and say so at the top: `-- {IGNORE_FILE_TEXT}`"
            ));
        Some(diagnostic)
    });
    unread.collect()
}

/// Where what squawk means begins.
fn starts(violation: &Violation) -> usize {
    violation.text_range.start().into()
}

/// The bytes that squawk means.
fn span(violation: &Violation) -> Range<usize> {
    starts(violation)..violation.text_range.end().into()
}

/// A name in a comment that tells squawk what to leave out, and that squawk does not know.
fn unknown_name(migration: &Migration, violation: &Violation) -> Option<Diagnostic> {
    if violation.code != Squawk::UnusedIgnore {
        return None;
    }
    let span = span(violation);
    let name = &migration.up.text[span.clone()];
    let diagnostic =
        RULE.says(format!("squawk has no rule `{name}`"))
            .at(&migration.up.path, span, "");
    let known: Vec<String> = KEPT.iter().map(ToString::to_string).collect();
    Some(
        match names::nearest(name, known.iter().map(String::as_str)) {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
            None => diagnostic.help("remove the name; a reason goes into a comment of its own"),
        },
    )
}

impl Situation<'_> {
    /// What is left of a violation once the schema and earlier migrations are known.
    fn judge(&self, violation: &Violation) -> Option<Diagnostic> {
        let migration = self.migration;
        if violation.code == Squawk::UnusedIgnore {
            return unknown_name(migration, violation);
        }
        let changed = self.history.changed(&self.statement.ddl);
        let old: Vec<&String> = changed
            .iter()
            .filter(|name| !self.history.is_new(name))
            .collect();
        if !changed.is_empty() && old.is_empty() || self.is_harmless(violation) {
            return None;
        }
        let Advice {
            message,
            note,
            help,
        } = self.advice(violation);
        let span = first_line(&migration.up.text, span(violation));
        let mut diagnostic =
            RULE.says(format!("{}: {message}", violation.code))
                .at(&migration.up.path, span, "");
        if let Some(note) = note {
            diagnostic = diagnostic.note(note);
        }
        for name in old {
            if let Some(made_by) = self.history.made_by(name) {
                let note = format!("an earlier migration, {made_by}, made `{name}`");
                diagnostic = diagnostic.note(note);
            }
        }
        Some(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }
}

/// The part of a span that is on its first line.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or("");
    span.start..span.start + line.trim_end().len()
}
