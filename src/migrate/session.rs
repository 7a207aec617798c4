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
use super::watch::{self, Watcher};
use super::{Source, concurrent, repair, script, status};
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
    url: String,
}

/// Which migrations a run is about.
#[derive(Clone, Debug)]
pub(super) enum Extent {
    /// All that are pending.
    Pending,
    /// The last applied ones.
    Last(usize),
    /// Those applied after a version, which stays.
    After(String),
}

impl Session {
    pub(super) async fn open(url: &str) -> Result<Self, MigrateError> {
        let conn = pool::establish(url, None)
            .await
            .map_err(MigrateError::connection)?;
        let url = url.to_owned();
        Ok(Self { conn, url })
    }

    /// The migrations that a run would revert, the last first, each with its `down.sql`.
    pub(super) async fn reverts(
        self,
        source: &Source,
        extent: Extent,
    ) -> Result<Vec<(String, String)>, MigrateError> {
        let source = source.clone();
        let read = move || {
            let todo = reverted(&mut self.conn.into(), &source, &extent)?;
            let each = todo.iter().map(|migration| {
                let down = script::down(&**migration)?;
                Ok((migration.name().to_string(), down))
            });
            each.collect()
        };
        on_own_thread(read).await
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

    /// Runs migrations on a thread for blocking work. When this future is dropped, the
    /// migration at hand still ends and no other starts.
    pub(super) async fn run(
        mut self,
        source: &Source,
        direction: Direction,
        extent: Extent,
        mut progress: impl FnMut(&Progress),
    ) -> Result<Vec<String>, MigrateError> {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let pid = sql::<st::Integer>("SELECT pg_backend_pid()");
        let pid = pid.get_result(&mut self.conn).await;
        let pid = pid.map_err(|error| MigrateError::bookkeeping(Box::new(error)))?;
        let mut watcher = Watcher::new(&self.url, pid);
        let source = source.clone();
        let run = move || {
            Run {
                conn: self.conn.into(),
                direction,
                sender,
            }
            .all(&source, &extent)
        };
        let run = tokio::spawn(on_own_thread(run));
        let mut at_hand: Option<Progress> = None;
        loop {
            match tokio::time::timeout(watch::INTERVAL, receiver.recv()).await {
                Ok(None) => break,
                Ok(Some(step)) => {
                    progress(&step);
                    at_hand = (!matches!(step.step, Step::Finished(_))).then_some(step);
                }
                // The migration at hand takes long: an index may be the reason.
                Err(_) => {
                    if let (Some(step), Some(build)) = (&at_hand, watcher.ask().await) {
                        progress(&Progress {
                            step: Step::Building,
                            build: Some(build),
                            dropped: None,
                            ..step.clone()
                        });
                    }
                }
            }
        }
        match run.await {
            Ok(names) => names,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(MigrateError::stopped()),
        }
    }
}

/// Runs blocking code on a thread for it.
async fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MigrateError> + Send + 'static,
) -> Result<T, MigrateError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(MigrateError::stopped()),
    }
}

type Blocking = AsyncConnectionWrapper<PgConnection>;
type Todo = Vec<Box<dyn Migration<Pg>>>;

/// The blocking part of a run.
struct Run {
    conn: Blocking,
    direction: Direction,
    sender: mpsc::UnboundedSender<Progress>,
}

impl Run {
    fn all(mut self, source: &Source, extent: &Extent) -> Result<Vec<String>, MigrateError> {
        let names = self.each(source, extent);
        // Closing the session gives the lock back too, only later.
        let unlocked = self
            .conn
            .batch_execute(&format!("SELECT pg_advisory_unlock({LOCK_KEY})"));
        match (names, unlocked) {
            (Ok(_), Err(error)) => Err(MigrateError::bookkeeping(Box::new(error))),
            (names, _) => names,
        }
    }

    fn each(&mut self, source: &Source, extent: &Extent) -> Result<Vec<String>, MigrateError> {
        let todo = match self.direction {
            Direction::Up => pending(&mut self.conn, source)?,
            Direction::Down => reverted(&mut self.conn, source, extent)?,
        };
        let failures = Failures::default();
        self.conn.set_instrumentation(failures.clone());
        let mut names = Vec::with_capacity(todo.len());
        for (index, migration) in todo.iter().enumerate() {
            let name = migration.name().to_string();
            let step = Progress {
                name: name.clone(),
                number: index + 1,
                of: todo.len(),
                direction: self.direction,
                step: Step::Started,
                build: None,
                dropped: None,
            };
            if self.sender.send(step.clone()).is_err() {
                break;
            }
            let start = Instant::now();
            let done = match self.direction {
                Direction::Up => {
                    self.repair(&**migration, &step)?;
                    self.conn.run_migration(migration)
                }
                Direction::Down => self.conn.revert_migration(migration),
            };
            done.map_err(|error| {
                let in_transaction = migration.metadata().run_in_transaction();
                MigrateError::failed(&name, error, failures.take())
                    .run_in_transaction(in_transaction)
            })?;
            let step = Progress {
                step: Step::Finished(start.elapsed()),
                ..step
            };
            // Nobody listens any more: the next `Started` ends the run.
            let _ = self.sender.send(step);
            names.push(name);
        }
        Ok(names)
    }

    /// Drops the invalid index in the way of the one that the migration builds concurrently.
    fn repair(
        &mut self,
        migration: &dyn Migration<Pg>,
        step: &Progress,
    ) -> Result<(), MigrateError> {
        if migration.metadata().run_in_transaction() {
            return Ok(());
        }
        let Some(wanted) = concurrent::index(&script::up(migration)?) else {
            return Ok(());
        };
        let failed = |error| MigrateError::repair(&step.name, &wanted.index, error);
        let Some(invalid) = repair::find(&mut self.conn, &wanted).map_err(failed)? else {
            return Ok(());
        };
        if let Some(pid) = invalid.builder {
            return Err(MigrateError::building(&step.name, &wanted.index, pid));
        }
        repair::drop(&mut self.conn, &invalid).map_err(failed)?;
        let step = Progress {
            step: Step::Repaired,
            dropped: Some(invalid.name),
            ..step.clone()
        };
        // Nobody listens any more: the next `Started` ends the run.
        let _ = self.sender.send(step);
        Ok(())
    }
}

/// The pending migrations in order.
fn pending(conn: &mut Blocking, source: &Source) -> Result<Todo, MigrateError> {
    let applied = conn
        .applied_migrations()
        .map_err(MigrateError::bookkeeping)?;
    let mut known = status::migrations(source)?;
    known.retain(|migration| !applied.contains(&migration.name().version()));
    Ok(known)
}

/// The applied migrations to revert, the last first. Each has its `down.sql`: what cannot be
/// reverted is known before anything is.
fn reverted(conn: &mut Blocking, source: &Source, extent: &Extent) -> Result<Todo, MigrateError> {
    let applied = conn
        .applied_migrations()
        .map_err(MigrateError::bookkeeping)?;
    let mut known = status::migrations(source)?;
    let count = match extent {
        Extent::Pending => 0,
        Extent::Last(count) => *count,
        Extent::After(version) => applied
            .iter()
            .position(|applied| applied.to_string() == *version)
            .ok_or_else(|| MigrateError::not_applied(version))?,
    };
    let revert = applied.into_iter().take(count).map(|version| {
        let place = known.iter().position(|m| m.name().version() == version);
        let place = place.ok_or_else(|| MigrateError::missing(&version.to_string()))?;
        let migration = known.swap_remove(place);
        script::down(&*migration)?;
        Ok(migration)
    });
    revert.collect()
}
