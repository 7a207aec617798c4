//! Everything that can go wrong before a test has its database. Each message says what
//! happened and what to do; the cause below it is in `source()`, not repeated.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use planwright::migrate::MigrateError;
use planwright::pool::PoolError;
use tokio_postgres::error::SqlState;

use crate::place;

/// Why a test has no database.
///
/// Clones share it: a folder of migrations that fails is tried once in a process, and every test
/// is told. `Debug` prints the message with its causes, because that is what the test harness
/// prints of a test that returns it.
#[derive(Clone)]
pub struct Error(Arc<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error(
        "there is no folder of migrations at `{}`. Make it, name another one \
         (`migrations = \"../migrations\"`, from the package's folder), or say \
         `migrations = false` for an empty database", .folder.display()
    )]
    NoMigrations { folder: PathBuf, source: io::Error },
    #[error("cannot read `{}`", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the migrations cannot be applied")]
    Migrate { source: MigrateError },
    #[error("the SQL of `{}` cannot be applied", .path.display())]
    InFile { path: PathBuf, source: MigrateError },
    #[error("{report}")]
    Refused { report: String },
    #[error("the private server cannot be started")]
    Private { source: planwright_embedded::Error },
    #[error("the URL of the test server, from {from}, cannot be read: {reason}")]
    Url { from: String, reason: String },
    #[error(
        "cannot connect to the test server that {from} names. Start it, correct the URL, or use a \
         private server: unset the variable, or set PLANWRIGHT_TEST_DATABASE_URL to nothing"
    )]
    Connect { from: String, source: Cause },
    #[error(
        "the role `{role}` may not create databases on the test server that {from} names. Let an \
         administrator run `ALTER ROLE \"{role}\" CREATEDB`, or use a private server: unset the \
         variable, or set PLANWRIGHT_TEST_DATABASE_URL to nothing"
    )]
    NotAllowed { role: String, from: String },
    #[error("cannot {what}")]
    Statement { what: String, source: Cause },
    #[error("cannot connect to the test's database")]
    Pool { source: PoolError },
    #[error("cannot start the thread that keeps the test server")]
    Thread { source: io::Error },
}

/// What the server said, or why it did not.
#[derive(Debug)]
pub(crate) enum Cause {
    Server(String),
    Other(tokio_postgres::Error),
}

impl Error {
    pub(crate) fn no_migrations(folder: &Path, source: io::Error) -> Self {
        let folder = folder.to_owned();
        Self::new(Kind::NoMigrations { folder, source })
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self::new(Kind::Read { path, source })
    }

    pub(crate) fn migrate(source: MigrateError) -> Self {
        Self::new(Kind::Migrate { source })
    }

    pub(crate) fn in_file(path: &Path, source: MigrateError) -> Self {
        let path = path.to_owned();
        Self::new(Kind::InFile { path, source })
    }

    pub(crate) fn refused(report: String) -> Self {
        Self::new(Kind::Refused { report })
    }

    pub(crate) fn url(from: &str, reason: impl fmt::Display) -> Self {
        let (from, reason) = (from.to_owned(), reason.to_string());
        Self::new(Kind::Url { from, reason })
    }

    pub(crate) fn connect(from: &str, source: tokio_postgres::Error) -> Self {
        let (from, source) = (from.to_owned(), source.into());
        Self::new(Kind::Connect { from, source })
    }

    /// A statement that makes a database failed.
    pub(crate) fn create(
        from: &str,
        role: &str,
        what: String,
        source: tokio_postgres::Error,
    ) -> Self {
        if source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            let (role, from) = (role.to_owned(), from.to_owned());
            return Self::new(Kind::NotAllowed { role, from });
        }
        Self::statement(what, source)
    }

    pub(crate) fn statement(what: impl Into<String>, source: tokio_postgres::Error) -> Self {
        let (what, source) = (what.into(), source.into());
        Self::new(Kind::Statement { what, source })
    }

    pub(crate) fn pool(source: PoolError) -> Self {
        Self::new(Kind::Pool { source })
    }

    pub(crate) fn thread(source: io::Error) -> Self {
        Self::new(Kind::Thread { source })
    }

    fn new(kind: Kind) -> Self {
        Self(Arc::new(kind))
    }
}

impl From<planwright_embedded::Error> for Error {
    fn from(source: planwright_embedded::Error) -> Self {
        Self::new(Kind::Private { source })
    }
}

impl From<tokio_postgres::Error> for Cause {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(server) => Self::Server(place::message(server)),
            None => Self::Other(error),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(message) => f.write_str(message),
            Self::Other(error) => error.fmt(f),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Server(_) => None,
            Self::Other(error) => error.source(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
