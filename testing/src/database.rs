//! A test's database, which is dropped with its last handle.

use core::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use planwright::pool::{Pool, PoolConfig};
use planwright::testing::{self, Counted};

use crate::config::{Fixture, TestConfig};
use crate::migrations::Migrations;
use crate::server::Server;
use crate::{Error, environment, keeper, place};

/// A test's database. Clones share it.
///
/// It is dropped with the last clone, also when the test panics; whoever is connected is cut off.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), planwright_testing::Error> {
/// use planwright_testing::TestConfig;
///
/// let database = TestConfig::new().without_migrations().create().await?;
/// let mut conn = database.connect().await?; // its round trips are counted
/// assert!(database.url().ends_with(database.name()));
/// database.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TestDatabase {
    inner: Arc<Inner>,
}

struct Inner {
    server: Arc<Server>,
    name: String,
    url: String,
    pool: PoolConfig,
    keep_failed: bool,
    failed: AtomicBool,
    closed: AtomicBool,
}

/// Makes a database and fills it.
pub(crate) async fn create(
    server: Arc<Server>,
    migrations: &Migrations,
    config: &TestConfig,
) -> Result<TestDatabase, Error> {
    let name = server.create(migrations).await?;
    let database = TestDatabase {
        inner: Arc::new(Inner {
            url: server.admin().url_of(&name)?,
            server,
            name,
            pool: config.pool.clone(),
            keep_failed: config.keep.unwrap_or_else(environment::keep),
            failed: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }),
    };
    match fill(&database.inner, &config.fixtures).await {
        Ok(()) => Ok(database),
        Err(error) => {
            // Here, and not by its drop, which cannot wait on this thread.
            database.inner.closed.store(true, Relaxed);
            database.inner.server.remove(&database.inner.name).await?;
            Err(error)
        }
    }
}

async fn fill(database: &Inner, fixtures: &[Fixture]) -> Result<(), Error> {
    if fixtures.is_empty() {
        return Ok(());
    }
    let client = database.server.admin().open(&database.name).await?;
    for Fixture { name, sql } in fixtures {
        let done = client.batch_execute(sql).await;
        done.map_err(|error| match error.as_db_error() {
            Some(server) => {
                let headline = format!("the fixture `{name}` failed");
                Error::refused(place::report(&headline, Path::new(name), sql, server))
            }
            None => Error::statement(format!("run the fixture `{name}`"), error),
        })?;
    }
    Ok(())
}

impl TestDatabase {
    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.inner.url
    }

    /// Its name on the server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Opens a pool that counts round trips, for `assert_round_trips!`. Each call opens another.
    ///
    /// # Errors
    ///
    /// When no connection can be opened.
    pub async fn pool(&self) -> Result<Pool, Error> {
        let pool = Pool::connect(self.url(), self.inner.pool.clone()).await;
        pool.map_err(Error::pool)
    }

    /// Opens a connection whose round trips are counted.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub async fn connect(&self) -> Result<Counted, Error> {
        testing::connect(self.url()).await.map_err(Error::pool)
    }

    /// Drops it now, for all its handles.
    ///
    /// # Errors
    ///
    /// When the server does not.
    pub async fn close(self) -> Result<(), Error> {
        self.inner.closed.store(true, Relaxed);
        let (server, name) = (Arc::clone(&self.inner.server), self.inner.name.clone());
        let work = move || async move { server.remove(&name).await };
        keeper::keeper()?.run(work).await
    }

    /// The test has failed without a panic.
    pub(crate) fn fail(&self) {
        self.inner.failed.store(true, Relaxed);
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.inner.name;
        f.debug_struct("TestDatabase")
            .field("name", name)
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.closed.load(Relaxed) {
            return;
        }
        let failed = self.failed.load(Relaxed) || std::thread::panicking();
        let keep = failed && self.keep_failed;
        if keep && self.server.is_private() {
            say(
                "PLANWRIGHT_KEEP_DATABASE keeps nothing on a private server, which ends with this \
                 process: set PLANWRIGHT_TEST_DATABASE_URL to a server of your own, or run \
                 `planwright with-server -- bash` and the tests in it",
            );
        }
        // It was started when the database was made.
        let Ok(keeper) = keeper::keeper() else { return };
        let (server, name) = (Arc::clone(&self.server), self.name.clone());
        if keep && !server.is_private() {
            let url = server.admin().shown_url_of(&name);
            say(&format!("the test's database is kept: {url}"));
            keeper.run_and_block(move || async move { report(server.keep(&name).await) });
        } else {
            keeper.run_and_block(move || async move { report(server.remove(&name).await) });
        }
    }
}

/// Nobody can be given an error where a value is dropped.
fn report(done: Result<(), Error>) {
    if let Err(error) = done {
        say(&format!("{error:?}"));
    }
}

#[expect(
    clippy::print_stderr,
    reason = "the test harness shows it with a failed test"
)]
fn say(text: &str) {
    eprintln!("planwright-testing: {text}");
}
