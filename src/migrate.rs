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

mod error;
mod failure;
mod progress;
mod session;
mod status;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel_migrations::{EmbeddedMigrations, FileBasedMigrations};

pub use self::error::{MigrateError, MigrateErrorKind};
pub use self::progress::{Direction, Progress, Step};
pub use self::session::LOCK_KEY;
pub use self::status::MigrationStatus;

use self::session::Session;

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
    /// leave a part: `CREATE INDEX CONCURRENTLY` leaves an invalid index to drop.
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
            .run(&self.source, Direction::Up, usize::MAX, progress)
            .await
    }

    /// Reverts the last `count` applied migrations, the last first, and returns
    /// their names.
    ///
    /// # Errors
    ///
    /// A [`MigrateError`] that names the migration which failed, or which is
    /// applied and has no `down.sql` or no directory.
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
            .run(&self.source, Direction::Down, count, progress)
            .await
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
