//! What several tests need: a cache of one's own, a query, and waiting for an end.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use planwright_embedded::{EmbeddedServer, Settings};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// Settings with an empty cache, which is removed with the directory.
///
/// ext4 is slow where thousands of files were just removed (`src/spread.rs` says
/// why), so the caches lie apart from each other. Elsewhere `chattr` fails, and is not needed.
pub(crate) fn own_cache() -> (TempDir, Settings) {
    let caches = Path::new(env!("CARGO_TARGET_TMPDIR")).join("caches");
    std::fs::create_dir_all(&caches).expect("a directory");
    let _ = Command::new("chattr")
        .arg("+T")
        .arg(&caches)
        .stderr(Stdio::null())
        .status();
    let cache = tempfile::tempdir_in(&caches).expect("a temporary directory");
    let settings = Settings::new().cache_dir(cache.path());
    (cache, settings)
}

/// Connects by URL, as an application does.
pub(crate) async fn connect(server: &EmbeddedServer, database: &str) -> Client {
    let connected = tokio_postgres::connect(&server.database_url(database), NoTls).await;
    let (client, connection) = connected.expect("a connection");
    tokio::spawn(connection);
    client
}

/// The only column of the only row of a query, as text.
pub(crate) async fn value(server: &EmbeddedServer, database: &str, sql: &str) -> String {
    let client = connect(server, database).await;
    client.query_one(sql, &[]).await.expect("one row").get(0)
}

pub(crate) async fn execute(server: &EmbeddedServer, database: &str, sql: &str) {
    let (client, connection) = server
        .config(database)
        .connect(NoTls)
        .await
        .expect("a connection");
    let work = async move { client.batch_execute(sql).await };
    let (result, _) = tokio::join!(work, connection);
    result.expect(sql);
}

pub(crate) fn is_alive(pid: u32) -> bool {
    signal("-0", pid)
}

/// Sends a signal to a process that a test started.
pub(crate) fn signal(signal: &str, pid: u32) -> bool {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", r#"kill "$1" "$2""#, "sh", signal])
        .arg(pid.to_string());
    command
        .stderr(Stdio::null())
        .status()
        .expect("a shell")
        .success()
}

/// Waits until neither the process nor the directory is there. They end by
/// themselves, so there is nothing to wait on but their absence.
pub(crate) fn wait_until_gone(pid: u32, dir: &Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while is_alive(pid) || dir.exists() {
        assert!(
            Instant::now() < deadline,
            "process {pid} or {} is still there",
            dir.display()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The messages of an error and of its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect()
}
