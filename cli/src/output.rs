//! The only module that prints.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::{Diagnostics, SourceText, Style};

/// Why a command did not end well.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// The command ran and found something: exit code 1.
    Findings(String),
    /// The command could not run: exit code 2.
    CouldNotRun(String),
    /// The command that was run ended with this exit code, and has said why.
    Ended(u8),
}

impl Problem {
    /// An error and its causes, each on a line.
    pub(crate) fn could_not(what: &str, error: &dyn std::error::Error) -> Self {
        Self::CouldNotRun(format!("error: could not {what}{}", causes(Some(error))))
    }

    /// An error that says itself what could not be done.
    pub(crate) fn from_error(error: &dyn std::error::Error) -> Self {
        Self::CouldNotRun(format!("error: {error}{}", causes(error.source())))
    }

    /// The same with one more line.
    pub(crate) fn with_line(self, line: &str) -> Self {
        let more = |text: String| format!("{}\n{line}", text.trim_end());
        match self {
            Self::Findings(text) => Self::Findings(more(text)),
            Self::CouldNotRun(text) => Self::CouldNotRun(more(text)),
            Self::Ended(code) => Self::Ended(code),
        }
    }

    /// What it says, without the word that it is an error.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Findings(text) | Self::CouldNotRun(text) => {
                text.strip_prefix("error: ").unwrap_or(text)
            }
            Self::Ended(_) => "",
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Findings(_) => 1,
            Self::CouldNotRun(_) => 2,
            Self::Ended(code) => *code,
        }
    }
}

fn causes(mut error: Option<&dyn std::error::Error>) -> String {
    let mut text = String::new();
    while let Some(cause) = error {
        text.push_str("\n  because: ");
        text.push_str(&cause.to_string());
        error = cause.source();
    }
    text
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Findings {
                diagnostics,
                sources,
            } => Self::Findings(diagnostics.render(sources, style())),
            other => Self::from_error(other),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

/// Colours where standard error is a terminal and nobody asked for none.
pub(crate) fn style() -> Style {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        Style::Colored
    } else {
        Style::Plain
    }
}

/// Prints a line to standard output. A reader that has gone away is no error.
pub(crate) fn line(text: &dyn Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a whole document to standard output.
pub(crate) fn text(document: &str) {
    let _ = std::io::stdout().lock().write_all(document.as_bytes());
}

/// A document of JSON, indented, with a line end.
pub(crate) fn json(document: &impl serde::Serialize) -> String {
    // Only maps whose keys are no texts, and types that refuse, cannot be written.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    text + "\n"
}

/// Prints a line about what is going on to standard error.
pub(crate) fn note(text: &dyn Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints warnings to standard error.
pub(crate) fn warnings(diagnostics: &Diagnostics, sources: &[SourceText]) {
    let _ = write!(
        std::io::stderr().lock(),
        "{}",
        diagnostics.render(sources, style())
    );
}

/// Prints why a command did not end well.
pub(crate) fn error(problem: &Problem) {
    if let Problem::Findings(text) | Problem::CouldNotRun(text) = problem {
        note(&text.trim_end());
    }
}
