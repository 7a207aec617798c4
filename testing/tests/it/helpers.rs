//! A server that stands for a user's own, and how tests look at it.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use planwright_embedded::{EmbeddedServer, Settings};
use planwright_testing::TestConfig;
use tokio_postgres::{Client, NoTls};

/// Makes tests of functions `async fn(&OwnServer)`, on the oldest and the newest release that is
/// tested.
macro_rules! on_each_release {
    ($($test:ident),+ $(,)?) => {
        mod postgresql_15 { $(
            #[tokio::test]
            async fn $test() { super::$test(&$crate::helpers::POSTGRESQL_15).await; }
        )+ }
        mod postgresql_18 { $(
            #[tokio::test]
            async fn $test() { super::$test(&$crate::helpers::POSTGRESQL_18).await; }
        )+ }
    };
}

pub(crate) static POSTGRESQL_15: OwnServer = OwnServer::new(15);
pub(crate) static POSTGRESQL_18: OwnServer = OwnServer::new(18);

/// A server that outlives the tests on it, as a user's own does.
pub(crate) struct OwnServer {
    major: u32,
    server: OnceLock<EmbeddedServer>,
}

impl OwnServer {
    const fn new(major: u32) -> Self {
        Self {
            major,
            server: OnceLock::new(),
        }
    }

    fn server(&self) -> &EmbeddedServer {
        self.server.get_or_init(|| {
            let start = || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build().expect("a runtime");
                let settings = Settings::new().major(self.major).require_major(true);
                runtime.block_on(EmbeddedServer::start_with(&settings))
            };
            std::thread::scope(|scope| scope.spawn(start).join())
                .expect("no panic")
                .expect("a server")
        })
    }

    /// A new database to make others from. Each has templates of its own, and each URL is to this
    /// process what the first one is to a new process.
    pub(crate) async fn url(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("maintenance_{}", NEXT.fetch_add(1, Relaxed));
        self.server()
            .create_database(&name)
            .await
            .expect("a database");
        self.server().database_url(&name)
    }

    pub(crate) async fn client(&self) -> Client {
        connect(&self.server().database_url("postgres")).await
    }

    /// The names that a condition on `pg_database d` is true for, in order.
    pub(crate) async fn databases(&self, condition: &str) -> Vec<String> {
        let query = format!("SELECT datname::text FROM pg_database d WHERE {condition} ORDER BY 1");
        texts(&self.client().await, &query).await
    }

    pub(crate) async fn has(&self, name: &str) -> bool {
        !self
            .databases(&format!("datname = '{name}'"))
            .await
            .is_empty()
    }
}

/// The same database, to this process another server: nothing is known of it yet.
pub(crate) fn again(url: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{url}?application_name=again_{}",
        NEXT.fetch_add(1, Relaxed)
    )
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}

pub(crate) async fn texts(client: &Client, query: &str) -> Vec<String> {
    let rows = client.query(query, &[]).await.expect(query);
    rows.iter().map(|row| row.get(0)).collect()
}

/// The migrations beside these tests, on a server of one's own.
pub(crate) fn dishes(url: &str) -> TestConfig {
    TestConfig::new()
        .relative_to(env!("CARGO_MANIFEST_DIR"))
        .migrations("tests/it/migrations")
        .server(url)
}

/// A folder of migrations that a test may change.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a migration, and returns the path of its SQL.
    pub(crate) fn write(&self, name: &str, up: &str) -> PathBuf {
        let folder = self.path().join(name);
        std::fs::create_dir_all(&folder).expect("a directory");
        let path = folder.join("up.sql");
        std::fs::write(&path, up).expect("a file");
        path
    }
}

/// Says to a copy of this program which database to hold: URL and folder, on two lines.
const HOLD: &str = "PLANWRIGHT_TESTING_HOLD";

/// Another process that has a database.
pub(crate) struct Holder {
    child: Child,
    /// Open as long as the child may write to it.
    output: Lines<BufReader<ChildStdout>>,
    pub(crate) database: String,
}

impl Holder {
    pub(crate) fn start(url: &str, folder: &Path) -> Self {
        let program = std::env::current_exe().expect("the test program");
        let mut child = Command::new(program)
            .args(["--exact", "helpers::hold_a_database", "--nocapture"])
            .env(HOLD, format!("{url}\n{}", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test program");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let lines = output.by_ref().map(|line| line.expect("a line"));
        let mut told = lines.filter_map(|line| Some(line.split_once("HOLDING ")?.1.to_owned()));
        let database = told.next().expect("a database");
        Self {
            child,
            output,
            database,
        }
    }

    /// Ends it as a test process ends.
    pub(crate) fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.output.all(|line| line.is_ok()));
        assert!(self.child.wait().expect("an end").success());
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a kill");
        self.child.wait().expect("an end");
    }
}

/// Does nothing as a test: it is the program of `Holder`.
#[tokio::test]
#[allow(clippy::print_stdout, reason = "it talks to its parent")]
async fn hold_a_database() {
    let Ok(hold) = std::env::var(HOLD) else {
        return;
    };
    let (url, folder) = hold.split_once('\n').expect("two lines");
    let database = TestConfig::new()
        .migrations(folder)
        .server(url)
        .create()
        .await;
    let database = database.expect("a database");
    println!("HOLDING {}", database.name());
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .expect("the parent's end");
}
