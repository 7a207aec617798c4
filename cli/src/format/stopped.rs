//! What keeps a command from its work, as a finding.

use std::error::Error;
use std::fs;
use std::path::Path;

use planwright_codegen::Failure;
use planwright_codegen::config::{CONFIG_FILE, ProjectError};
use planwright_codegen::diagnostics::{Diagnostic, SourceText};

use crate::verdict::Stopped;

/// The finding, and the text that it points into.
pub(super) fn diagnostic(stopped: &Stopped) -> (Diagnostic, Option<SourceText>) {
    match stopped {
        Stopped::Project(error) => of_project(error),
        Stopped::File(error) => (with_causes("file-error", error), None),
        Stopped::Connection(problem) => {
            let mut lines = problem.message().lines();
            let message = lines.next().unwrap_or_default().to_owned();
            let found = Diagnostic::error("no-connection", message);
            (
                lines.fold(found, |found, line| found.note(line.trim())),
                None,
            )
        }
        Stopped::Failure(failure) | Stopped::Unchecked { failure, .. } => {
            let code = match failure {
                Failure::Findings { .. } => "findings",
                Failure::Role { .. } => "invalid-role",
                Failure::File(_) => "file-error",
                Failure::Embedded(_) => "no-server",
                Failure::Live(_) => "no-description",
                Failure::Pull(_) => "no-statistics",
                Failure::Server(_) => "server-error",
            };
            (with_causes(code, failure), None)
        }
    }
}

fn of_project(error: &ProjectError) -> (Diagnostic, Option<SourceText>) {
    match error {
        ProjectError::NotFound { .. } => (with_causes("no-project", error), None),
        ProjectError::Read { .. } => {
            let found = with_causes("file-error", error);
            (found.at(CONFIG_FILE, 0..0, ""), None)
        }
        ProjectError::Version { path, version } => {
            let text = text(path);
            let known = text.as_ref().map_or("", |text| text.text.as_str());
            let version = version.to_string();
            let start = known.find(&version).unwrap_or(0);
            let found = with_causes("unsupported-version", error);
            (
                found.at(CONFIG_FILE, start..start + version.len(), ""),
                text,
            )
        }
        ProjectError::Invalid { path, source } => {
            let message = format!(
                "{CONFIG_FILE} is not a valid configuration: {}",
                source.message()
            );
            let span = source.span().unwrap_or(0..0);
            let found = Diagnostic::error("invalid-configuration", message);
            (found.at(CONFIG_FILE, span, ""), text(path))
        }
    }
}

/// An error, with its causes as notes.
fn with_causes(code: &'static str, error: &dyn Error) -> Diagnostic {
    let mut found = Diagnostic::error(code, error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        found = found.note(format!("because: {error}"));
        cause = error.source();
    }
    found
}

fn text(path: &Path) -> Option<SourceText> {
    Some(SourceText {
        path: CONFIG_FILE.to_owned(),
        text: fs::read_to_string(path).ok()?,
    })
}
