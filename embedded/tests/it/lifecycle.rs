//! Start, restart, kill, stop.

use std::process::Command;
use std::sync::{Arc, Mutex};

use planwright_embedded::{EmbeddedServer, Progress, Settings};

use crate::helpers::{execute, is_alive, own_cache, value};

const MAJOR: &str = "PLANWRIGHT_PG_MAJOR";

#[tokio::test]
async fn a_server_answers_and_is_the_version_it_says() {
    let server = EmbeddedServer::start().await.expect("a server");
    let sum = value(&server, "postgres", "SELECT (1 + 1)::text").await;
    assert_eq!(sum, "2");
    let number = value(&server, "postgres", "SHOW server_version_num").await;
    let version = server.version();
    assert_eq!(number, format!("{}{:04}", version.major, version.minor));
}

#[tokio::test]
async fn the_downloaded_server_works() {
    if std::env::var_os(MAJOR).is_some() {
        // The variable wins over the settings, so it must not be there.
        let program = std::env::current_exe().expect("the test program");
        let mut again = Command::new(program);
        again
            .args(["--exact", "lifecycle::the_downloaded_server_works"])
            .env_remove(MAJOR);
        assert!(again.status().expect("the test program").success());
        return;
    }
    let settings = Settings::new().major(18).require_major(true);
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server of version 18");
    assert_eq!(server.version().major, 18);
    let version = value(&server, "postgres", "SHOW server_version").await;
    assert!(version.starts_with("18."), "{version}");
    server.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn the_server_is_private_and_the_same_everywhere() {
    let server = EmbeddedServer::start().await.expect("a server");
    for (setting, expected) in [
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("lc_messages", "C"),
        ("fsync", "off"),
        ("data_checksums", "off"),
    ] {
        let sql = format!("SHOW {setting}");
        assert_eq!(
            value(&server, "postgres", &sql).await,
            expected,
            "{setting}"
        );
    }
    let sorted = "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{a,B,é,Z,_}'::text[]) AS x";
    assert_eq!(
        value(&server, "postgres", sorted).await,
        "BZ_aé",
        "text is ordered by its bytes"
    );
    let role = value(&server, "postgres", "SELECT current_user::text").await;
    assert_eq!(role, "postgres");
}

#[tokio::test]
async fn settings_reach_the_server_and_the_last_one_counts() {
    let settings = Settings::new()
        .setting("work_mem", "1MB")
        .setting("work_mem", "7MB");
    let settings = settings.setting("application_name", r"it's\this");
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    assert_eq!(value(&server, "postgres", "SHOW work_mem").await, "7MB");
    assert_eq!(
        value(&server, "postgres", "SHOW application_name").await,
        r"it's\this"
    );
}

#[tokio::test]
async fn eight_starts_at_once_share_one_new_cache() {
    let (_cache, settings) = own_cache();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);
    let settings = settings.progress(move |step| seen.lock().expect("a list").push(step));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move { EmbeddedServer::start_with(&settings).await })
        })
        .collect();
    let mut servers = Vec::new();
    for task in tasks {
        servers.push(task.await.expect("no panic").expect("a server"));
    }
    for server in &servers {
        assert_eq!(value(server, "postgres", "SELECT 'yes'").await, "yes");
    }
    let steps = steps.lock().expect("a list");
    let initdbs = steps
        .iter()
        .filter(|step| matches!(step, Progress::InitDb { .. }))
        .count();
    assert_eq!(initdbs, 1, "{steps:?}");
}

#[tokio::test]
async fn a_restart_keeps_the_data() {
    let server = EmbeddedServer::start().await.expect("a server");
    execute(
        &server,
        "postgres",
        "CREATE TABLE kept AS SELECT 'still here' AS word",
    )
    .await;
    let before = server.pid();
    server.restart().await.expect("a restart");
    assert_ne!(server.pid(), before);
    assert!(!is_alive(before));
    assert_eq!(
        value(&server, "postgres", "SELECT word FROM kept").await,
        "still here"
    );
}

#[tokio::test]
async fn a_killed_server_recovers_at_the_restart() {
    let server = EmbeddedServer::start().await.expect("a server");
    execute(
        &server,
        "postgres",
        "CREATE TABLE kept AS SELECT 'still here' AS word",
    )
    .await;
    execute(&server, "postgres", "CHECKPOINT").await;
    server.kill().await.expect("a kill");
    assert!(!is_alive(server.pid()));
    assert!(
        tokio_postgres::connect(&server.database_url("postgres"), tokio_postgres::NoTls)
            .await
            .is_err()
    );
    server.restart().await.expect("a restart");
    assert_eq!(
        value(&server, "postgres", "SELECT word FROM kept").await,
        "still here"
    );
    assert!(
        server.log_tail().await.contains("automatic recovery"),
        "{}",
        server.log_tail().await
    );
}

#[tokio::test]
async fn an_edit_sees_a_stopped_server_and_its_error_comes_back() {
    let server = EmbeddedServer::start().await.expect("a server");
    let pid = server.pid();
    let edited: Result<(), Box<dyn std::error::Error>> = server
        .offline(async |data: &std::path::Path| {
            assert!(!is_alive(pid));
            assert!(data.join("global/pg_control").is_file());
            assert!(!data.join("postmaster.pid").exists());
            Err("on purpose".into())
        })
        .await;
    assert_eq!(
        edited.expect_err("the edit's error").to_string(),
        "on purpose"
    );
    assert_eq!(value(&server, "postgres", "SELECT 'again'").await, "again");
}

#[test]
fn a_server_outlives_the_runtime_that_started_it() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    };
    let server = runtime()
        .block_on(EmbeddedServer::start())
        .expect("a server");
    runtime().block_on(async {
        server.create_database("later").await.expect("a database");
        server.restart().await.expect("a restart");
        assert_eq!(value(&server, "later", "SELECT 'yes'").await, "yes");
    });
    drop(server);
}
