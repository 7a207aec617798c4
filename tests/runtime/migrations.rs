//! Applying, reverting and listing migrations.

use std::fs;
use std::path::Path;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use planwright::PgConnection;
use planwright::migrate::{Direction, LOCK_KEY, MigrateErrorKind, Migrator, Step};
use tempfile::TempDir;

use crate::server::{chain, empty_database};

/// Writes one migration.
fn add(directory: &Path, name: &str, up: &str, down: Option<&str>) {
    let migration = directory.join(name);
    fs::create_dir(&migration).unwrap();
    fs::write(migration.join("up.sql"), up).unwrap();
    if let Some(down) = down {
        fs::write(migration.join("down.sql"), down).unwrap();
    }
}

/// Writes one migration that runs outside a transaction.
fn add_concurrent(directory: &Path, name: &str, up: &str, down: &str) {
    add(directory, name, up, Some(down));
    fs::write(
        directory.join(name).join("metadata.toml"),
        "run_in_transaction = false\n",
    )
    .unwrap();
}

/// Two tables, and an index made concurrently.
fn three() -> (TempDir, Migrator) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    add(
        path,
        "2024-01-01-000001_notes",
        "CREATE TABLE notes (id int)",
        Some("DROP TABLE notes"),
    );
    add(
        path,
        "2024-01-01-000002_tags",
        "CREATE TABLE tags (id int)",
        Some("DROP TABLE tags"),
    );
    add_concurrent(
        path,
        "2024-01-01-000003_notes_id",
        "CREATE INDEX CONCURRENTLY notes_id ON notes (id)",
        "DROP INDEX CONCURRENTLY notes_id",
    );
    let migrator = Migrator::from_path(path).unwrap();
    (directory, migrator)
}

async fn exists(url: &str, relation: &str) -> bool {
    let mut conn = PgConnection::establish(url).await.unwrap();
    let ask = format!("SELECT to_regclass('{relation}') IS NOT NULL");
    sql::<st::Bool>(&ask).get_result(&mut conn).await.unwrap()
}

#[tokio::test]
async fn up_applies_all_in_order_and_tells() {
    let (_directory, migrator) = three();
    let url = empty_database().await;
    assert_eq!(migrator.pending(&url).await.unwrap().len(), 3);
    assert!(
        !exists(&url, "__diesel_schema_migrations").await,
        "pending changes nothing"
    );

    let mut told = Vec::new();
    let applied = migrator
        .up_with(&url, |progress| told.push(progress.clone()))
        .await
        .unwrap();

    assert_eq!(
        applied,
        [
            "2024-01-01-000001_notes",
            "2024-01-01-000002_tags",
            "2024-01-01-000003_notes_id"
        ]
    );
    assert_eq!(told.len(), 6);
    assert_eq!(
        (told[4].name.as_str(), told[4].number, told[4].of),
        (applied[2].as_str(), 3, 3)
    );
    assert_eq!(
        (told[4].direction, told[4].step),
        (Direction::Up, Step::Started)
    );
    assert!(matches!(told[5].step, Step::Finished(_)));
    assert!(exists(&url, "notes_id").await);
    assert!(migrator.pending(&url).await.unwrap().is_empty());
    assert!(
        migrator.up(&url).await.unwrap().is_empty(),
        "nothing is left to do"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn down_reverts_the_last() {
    let (_directory, migrator) = three();
    let url = empty_database().await;
    migrator.up(&url).await.unwrap();

    let reverted = migrator.down(&url, 2).await.unwrap();

    assert_eq!(
        reverted,
        ["2024-01-01-000003_notes_id", "2024-01-01-000002_tags"]
    );
    assert!(exists(&url, "notes").await);
    assert!(!exists(&url, "tags").await && !exists(&url, "notes_id").await);
    let status = migrator.status(&url).await.unwrap();
    let applied: Vec<bool> = status.iter().map(|migration| migration.applied).collect();
    assert_eq!(applied, [true, false, false]);
    assert!(status[0].applied_at.is_some() && status[0].in_transaction);
    assert!(!status[2].in_transaction);
}

#[tokio::test]
async fn a_failing_migration_is_named_and_rolled_back() {
    let (directory, _) = three();
    let path = directory.path();
    add(
        path,
        "2024-01-01-000004_wrong",
        "CREATE TABLE more (id int); SELECT 1 / 0",
        None,
    );
    add(
        path,
        "2024-01-01-000005_never",
        "CREATE TABLE never (id int)",
        None,
    );
    let url = empty_database().await;

    let migrator = Migrator::from_path(path).unwrap();
    let error = migrator.up(&url).await.unwrap_err();

    assert_eq!(error.kind(), MigrateErrorKind::Failed);
    assert_eq!(error.migration(), Some("2024-01-01-000004_wrong"));
    assert_eq!(
        chain(&error),
        [
            "migration `2024-01-01-000004_wrong` failed",
            "division by zero"
        ]
    );
    assert!(exists(&url, "notes_id").await && !exists(&url, "more").await);
    assert_eq!(
        migrator.pending(&url).await.unwrap(),
        ["2024-01-01-000004_wrong", "2024-01-01-000005_never"]
    );
}

#[tokio::test]
async fn a_failure_says_where_in_the_file_and_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let up = "CREATE TABLE notes (body text);\n-- größer\nCREATE INDEX ON notes (bodi);\n";
    add(directory.path(), "2024-01-01-000001_notes", up, None);
    let migrator = Migrator::from_path(directory.path()).unwrap();
    let error = migrator.up(&empty_database().await).await.unwrap_err();
    assert_eq!(chain(&error)[1], "column \"bodi\" does not exist");

    let up = "CREATE TABLE notes (body text);\n-- größer\nSELECT bodi FROM notes;\n";
    fs::write(directory.path().join("2024-01-01-000001_notes/up.sql"), up).unwrap();
    let error = migrator.up(&empty_database().await).await.unwrap_err();
    assert_eq!(
        chain(&error)[1],
        "column \"bodi\" does not exist at line 3, column 8; \
         Perhaps you meant to reference the column \"notes.body\"."
    );
}

#[tokio::test]
async fn migrations_can_be_in_the_program() {
    const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/runtime/embedded");
    let migrator = Migrator::from_embedded(MIGRATIONS);
    let url = empty_database().await;
    assert_eq!(migrator.up(&url).await.unwrap(), ["2024-01-01-000001_tags"]);
    assert!(exists(&url, "tags").await);
    let reverts = migrator.reverts(&url, 9).await.unwrap();
    let [(name, down)] = &reverts[..] else {
        panic!("{reverts:?}")
    };
    assert_eq!(name, "2024-01-01-000001_tags");
    assert!(down.contains("DROP TABLE tags"), "{down}");
    assert!(exists(&url, "tags").await, "it reverts nothing");
    assert_eq!(
        migrator.down(&url, 1).await.unwrap(),
        ["2024-01-01-000001_tags"]
    );
    assert!(!exists(&url, "tags").await);
}

#[tokio::test]
async fn a_migration_without_a_way_back_is_named() {
    let directory = tempfile::tempdir().unwrap();
    add(
        directory.path(),
        "2024-01-01-000001_notes",
        "CREATE TABLE notes (id int)",
        None,
    );
    let migrator = Migrator::from_path(directory.path()).unwrap();
    let url = empty_database().await;
    migrator.up(&url).await.unwrap();
    let error = migrator.down(&url, 1).await.unwrap_err();
    assert_eq!(error.kind(), MigrateErrorKind::Missing);
    assert_eq!(
        error.to_string(),
        "migration `2024-01-01-000001_notes` has no down.sql"
    );

    fs::remove_dir_all(directory.path().join("2024-01-01-000001_notes")).unwrap();
    let error = migrator.down(&url, 1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.migration()),
        (MigrateErrorKind::Missing, Some("20240101000001"))
    );
    let status = migrator.status(&url).await.unwrap();
    assert!(status[0].applied && !status[0].known);
}

#[tokio::test]
async fn two_runs_at_once_do_the_work_once() {
    let (_directory, migrator) = three();
    let url = empty_database().await;
    let both = futures_util::future::join(migrator.up(&url), migrator.up(&url)).await;
    let mut counts = [both.0.unwrap().len(), both.1.unwrap().len()];
    counts.sort_unstable();
    assert_eq!(counts, [0, 3]);
}

#[tokio::test]
async fn a_run_waits_no_longer_than_it_may() {
    let (_directory, migrator) = three();
    let url = empty_database().await;
    let mut other = PgConnection::establish(&url).await.unwrap();
    let lock = format!("SELECT true FROM pg_advisory_lock({LOCK_KEY})");
    sql::<st::Bool>(&lock)
        .get_result::<bool>(&mut other)
        .await
        .unwrap();
    let migrator = migrator.with_lock_wait(Duration::ZERO);
    let error = migrator.up(&url).await.unwrap_err();
    assert_eq!(error.kind(), MigrateErrorKind::Locked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_waits_says_for_whom() {
    let (_directory, migrator) = three();
    let url = empty_database().await;
    migrator.up(&url).await.unwrap();
    migrator.down(&url, 1).await.unwrap();
    let mut other = PgConnection::establish(&url).await.unwrap();
    let open = "BEGIN; INSERT INTO notes VALUES (1)";
    other.batch_execute(open).await.unwrap();
    let pid = sql::<st::Integer>("SELECT pg_backend_pid()");
    let pid: i32 = pid.get_result(&mut other).await.unwrap();

    let (sender, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let up = migrator.up_with(&url, |progress| {
        if progress.step == Step::Building {
            sender.send(progress.clone()).unwrap();
        }
    });
    let release = async {
        let progress = waits.recv().await.unwrap();
        other.batch_execute("COMMIT").await.unwrap();
        progress
    };
    let (applied, progress) = futures_util::future::join(up, release).await;
    assert_eq!(applied.unwrap(), ["2024-01-01-000003_notes_id"]);
    assert_eq!(progress.name, "2024-01-01-000003_notes_id");
    let build = progress.build.unwrap();
    assert_eq!(build.waits_for, Some(pid));
    assert_eq!(
        (build.index.as_str(), build.done, build.total),
        ("notes_id", 0, 1)
    );
}

#[tokio::test]
async fn a_directory_that_is_no_migration_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("sketches")).unwrap();
    fs::write(directory.path().join("sketches/notes.txt"), "later").unwrap();
    let error = Migrator::from_path(directory.path()).err().unwrap();
    assert_eq!(error.kind(), MigrateErrorKind::Source);
    assert!(
        chain(&error)[1].contains("sketches is no migration"),
        "{:?}",
        chain(&error)
    );
    let nowhere = Migrator::from_path(directory.path().join("nowhere"))
        .err()
        .unwrap();
    assert_eq!(nowhere.kind(), MigrateErrorKind::Source);
}
