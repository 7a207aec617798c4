//! What a test's database is made from, as the test says it.

use std::path::PathBuf;

use planwright::pool::PoolConfig;

use crate::migrations::Migrations;
use crate::server::{self, Source};
use crate::{Error, TestDatabase, database, environment, keeper};

/// The connections of a test's pool, unless the test says otherwise.
const POOL: u32 = 5;

/// What a test's database is made from.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), planwright_testing::Error> {
/// use planwright_testing::TestConfig;
///
/// let database = TestConfig::new()
///     .without_migrations()
///     .fixture("tables.sql", "CREATE TABLE dishes (name text)")
///     .create()
///     .await?;
/// # database.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TestConfig {
    base: Option<PathBuf>,
    migrations: Option<PathBuf>,
    pub(crate) fixtures: Vec<Fixture>,
    pub(crate) pool: PoolConfig,
    postgres: Option<u32>,
    url: Option<String>,
    pub(crate) keep: Option<bool>,
}

/// SQL that fills a database.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) sql: String,
}

impl Default for TestConfig {
    fn default() -> Self {
        Self {
            base: None,
            migrations: Some(PathBuf::from("migrations")),
            fixtures: Vec::new(),
            pool: PoolConfig::development()
                .with_base(POOL)
                .with_overflow(0)
                .with_counted_round_trips(true),
            postgres: None,
            url: None,
            keep: None,
        }
    }
}

impl TestConfig {
    /// The folder `migrations`, no fixtures, a pool of five connections, and the server that the
    /// environment says.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the path of migrations from this folder. Without it, from `CARGO_MANIFEST_DIR`,
    /// which Cargo sets for the tests it runs, else from the current directory.
    pub fn relative_to(mut self, folder: impl Into<PathBuf>) -> Self {
        self.base = Some(folder.into());
        self
    }

    /// Applies the Diesel migrations of this folder.
    pub fn migrations(mut self, folder: impl Into<PathBuf>) -> Self {
        self.migrations = Some(folder.into());
        self
    }

    /// Makes an empty database.
    pub fn without_migrations(mut self) -> Self {
        self.migrations = None;
        self
    }

    /// Runs SQL in the new database, behind the migrations and the fixtures before it. The name
    /// is for errors.
    pub fn fixture(mut self, name: impl Into<String>, sql: impl Into<String>) -> Self {
        self.fixtures.push(Fixture {
            name: name.into(),
            sql: sql.into(),
        });
        self
    }

    /// The most connections of its pool; zero counts as one. They are opened when needed.
    pub fn pool(mut self, connections: u32) -> Self {
        self.pool = self.pool.with_base(connections);
        self
    }

    /// The major version of the private server. A server of your own is taken as it is.
    pub fn postgres(mut self, major: u32) -> Self {
        self.postgres = Some(major);
        self
    }

    /// Takes this server, whatever the environment says. The database of the URL is where
    /// databases are made from; nothing in it changes.
    pub fn server(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Whether the database is kept when its test fails; without it, `PLANWRIGHT_KEEP_DATABASE`
    /// says so.
    pub fn keep_failed(mut self, keep: bool) -> Self {
        self.keep = Some(keep);
        self
    }

    /// Makes the database. It works on every Tokio runtime; dropping the future is fine.
    ///
    /// # Errors
    ///
    /// When there is no server, when the role may not create databases, and when the migrations
    /// or a fixture cannot be read or fail, with the file, the place and the SQLSTATE.
    pub async fn create(self) -> Result<TestDatabase, Error> {
        let work = move || async move {
            let base = self.base.clone().unwrap_or_else(environment::package);
            let migrations = Migrations::read(self.migrations.as_ref().map(|m| base.join(m)))?;
            let source = match &self.url {
                Some(url) => Source::Given {
                    url: url.clone(),
                    from: "TestConfig::server",
                },
                None => environment::source(self.postgres),
            };
            let server = server::of(source, &migrations).await?;
            database::create(server, &migrations, &self).await
        };
        keeper::keeper()?.run(work).await
    }
}
