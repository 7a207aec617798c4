//! Why migrations could not be applied, reverted or read.

use core::fmt;
use std::error::Error as StdError;
use std::path::Path;
use std::time::Duration;

use diesel_migrations::MigrationError;

use super::failure::Failure;
use crate::pool::PoolError;

type Cause = Box<dyn StdError + Send + Sync>;

/// Why migrations could not be applied, reverted or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MigrateErrorKind {
    /// The migrations themselves cannot be read.
    Source,
    /// No connection to the database.
    Connection,
    /// Another run holds the lock for longer than this one may wait.
    Locked,
    /// The SQL of a migration failed.
    Failed,
    /// A migration is applied, and has no directory or no `down.sql`; or it is to stay, and is
    /// not applied.
    Missing,
    /// Another session builds an index on the table of the one that a migration builds, which an
    /// interrupted run left invalid.
    Building,
    /// The table of applied migrations cannot be read or made.
    Bookkeeping,
}

/// Migrations could not be applied, reverted or read.
#[derive(Debug)]
pub struct MigrateError {
    kind: MigrateErrorKind,
    migration: Option<String>,
    what: String,
    cause: Option<Cause>,
    in_transaction: bool,
}

impl MigrateError {
    /// Why, as far as a program can act on it.
    #[must_use]
    pub fn kind(&self) -> MigrateErrorKind {
        self.kind
    }

    /// The migration that failed: its directory's name, or its version where
    /// there is no directory.
    #[must_use]
    pub fn migration(&self) -> Option<&str> {
        self.migration.as_deref()
    }

    /// False where the migration that failed runs outside a transaction, so that a part of what
    /// it does may be left: an invalid index of a concurrent build.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    pub(super) fn run_in_transaction(mut self, in_transaction: bool) -> Self {
        self.in_transaction = in_transaction;
        self
    }

    pub(super) fn directory(directory: &Path, cause: MigrationError) -> Self {
        let what = format!("cannot read migrations from {}", directory.display());
        Self::new(
            MigrateErrorKind::Source,
            None,
            what,
            Some(source_cause(cause)),
        )
    }

    pub(super) fn source(cause: Cause) -> Self {
        let what = "cannot read migrations".to_owned();
        Self::new(MigrateErrorKind::Source, None, what, Some(cause))
    }

    pub(super) fn connection(cause: PoolError) -> Self {
        let what = "no connection to migrate".to_owned();
        Self::new(
            MigrateErrorKind::Connection,
            None,
            what,
            Some(Box::new(cause)),
        )
    }

    pub(super) fn locked(wait: Duration) -> Self {
        let what = format!("another run of migrations was not done within {wait:?}");
        Self::new(MigrateErrorKind::Locked, None, what, None)
    }

    pub(super) fn bookkeeping(cause: Cause) -> Self {
        let what = "cannot read which migrations are applied".to_owned();
        Self::new(MigrateErrorKind::Bookkeeping, None, what, Some(cause))
    }

    pub(super) fn missing(version: &str) -> Self {
        let what = format!("migration `{version}` is applied, but is not among the migrations");
        Self::new(MigrateErrorKind::Missing, Some(version), what, None)
    }

    pub(super) fn not_applied(version: &str) -> Self {
        let what =
            format!("migration `{version}` is not applied, so nothing can be reverted to it");
        Self::new(MigrateErrorKind::Missing, Some(version), what, None)
    }

    pub(super) fn building(name: &str, index: &str, pid: i32) -> Self {
        let what = format!(
            "migration `{name}` waits for nobody: the index `{index}` is invalid, and process \
             {pid} builds an index on its table"
        );
        Self::new(MigrateErrorKind::Building, Some(name), what, None)
    }

    pub(super) fn repair(name: &str, index: &str, cause: diesel::result::Error) -> Self {
        let what = format!(
            "migration `{name}`: the invalid index `{index}` of an interrupted run could not be dropped"
        );
        Self::new(
            MigrateErrorKind::Failed,
            Some(name),
            what,
            Some(Box::new(cause)),
        )
    }

    pub(super) fn stopped() -> Self {
        let what = "the runtime shut down while migrating".to_owned();
        Self::new(MigrateErrorKind::Failed, None, what, None)
    }

    /// The migration `name` failed: `failure` is what the server says of its
    /// SQL, if it was the server.
    pub(super) fn failed(name: &str, cause: Cause, failure: Option<Failure>) -> Self {
        let no_revert = cause
            .downcast_ref()
            .is_some_and(|error| matches!(error, MigrationError::NoMigrationRevertFile));
        if no_revert {
            let what = format!("migration `{name}` has no down.sql");
            return Self::new(MigrateErrorKind::Missing, Some(name), what, None);
        }
        let what = format!("migration `{name}` failed");
        let cause = match failure {
            Some(failure) => Box::new(failure),
            None => beneath(name, cause),
        };
        Self::new(MigrateErrorKind::Failed, Some(name), what, Some(cause))
    }

    fn new(
        kind: MigrateErrorKind,
        migration: Option<&str>,
        what: String,
        cause: Option<Cause>,
    ) -> Self {
        Self {
            kind,
            migration: migration.map(str::to_owned),
            what,
            cause,
            in_transaction: true,
        }
    }
}

/// `diesel_migrations` says the migration's name again, in the text of an error
/// of a private type without a `source`: keep what follows the name.
fn beneath(name: &str, cause: Cause) -> Cause {
    let text = cause.to_string();
    match text.strip_prefix(&format!("Failed to run {name} with: ")) {
        Some(text) => text.into(),
        None => cause,
    }
}

/// `MigrationError` keeps an I/O error without being its `source`, and does not
/// say which directory is wrong.
fn source_cause(error: MigrationError) -> Cause {
    match error {
        MigrationError::IoError(error) => Box::new(error),
        MigrationError::UnknownMigrationFormat(path) => format!(
            "{} is no migration: expected a name like 2024-01-31-120000_name, and up.sql in it",
            path.display()
        )
        .into(),
        other => Box::new(other),
    }
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for MigrateError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}
