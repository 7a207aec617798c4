//! What a command that checks came to, before anything of it is shown.

use std::path::Path;

use planwright_codegen::config::{Project, ProjectError};
use planwright_codegen::files::FileError;
use planwright_codegen::{Checked, Drift, Failure};

use crate::output::{self, Problem};

/// What a command came to, and of which project.
pub(crate) struct Outcome {
    /// The project, if it could be opened.
    pub(crate) project: Option<Project>,
    /// What was found.
    pub(crate) result: Result<Verdict, Stopped>,
}

/// A catalog without errors.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// What the server said; `None` where the lock agreed and none was asked.
    pub(crate) checked: Option<Checked>,
    /// How the files on disk differ.
    pub(crate) drift: Drift,
    /// The files that were written, relative to the generated crate.
    pub(crate) written: Vec<String>,
}

/// Why there is no verdict.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The project cannot be opened.
    Project(ProjectError),
    /// A file cannot be read or written.
    File(FileError),
    /// The catalog has errors, or no server could be asked.
    Failure(Failure),
    /// The database cannot be connected to.
    Connection(Problem),
    /// No server could be asked, and the lock does not agree.
    Unchecked {
        /// What is seen without one.
        changed: Drift,
        /// Why there is none.
        failure: Failure,
    },
}

impl Stopped {
    /// The folder that it is about.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Project(ProjectError::NotFound { from }) => Some(from),
            Self::Project(
                ProjectError::Read { path, .. }
                | ProjectError::Version { path, .. }
                | ProjectError::Invalid { path, .. },
            ) => path.parent(),
            Self::File(_) | Self::Failure(_) | Self::Connection(_) | Self::Unchecked { .. } => None,
        }
    }
}

impl From<ProjectError> for Stopped {
    fn from(error: ProjectError) -> Self {
        Self::Project(error)
    }
}

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<&Stopped> for Problem {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Project(error) => Self::from_error(error),
            Stopped::File(error) => Self::from_error(error),
            Stopped::Failure(failure) => Self::from(failure),
            Stopped::Connection(problem) => problem.clone(),
            Stopped::Unchecked { changed, failure } => match Self::from(failure) {
                Self::CouldNotRun(why) => Self::CouldNotRun(changed.render(output::style()) + &why),
                other => other,
            },
        }
    }
}
