//! One thing that the database and the migrations do not agree on.

use super::description::display;
use super::mend::Mend;
use crate::diagnostics::{Diagnostic, Level};

/// What the database and the migrations do not agree on, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
    /// The table or view that it is about.
    pub(crate) relation: Option<String>,
    /// The part of it: a column, an index, a constraint …
    pub(crate) part: Option<String>,
    pub(crate) mend: Mend,
}

impl Finding {
    /// What may break the application.
    pub(crate) fn error(code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(
            super::CODES.iter().any(|(known, _)| *known == code),
            "{code}"
        );
        Self {
            diagnostic: Diagnostic::error(code, message),
            relation: None,
            part: None,
            mend: Mend::default(),
        }
    }

    /// What is merely there, or slower.
    pub(crate) fn warning(code: &'static str, message: impl Into<String>) -> Self {
        let mut finding = Self::error(code, message);
        finding.diagnostic.level = Level::Warning;
        finding
    }

    pub(crate) fn of(mut self, relation: &str) -> Self {
        self.relation = Some(relation.to_owned());
        self
    }

    pub(crate) fn part(mut self, name: &str) -> Self {
        self.part = Some(name.to_owned());
        self
    }

    /// What both sides have.
    pub(crate) fn sides(self, built: &str, has: &str) -> Self {
        self.note(format!("the migrations build: {built}"))
            .note(format!("the database has: {has}"))
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.diagnostic.notes.push(note.into());
        self
    }

    pub(crate) fn mend(mut self, mend: Mend) -> Self {
        self.mend = mend;
        self
    }

    /// The diagnostic, with what mends it as help.
    pub(crate) fn with_help(mut self) -> Self {
        let steps = self.mend.sorted().into_iter();
        let steps: Vec<String> = steps.map(|step| format!("{};", step.sql)).collect();
        if self.diagnostic.help.is_none() && !steps.is_empty() {
            let statements = steps.join("\n");
            self.diagnostic.help = Some(match &self.mend.but {
                Some(but) => format!("{statements}\nbut {but}"),
                None => statements,
            });
        }
        self
    }
}

/// A part of a relation as a reader calls it.
pub(crate) fn of_relation(relation: &str, part: &str) -> String {
    format!("{}.{part}", display(relation))
}
