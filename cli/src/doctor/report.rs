//! What was found, before it is printed in any form.

use planwright_maintenance::server::ServerFactsRow;
use serde_json::Value;

use super::sections::Topic;

/// All that was looked at.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) facts: ServerFactsRow,
    pub(super) sections: Vec<Section>,
}

/// One thing to look at.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) topic: Topic,
    /// What is wrong.
    pub(super) findings: Vec<Finding>,
    /// What limits what is said: what the role may not see, and what is assumed.
    pub(super) notes: Vec<String>,
    /// All that was read, wrong or not.
    pub(super) rows: Rows,
    /// Why it could not be read.
    pub(super) failure: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) what: String,
    pub(super) why: String,
    /// The statement that mends it.
    pub(super) remedy: Option<String>,
}

/// A table: each row an object of JSON, and which of its members are shown in text.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Vec<Row>,
}

/// One row: as data, and as a reader sees it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) data: Value,
    pub(super) cells: Vec<String>,
}

/// How a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing is wrong, as far as can be seen.
    Healthy,
    /// Something is.
    Findings,
    /// It could not be read.
    Failed,
}

impl Report {
    pub(super) fn new(facts: ServerFactsRow) -> Self {
        let sections = Vec::new();
        Self { facts, sections }
    }

    /// How many findings there are.
    pub(super) fn findings(&self) -> usize {
        self.sections.iter().map(|s| s.findings.len()).sum()
    }
}

impl Section {
    pub(super) fn new(topic: Topic) -> Self {
        Self {
            topic,
            findings: Vec::new(),
            notes: Vec::new(),
            rows: Rows::default(),
            failure: None,
        }
    }

    pub(super) fn state(&self) -> State {
        if self.failure.is_some() {
            State::Failed
        } else if self.findings.is_empty() {
            State::Healthy
        } else {
            State::Findings
        }
    }

    pub(super) fn finds(&mut self, what: String, why: &str, remedy: Option<String>) {
        let why = why.to_owned();
        self.findings.push(Finding { what, why, remedy });
    }

    pub(super) fn notes(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(super) fn row(&mut self, data: Value, cells: Vec<String>) {
        self.rows.rows.push(Row { data, cells });
    }
}
