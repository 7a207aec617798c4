//! Why there is no catalog.

use crate::diagnostics::{Diagnostics, SourceText, Style};
use crate::files::FileError;
use crate::live::LiveError;
use crate::server::ServerError;
use crate::statistics::pull::PullError;

/// Why there is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The catalog has errors.
    #[error("{}", .diagnostics.render(.sources, Style::Plain).trim_end())]
    Findings {
        /// The errors and warnings.
        diagnostics: Diagnostics,
        /// The texts they point into.
        sources: Vec<SourceText>,
    },
    /// No role can have the name that privileges should be granted to.
    #[error("`{name}` is not the name of a role: {why}")]
    Role {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// No scratch server could be started.
    #[error(transparent)]
    Embedded(#[from] planwright_embedded::Error),
    /// A database could not be described.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A database's statistics could not be taken.
    #[error(transparent)]
    Pull(#[from] PullError),
    /// The scratch server could not be asked.
    #[error(transparent)]
    Server(#[from] ServerError),
}
