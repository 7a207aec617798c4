//! The one value that every format is made from.

use std::path::Path;
use std::sync::Arc;

use planwright_codegen::catalog::Catalog;
use planwright_codegen::config::{CONFIG_FILE, Project};
use planwright_codegen::diagnostics::{Diagnostic, Diagnostics, Label, Level, SourceText};
use planwright_codegen::files;
use planwright_codegen::source::{Outline, OutlinedQuery};
use planwright_codegen::{Drift, Failure};

use super::stopped;
use crate::verdict::{Outcome as Came, Stopped, Verdict};

/// What a command found.
#[derive(Debug)]
pub(crate) struct Report {
    /// The command: `check`.
    pub(crate) command: &'static str,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// The findings.
    pub(crate) diagnostics: Diagnostics,
    /// The texts that they point into.
    pub(crate) sources: Vec<SourceText>,
    /// The queries as written.
    pub(crate) outline: Outline,
    /// The checked queries, where a server was asked and found no error.
    pub(crate) catalog: Option<Arc<Catalog>>,
    /// The files that were written, relative to the project.
    pub(crate) written: Vec<String>,
    /// The project's folder relative to the repository's, with a slash at its end; empty where
    /// the two are one.
    pub(crate) prefix: String,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is as it should be; there may be warnings.
    Fine,
    /// There are errors.
    Findings,
    /// It could not do what it is for.
    CouldNotRun,
}

impl Outcome {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Findings => 1,
            Self::CouldNotRun => 2,
        }
    }

    /// Its name in documents.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Findings => "findings",
            Self::CouldNotRun => "could-not-run",
        }
    }
}

impl Report {
    /// The report of what a command came to.
    pub(crate) fn new(command: &'static str, folder: &Path, came: Came) -> Self {
        let root = came.project.as_ref().map(|project| project.root.as_path());
        let root = root.or_else(|| came.result.as_ref().err()?.folder());
        let mut report = Self {
            command,
            outcome: Outcome::Fine,
            diagnostics: Diagnostics::new(),
            sources: Vec::new(),
            outline: Outline::default(),
            catalog: None,
            written: Vec::new(),
            prefix: prefix(root.unwrap_or(folder)),
        };
        match came.result {
            Ok(verdict) => report.take(came.project.as_ref(), verdict),
            Err(stopped) => report.stop(came.project.as_ref(), stopped),
        }
        report
    }

    /// The same of a command for which warnings are findings, too.
    pub(crate) fn with_warnings_as_findings(mut self) -> Self {
        if self.outcome == Outcome::Fine && !self.diagnostics.is_empty() {
            self.outcome = Outcome::Findings;
        }
        self
    }

    fn take(&mut self, project: Option<&Project>, verdict: Verdict) {
        match verdict.checked {
            Some(checked) => {
                self.sources = checked.sources;
                self.diagnostics = checked.warnings;
                self.catalog = Some(checked.catalog);
            }
            // The lock agrees, so the files could be read a moment ago.
            None => self.sources = project.map(texts).unwrap_or_default(),
        }
        self.outline(project);
        if let Some(project) = project {
            let generated = &project.config.generated;
            let written = verdict.written.iter();
            self.written = written.map(|path| format!("{generated}/{path}")).collect();
        }
        self.add_drift(verdict.drift);
        if self.diagnostics.has_errors() {
            self.outcome = Outcome::Findings;
        }
    }

    fn stop(&mut self, project: Option<&Project>, stopped: Stopped) {
        if let Stopped::Failure(Failure::Findings {
            diagnostics,
            sources,
        }) = stopped
        {
            self.outcome = Outcome::Findings;
            self.diagnostics = diagnostics;
            self.sources = sources;
            self.outline(project);
            return;
        }
        self.outcome = Outcome::CouldNotRun;
        let (diagnostic, source) = stopped::diagnostic(&stopped);
        self.diagnostics.push(diagnostic);
        self.sources.extend(source);
        if let Stopped::Unchecked { changed, .. } = stopped {
            self.add_drift(changed);
        }
    }

    fn outline(&mut self, project: Option<&Project>) {
        let folder = project.map_or("", |project| project.config.queries.as_str());
        let is_query = |source: &&SourceText| {
            let below = source.path.strip_prefix(folder);
            below.is_some_and(|below| below.starts_with('/'))
        };
        let queries: Vec<SourceText> = self.sources.iter().filter(is_query).cloned().collect();
        self.outline = Outline::of(&queries);
    }

    fn add_drift(&mut self, drift: Drift) {
        self.diagnostics.extend(drift.found);
        self.sources.extend(drift.sources);
    }

    /// The findings in the order of their places.
    pub(crate) fn findings(&self) -> Vec<&Diagnostic> {
        self.diagnostics.sorted()
    }

    /// The query that a finding is about: that of its first place.
    pub(crate) fn query_of(&self, finding: &Diagnostic) -> Option<&OutlinedQuery> {
        let label = finding.labels.first().filter(|label| !is_whole(label))?;
        self.outline.query_at(&label.path, label.span.start)
    }

    /// How many findings there are of a level.
    pub(crate) fn count(&self, level: Level) -> usize {
        let findings = self.findings().into_iter();
        findings.filter(|finding| finding.level == level).count()
    }

    /// The text that a label points into, where that is known and the label does not mean the
    /// file as a whole.
    pub(crate) fn text_of(&self, label: &Label) -> Option<&SourceText> {
        let mut sources = self.sources.iter();
        sources.find(|text| text.path == label.path && !is_whole(label))
    }

    /// A path relative to the repository.
    pub(crate) fn repository_path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The file to name where a finding has no place of its own.
    pub(crate) fn config_path(&self) -> String {
        self.repository_path(CONFIG_FILE)
    }
}

/// Whether a label means the file as a whole.
fn is_whole(label: &Label) -> bool {
    label.span == (0..0)
}

/// A finding's facts and its help, each on a line of its own.
pub(crate) fn remarks(finding: &Diagnostic) -> Vec<String> {
    let notes = finding.notes.iter().map(|note| format!("note: {note}"));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    notes.chain(help).collect()
}

fn texts(project: &Project) -> Vec<SourceText> {
    let read = files::read_inputs(project).ok();
    read.map(|(inputs, _)| inputs.texts().cloned().collect())
        .unwrap_or_default()
}

/// The folder relative to that of the repository: the nearest that has a `.git`.
fn prefix(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let repository = absolute.ancestors().find(|f| f.join(".git").exists());
    let below = repository.and_then(|repository| absolute.strip_prefix(repository).ok());
    let parts = below.into_iter().flat_map(Path::components);
    parts.fold(String::new(), |prefix, part| {
        format!("{prefix}{}/", part.as_os_str().to_string_lossy())
    })
}
