//! What a start is doing while it takes longer than usual. The library prints
//! nothing: it hands these events to [`Settings::progress`](crate::Settings::progress).

use std::fmt;

use crate::Version;

/// A step of a start that may take a while.
///
/// The [`Display`](fmt::Display) form is a short phrase for a progress line.
///
/// # Examples
///
/// ```
/// use planwright_embedded::Progress;
///
/// let step = Progress::Preparing { key: "migrations".to_owned() };
/// assert_eq!(step.to_string(), "preparing the template `migrations`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another process is making what this one needs; this one waits for it.
    Waiting {
        /// What is being made.
        what: String,
    },
    /// Server binaries are being downloaded.
    Downloading {
        /// The package and its version.
        package: String,
    },
    /// Downloaded server binaries are being checked and unpacked.
    Unpacking {
        /// The package and its version.
        package: String,
    },
    /// The first data directory of a server version is being made.
    InitDb {
        /// The server's version.
        version: Version,
    },
    /// The caller's `prepare` is filling a template for the first time.
    Preparing {
        /// The key the caller gave to the template.
        key: String,
    },
    /// A cached template did not start, and is being made again.
    Rebuilding {
        /// Which template.
        what: String,
    },
    /// The preferred major version could not be had; another one is used.
    FallingBack {
        /// The preferred major version.
        wanted: u32,
        /// The version that is used instead.
        found: Version,
        /// Why the preferred one could not be had.
        reason: String,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { what } => write!(f, "waiting for another process to make {what}"),
            Self::Downloading { package } => write!(f, "downloading {package}"),
            Self::Unpacking { package } => write!(f, "unpacking {package}"),
            Self::InitDb { version } => write!(f, "making a PostgreSQL {version} data directory"),
            Self::Preparing { key } => write!(f, "preparing the template `{key}`"),
            Self::Rebuilding { what } => write!(f, "making {what} again: it does not start"),
            Self::FallingBack {
                wanted,
                found,
                reason,
            } => {
                write!(f, "using PostgreSQL {found} instead of {wanted}: {reason}")
            }
        }
    }
}
