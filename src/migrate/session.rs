//! One connection that migrates: the lock, and the blocking work.

use std::time::{Duration, Instant};

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::dsl::sql;
use diesel::migration::Migration;
use diesel::pg::Pg;
use diesel::sql_types as st;
use diesel_async::RunQueryDsl as _;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::MigrationHarness;
use tokio::sync::mpsc;

use super::error::MigrateError;
use super::failure::Failures;
use super::progress::{Direction, Progress, Step};
use super::{Source, status};
use crate::connection::PgConnection;
use crate::pool;

/// The session-level advisory lock that a run holds in its database:
/// "planwrit" as a big-endian number.
pub const LOCK_KEY: i64 = i64::from_be_bytes(*b"planwrit");

/// How often a run that waits asks for the lock again.
const LOCK_INTERVAL: Duration = Duration::from_millis(100);

/// One connection that migrates.
pub(super) struct Session {
    pub(super) conn: PgConnection,
}

impl Session {
    pub(super) async fn open(url: &str) -> Result<Self, MigrateError> {
        let conn = pool::establish(url, None)
            .await
            .map_err(MigrateError::connection)?;
        Ok(Self { conn })
    }

    /// Waits for other runs to end.
    pub(super) async fn lock(mut self, wait: Duration) -> Result<Self, MigrateError> {
        let start = Instant::now();
        let ask = format!("SELECT pg_try_advisory_lock({LOCK_KEY})");
        loop {
            let locked = sql::<st::Bool>(&ask).get_result(&mut self.conn).await;
            if locked.map_err(|error| MigrateError::bookkeeping(Box::new(error)))? {
                return Ok(self);
            }
            if start.elapsed() >= wait {
                return Err(MigrateError::locked(wait));
            }
            tokio::time::sleep(LOCK_INTERVAL).await;
        }
    }

    /// Runs up to `count` migrations on a thread for blocking work. When this
    /// future is dropped, the migration at hand still ends and no other starts.
    pub(super) async fn run(
        self,
        source: &Source,
        direction: Direction,
        count: usize,
        mut progress: impl FnMut(&Progress),
    ) -> Result<Vec<String>, MigrateError> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let source = source.clone();
        let run = move || {
            Run {
                conn: self.conn.into(),
                direction,
                sender,
            }
            .all(&source, count)
        };
        let run = tokio::task::spawn_blocking(run);
        while let Some(step) = receiver.recv().await {
            progress(&step);
        }
        match run.await {
            Ok(names) => names,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(MigrateError::stopped()),
        }
    }
}

/// The blocking part of a run.
struct Run {
    conn: AsyncConnectionWrapper<PgConnection>,
    direction: Direction,
    sender: mpsc::UnboundedSender<Progress>,
}

impl Run {
    fn all(mut self, source: &Source, count: usize) -> Result<Vec<String>, MigrateError> {
        let names = self.each(source, count);
        // Closing the session gives the lock back too, only later.
        let unlocked = self
            .conn
            .batch_execute(&format!("SELECT pg_advisory_unlock({LOCK_KEY})"));
        match (names, unlocked) {
            (Ok(_), Err(error)) => Err(MigrateError::bookkeeping(Box::new(error))),
            (names, _) => names,
        }
    }

    fn each(&mut self, source: &Source, count: usize) -> Result<Vec<String>, MigrateError> {
        let todo = self.todo(source, count)?;
        let failures = Failures::default();
        self.conn.set_instrumentation(failures.clone());
        let mut names = Vec::with_capacity(todo.len());
        for (index, migration) in todo.iter().enumerate() {
            let name = migration.name().to_string();
            let step = |step| Progress {
                name: name.clone(),
                number: index + 1,
                of: todo.len(),
                direction: self.direction,
                step,
            };
            if self.sender.send(step(Step::Started)).is_err() {
                break;
            }
            let start = Instant::now();
            let done = match self.direction {
                Direction::Up => self.conn.run_migration(migration),
                Direction::Down => self.conn.revert_migration(migration),
            };
            done.map_err(|error| MigrateError::failed(&name, error, failures.take()))?;
            // Nobody listens any more: the next `Started` ends the run.
            let _ = self.sender.send(step(Step::Finished(start.elapsed())));
            names.push(name);
        }
        Ok(names)
    }

    /// The pending migrations in order, or the applied ones, the last first.
    fn todo(
        &mut self,
        source: &Source,
        count: usize,
    ) -> Result<Vec<Box<dyn Migration<Pg>>>, MigrateError> {
        let applied = self
            .conn
            .applied_migrations()
            .map_err(MigrateError::bookkeeping)?;
        let mut known = status::migrations(source)?;
        if self.direction == Direction::Up {
            known.retain(|migration| !applied.contains(&migration.name().version()));
            known.truncate(count);
            return Ok(known);
        }
        let revert = applied.into_iter().take(count).map(|version| {
            match known
                .iter()
                .position(|migration| migration.name().version() == version)
            {
                Some(index) => Ok(known.swap_remove(index)),
                None => Err(MigrateError::missing(&version.to_string())),
            }
        });
        revert.collect()
    }
}
