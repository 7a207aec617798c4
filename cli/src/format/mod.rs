//! What a command found, as other programs read it.
//!
//! A [`Report`] is made once; each format is a module with one pure function from it to a text.
//! Only [`deliver`] writes.

mod github;
mod json;
mod junit;
mod report;
mod sarif;
mod stopped;
mod text;

#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use planwright_codegen::files;

use crate::output::{self, Problem};
pub(crate) use report::Report;

/// In which form findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For readers.
    Text,
    /// For programs: docs/findings.schema.json says its form, which has a version.
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a pull request.
    Github,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// `JUnit`'s XML, with a test case for each query.
    Junit,
}

/// How the findings of a command are written.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct FormatArgs {
    /// How the findings are written to standard output, which then has nothing else.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,

    /// Writes them to a file instead, and shows them as text.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl FormatArgs {
    /// Whether the terminal shows the findings as text.
    pub(crate) fn shows_text(&self) -> bool {
        self.format == Format::Text || self.output.is_some()
    }

    /// Whether a document is to be made.
    fn has_document(&self) -> bool {
        self.format != Format::Text || self.output.is_some()
    }
}

/// Writes what was asked for, and says how the command ends: as `shown` says, which has shown
/// the text, or else with the report's exit code.
pub(crate) fn deliver(
    args: &FormatArgs,
    report: impl FnOnce() -> Report,
    shown: Result<(), Problem>,
) -> Result<(), Problem> {
    if !args.has_document() {
        return shown;
    }
    let report = report();
    let document = match args.format {
        Format::Text => text::render(&report),
        Format::Json => json::render(&report),
        Format::Github => github::render(&report),
        Format::Sarif => sarif::render(&report),
        Format::Junit => junit::render(&report),
    };
    match &args.output {
        Some(path) => {
            write(path, &document)?;
            shown
        }
        None => {
            output::text(&document);
            match report.outcome.exit_code() {
                0 => Ok(()),
                code => Err(Problem::Ended(code)),
            }
        }
    }
}

/// Replaces a file, or writes to what is none, such as a pipe.
fn write(path: &Path, document: &str) -> Result<(), Problem> {
    let is_other = fs::metadata(path).is_ok_and(|found| !found.is_file());
    if is_other {
        let written = fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(document.as_bytes()));
        let what = format!("write {}", path.display());
        return written.map_err(|error| Problem::could_not(&what, &error));
    }
    // A link stays one.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    files::write(&path, document).map_err(|error| Problem::from_error(&error))
}
