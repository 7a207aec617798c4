//! One private server of each release that counts statements, and one database for each test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::{Client, NoTls};

pub(crate) static POSTGRESQL_15: Release = Release::new(15);
pub(crate) static POSTGRESQL_18: Release = Release::new(18);

/// Makes tests of functions `async fn(&Database)`, on every release.
macro_rules! on_each_release {
    ($($test:ident),+ $(,)?) => {
        on_each_release! { @ postgresql_15 POSTGRESQL_15 $($test)+ }
        on_each_release! { @ postgresql_18 POSTGRESQL_18 $($test)+ }
    };
    (@ $module:ident $release:ident $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let database = $crate::fixture::$release.database().await;
                    super::$test(&database).await;
                }
            )+
        }
    };
}

/// A release and its server, started by the first test that wants it.
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

    /// Each test has a runtime of its own, which ends with it: the server is started in another.
    fn server(&self) -> &EmbeddedServer {
        self.server.get_or_init(|| {
            std::thread::scope(|scope| {
                let start = scope.spawn(|| {
                    let mut runtime = tokio::runtime::Builder::new_current_thread();
                    let runtime = runtime.enable_all().build().unwrap();
                    let settings = Settings::new()
                        .major(self.major)
                        .require_major(true)
                        .setting("shared_preload_libraries", "pg_stat_statements");
                    let server = runtime.block_on(EmbeddedServer::start_with(&settings));
                    server.unwrap()
                });
                start.join().unwrap()
            })
        })
    }

    /// A database with the extension in it, and nothing else.
    pub(crate) async fn database(&'static self) -> Database {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Relaxed));
        self.server().create_database(&name).await.unwrap();
        let database = Database {
            release: self,
            name,
        };
        let up = include_str!("../../migrations/2026-02-01-000001_pg_stat_statements/up.sql");
        run(&database.client().await, up).await;
        database
    }
}

/// One test's database.
pub(crate) struct Database {
    release: &'static Release,
    name: String,
}

impl Database {
    /// A connection for the pack's functions.
    pub(crate) async fn connect(&self) -> AsyncPgConnection {
        let url = self.release.server().database_url(&self.name);
        AsyncPgConnection::establish(&url).await.unwrap()
    }

    /// The same as another role.
    pub(crate) async fn connect_as(&self, role: &str) -> AsyncPgConnection {
        let url = self.release.server().database_url(&self.name);
        let url = url.replace("//postgres@", &format!("//{role}@"));
        AsyncPgConnection::establish(&url).await.unwrap()
    }

    /// A connection to make situations with.
    pub(crate) async fn client(&self) -> Client {
        let config = self.release.server().config(&self.name);
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// The name of a role of this test's own.
    pub(crate) fn role(&self) -> String {
        format!("role_{}", self.name)
    }

    /// The release.
    pub(crate) fn major(&self) -> u32 {
        self.release.major
    }
}

/// Runs statements, and makes what they count visible to others.
pub(crate) async fn run(client: &Client, statements: &str) {
    let done = client.batch_execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    let flush = client
        .batch_execute("SELECT pg_stat_force_next_flush()")
        .await;
    flush.unwrap();
}

/// The process of a connection.
pub(crate) async fn pid(client: &Client) -> i32 {
    let row = client.query_one("SELECT pg_backend_pid()", &[]).await;
    row.unwrap().get(0)
}

/// Asks until there is an answer.
pub(crate) async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}
