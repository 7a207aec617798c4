//! One private server of each PostgreSQL release for the whole run, and one
//! database for each test, copied from a template with the migrations applied.
//!
//! The servers are statics, which are never dropped: they end when this process
//! does (`leftovers` proves it).

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use diesel_async::AsyncConnection as _;
use planwright::PgConnection;
use planwright::migrate::Migrator;
use planwright_embedded::{EmbeddedServer, Settings};

/// The database that migrated ones are copied from. Nobody may stay connected to it.
const TEMPLATE: &str = "migrated";

pub(crate) static POSTGRESQL_15: Release = Release::new(15);
pub(crate) static POSTGRESQL_18: Release = Release::new(18);

/// Makes tests of functions `async fn(&Database)`, on every release:
/// `on_each_release! { migrated: one_function, another }`, or `empty` for a
/// database without the migrations. Behind `single thread`, what a test joins goes out together.
macro_rules! on_each_release {
    ($origin:ident: $($test:ident),+ $(,)?) => {
        on_each_release! { @ $origin
            $($test (tokio::test(flavor = "multi_thread", worker_threads = 2)))+ }
    };
    (single thread $origin:ident: $($test:ident),+ $(,)?) => {
        on_each_release! { @ $origin $($test (tokio::test))+ }
    };
    (@ $origin:ident $($test:ident ($attribute:meta))+) => {
        on_each_release! { @ postgresql_15 POSTGRESQL_15 $origin $($test ($attribute))+ }
        on_each_release! { @ postgresql_18 POSTGRESQL_18 $origin $($test ($attribute))+ }
    };
    (@ $module:ident $release:ident $origin:ident $($test:ident ($attribute:meta))+) => {
        mod $module {
            $(
                #[$attribute]
                async fn $test() {
                    $crate::fixture::$origin(&$crate::fixture::$release, super::$test).await;
                }
            )+
        }
    };
}

/// Runs a test on a database with the migrations applied.
pub(crate) async fn migrated(release: &'static Release, test: impl AsyncFnOnce(&Database)) {
    let (server, database) = release.new_database();
    let made = server.create_database_from(&database.name, TEMPLATE).await;
    made.expect("a copy of the template");
    database.lend(test).await;
}

/// Runs a test on a database with nothing in it.
pub(crate) async fn empty(release: &'static Release, test: impl AsyncFnOnce(&Database)) {
    let (server, database) = release.new_database();
    let made = server.create_database(&database.name).await;
    made.expect("a database");
    database.lend(test).await;
}

/// The directory of the catalog's migrations.
pub(crate) fn migrations() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// A PostgreSQL release and its server, started by the first test that wants it.
pub(crate) struct Release {
    major: u32,
    server: OnceLock<EmbeddedServer>,
}

impl Release {
    const fn new(major: u32) -> Self {
        Self {
            major,
            server: OnceLock::new(),
        }
    }

    /// The server. Each test has a runtime of its own, which ends with the test:
    /// the server is started in another.
    pub(crate) fn server(&self) -> &EmbeddedServer {
        self.server.get_or_init(|| {
            std::thread::scope(|scope| {
                let start = scope.spawn(|| {
                    let mut runtime = tokio::runtime::Builder::new_current_thread();
                    let runtime = runtime.enable_all().build().expect("a runtime");
                    runtime.block_on(start(self.major))
                });
                start.join().expect("a server")
            })
        })
    }

    fn new_database(&'static self) -> (&'static EmbeddedServer, Database) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Relaxed));
        let database = Database {
            release: self,
            name,
        };
        (self.server(), database)
    }
}

async fn start(major: u32) -> EmbeddedServer {
    let settings = Settings::new().major(major).require_major(true);
    let server = EmbeddedServer::start_with(&settings).await;
    let server = server.expect("a server");
    assert_eq!(
        server.version().major,
        major,
        "is PLANWRIGHT_PG_MAJOR or PLANWRIGHT_PG_BIN set?"
    );
    let made = server.create_database(TEMPLATE).await;
    made.expect("the template");
    let migrator = Migrator::from_path(migrations()).expect("migrations");
    let applied = migrator.up(&server.database_url(TEMPLATE)).await;
    applied.expect("migrations apply");
    server
}

/// One test's database.
pub(crate) struct Database {
    release: &'static Release,
    name: String,
}

impl Database {
    pub(crate) fn url(&self) -> String {
        self.release.server().database_url(&self.name)
    }

    /// The same for another role.
    pub(crate) fn url_of(&self, role: &str) -> String {
        self.url().replace("//postgres@", &format!("//{role}@"))
    }

    /// Its name on the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The server's major version.
    pub(crate) fn major(&self) -> u32 {
        self.release.major
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        let connected = PgConnection::establish(&self.url()).await;
        connected.expect("a connection")
    }

    /// Runs the test and drops the database. One whose test fails stays until the
    /// server ends.
    async fn lend(self, test: impl AsyncFnOnce(&Self)) {
        test(&self).await;
        let dropped = self.release.server().drop_database(&self.name).await;
        dropped.expect("the database is dropped");
    }
}
