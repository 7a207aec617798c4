//! Applies, reverts and lists Diesel migrations.
//!
//! A migration is a directory with `up.sql`, `down.sql` and, where it must not
//! run in a transaction (`CREATE INDEX CONCURRENTLY`), a `metadata.toml` with
//! `run_in_transaction = false`. What is applied is kept where the `diesel`
//! command keeps it, in `__diesel_schema_migrations`; both can be used on one
//! database. This module never edits migrations.
//!
//! Two runs at once are safe: the second waits for a session-level advisory
//! lock ([`LOCK_KEY`]) and then finds nothing left to do. It asks for the lock again and again
//! rather than waiting inside one statement, because a waiting statement holds
//! a snapshot, which `CREATE INDEX CONCURRENTLY` in the first run would wait
//! for: a deadlock.
//!
//! Outside a transaction, `up.sql` may have one statement only: PostgreSQL puts
//! several that are sent together into one transaction.
//!
//! A `CREATE INDEX CONCURRENTLY` that is interrupted leaves an invalid index of its name. The next
//! run drops that one, concurrently, and builds it anew ([`Step::Repaired`]); a valid index is
//! never dropped. How far a build is comes from `pg_stat_progress_create_index`, through a second
//! connection ([`Step::Building`]).

mod concurrent;
mod error;
mod failure;
mod progress;
mod repair;
mod script;
mod session;
mod status;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel_migrations::{EmbeddedMigrations, FileBasedMigrations};

pub use self::error::{MigrateError, MigrateErrorKind};
pub use self::progress::{Direction, IndexBuild, Progress, Step};
pub use self::session::LOCK_KEY;
pub use self::status::MigrationStatus;

use self::session::{Extent, Session};

/// Migrations to apply to a database.
///
/// It works on every Tokio runtime: Diesel's migrations are blocking code, which
/// runs on a thread for blocking work.
///
/// # Examples
///
/// ```no_run
/// use planwright::migrate::{Migrator, Step};
///
/// # async fn example() -> Result<(), planwright::migrate::MigrateError> {
/// let migrator = Migrator::from_path("migrations")?;
/// let url = "postgres://agent@localhost/restaurants";
/// let applied = migrator
///     .up_with(url, |progress| {
///         if let Step::Finished(elapsed) = progress.step {
///             eprintln!("{} of {}: {} in {elapsed:?}", progress.number, progress.of, progress.name);
///         }
///     })
///     .await?;
/// assert!(migrator.pending(url).await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migrator {
    source: Source,
    lock_wait: Duration,
}

/// Where migrations come from.
#[derive(Clone)]
enum Source {
    Directory(FileBasedMigrations),
    Embedded(Arc<EmbeddedMigrations>),
}

impl Migrator {
    /// The migrations of a directory.
    ///
    /// # Errors
    ///
    /// [`Source`](MigrateErrorKind::Source) when the directory cannot be read,
    /// or has a directory that is no migration.
    pub fn from_path(directory: impl AsRef<Path>) -> Result<Self, MigrateError> {
        let directory = directory.as_ref();
        let found = FileBasedMigrations::from_path(directory);
        let source = found.map_err(|error| MigrateError::directory(directory, error))?;
        Ok(Self::new(Source::Directory(source)))
    }

    /// The migrations that [`diesel_migrations::embed_migrations!`] put into
    /// the program.
    #[must_use]
    pub fn from_embedded(migrations: EmbeddedMigrations) -> Self {
        Self::new(Source::Embedded(Arc::new(migrations)))
    }

    /// Waits up to `wait` for another run to end. Default: 10 minutes.
    #[must_use]
    pub fn with_lock_wait(mut self, wait: Duration) -> Self {
        self.lock_wait = wait;
        self
    }

    /// Applies all pending migrations, in order, and returns their names.
    ///
    /// # Errors
    ///
    /// A [`MigrateError`] that names the migration which failed. Those before it
    /// stay applied; it is not, unless it runs outside a transaction, which may
    /// leave a part: `CREATE INDEX CONCURRENTLY` leaves an invalid index, which the next run
    /// drops and builds anew.
    pub async fn up(&self, url: &str) -> Result<Vec<String>, MigrateError> {
        self.up_with(url, |_| {}).await
    }

    /// Like [`up`](Self::up), and calls `progress` before and after each
    /// migration.
    ///
    /// # Errors
    ///
    /// As [`up`](Self::up).
    pub async fn up_with(
        &self,
        url: &str,
        progress: impl FnMut(&Progress),
    ) -> Result<Vec<String>, MigrateError> {
        let session = Session::open(url).await?.lock(self.lock_wait).await?;
        session
            .run(&self.source, Direction::Up, Extent::Pending, progress)
            .await
    }

    /// Reverts the last `count` applied migrations, the last first, and returns
    /// their names.
    ///
    /// # Errors
    ///
    /// A [`MigrateError`] that names the migration which failed; or, before anything is
    /// reverted, one that is applied and has no `down.sql` or no directory.
    pub async fn down(&self, url: &str, count: usize) -> Result<Vec<String>, MigrateError> {
        self.down_with(url, count, |_| {}).await
    }

    /// Like [`down`](Self::down), and calls `progress` before and after each
    /// migration.
    ///
    /// # Errors
    ///
    /// As [`down`](Self::down).
    pub async fn down_with(
        &self,
        url: &str,
        count: usize,
        progress: impl FnMut(&Progress),
    ) -> Result<Vec<String>, MigrateError> {
        let session = Session::open(url).await?.lock(self.lock_wait).await?;
        session
            .run(&self.source, Direction::Down, Extent::Last(count), progress)
            .await
    }

    /// Reverts every migration that was applied after `version`, which stays, the last first.
    ///
    /// # Errors
    ///
    /// As [`down`](Self::down); [`Missing`](MigrateErrorKind::Missing) when `version` is not
    /// applied.
    pub async fn down_to_with(
        &self,
        url: &str,
        version: &str,
        progress: impl FnMut(&Progress),
    ) -> Result<Vec<String>, MigrateError> {
        let session = Session::open(url).await?.lock(self.lock_wait).await?;
        let extent = Extent::After(digits(version));
        session
            .run(&self.source, Direction::Down, extent, progress)
            .await
    }

    /// What [`down`](Self::down) would run: the name and the `down.sql` of each migration, the last
    /// first. It reverts nothing.
    ///
    /// # Errors
    ///
    /// As [`down`](Self::down).
    pub async fn reverts(
        &self,
        url: &str,
        count: usize,
    ) -> Result<Vec<(String, String)>, MigrateError> {
        let session = Session::open(url).await?;
        session.reverts(&self.source, Extent::Last(count)).await
    }

    /// What [`down_to_with`](Self::down_to_with) would run.
    ///
    /// # Errors
    ///
    /// As [`down_to_with`](Self::down_to_with).
    pub async fn reverts_to(
        &self,
        url: &str,
        version: &str,
    ) -> Result<Vec<(String, String)>, MigrateError> {
        let session = Session::open(url).await?;
        let extent = Extent::After(digits(version));
        session.reverts(&self.source, extent).await
    }

    /// Every migration, known or applied, in order. It changes nothing.
    ///
    /// # Errors
    ///
    /// When the database or the migrations cannot be read.
    pub async fn status(&self, url: &str) -> Result<Vec<MigrationStatus>, MigrateError> {
        let mut session = Session::open(url).await?;
        status::read(&mut session, &self.source).await
    }

    /// The names of the migrations that [`up`](Self::up) would apply, in order.
    /// It changes nothing.
    ///
    /// # Errors
    ///
    /// As [`status`](Self::status).
    pub async fn pending(&self, url: &str) -> Result<Vec<String>, MigrateError> {
        let all = self.status(url).await?;
        Ok(all
            .into_iter()
            .filter(|migration| !migration.applied)
            .map(|m| m.name)
            .collect())
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            lock_wait: Duration::from_mins(10),
        }
    }
}

/// A version as the database has it: `2026-01-05-000011_name` is `20260105000011`.
fn digits(version: &str) -> String {
    let version = version.split('_').next().unwrap_or_default();
    version.replace('-', "")
}
