//! Templates with a key: prepared once, whole or absent, and made again when damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use planwright_embedded::{EmbeddedServer, Error, Settings};

use crate::helpers::{execute, own_cache, value};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Starts from the template `shop`, and says how often it was prepared for that.
async fn start(settings: &Settings) -> (EmbeddedServer, usize) {
    let prepared = AtomicUsize::new(0);
    let prepare = async |server: &EmbeddedServer| -> Result<(), Error> {
        prepared.fetch_add(1, Ordering::Relaxed);
        server.create_database("shop").await?;
        execute(
            server,
            "shop",
            "CREATE TABLE item AS SELECT 'a chair' AS name",
        )
        .await;
        Ok(())
    };
    let server = EmbeddedServer::start_from_template(settings, "shop", prepare).await;
    (server.expect("a server"), prepared.into_inner())
}

/// The directories in the cache whose names begin like this.
fn templates(cache: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = |dir: &Path| {
        fs::read_dir(dir)
            .expect("a directory")
            .map(|e| e.expect("an entry").path())
    };
    let stores =
        entries(&cache.join("templates")).flat_map(|store| entries(&store).collect::<Vec<_>>());
    let named = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with(prefix))
    };
    stores.filter(|path| path.is_dir()).filter(named).collect()
}

fn only_template(cache: &Path, prefix: &str) -> PathBuf {
    let found = templates(cache, prefix);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

async fn assert_filled(server: &EmbeddedServer) {
    assert_eq!(
        value(server, "shop", "SELECT name FROM item").await,
        "a chair"
    );
}

#[tokio::test]
async fn a_template_is_prepared_once_and_every_start_sees_its_data() {
    let (_cache, settings) = own_cache();
    let (first, prepared) = start(&settings).await;
    assert_eq!(prepared, 1);
    assert_filled(&first).await;
    execute(&first, "shop", "DELETE FROM item").await;
    let (second, prepared) = start(&settings).await;
    assert_eq!(prepared, 0);
    assert_filled(&second).await;
}

#[tokio::test]
async fn two_starts_at_once_prepare_once() {
    let (_cache, settings) = own_cache();
    let (first, second) = tokio::join!(start(&settings), start(&settings));
    assert_eq!(first.1 + second.1, 1);
    assert_filled(&first.0).await;
    assert_filled(&second.0).await;
}

#[tokio::test]
async fn a_failed_prepare_leaves_no_template() {
    let (cache, settings) = own_cache();
    let prepare = async |server: &EmbeddedServer| -> Result<(), Failure> {
        server.create_database("shop").await?;
        Err("on purpose".into())
    };
    let failed = EmbeddedServer::start_from_template(&settings, "shop", prepare).await;
    assert_eq!(
        failed.expect_err("the error of prepare").to_string(),
        "on purpose"
    );
    assert_eq!(templates(cache.path(), "key-"), Vec::<PathBuf>::new());
    let (server, prepared) = start(&settings).await;
    assert_eq!(prepared, 1);
    assert_filled(&server).await;
}

#[tokio::test]
async fn a_cancelled_prepare_leaves_no_template_and_no_lock() {
    let (cache, settings) = own_cache();
    let (reached, wait) = tokio::sync::oneshot::channel();
    let prepare = async move |_: &EmbeddedServer| -> Result<(), Error> {
        let _ = reached.send(());
        std::future::pending().await
    };
    tokio::select! {
        _ = EmbeddedServer::start_from_template(&settings, "shop", prepare) => panic!("it never ends"),
        _ = wait => {}
    }
    assert_eq!(templates(cache.path(), "key-"), Vec::<PathBuf>::new());
    let (_server, prepared) = start(&settings).await;
    assert_eq!(prepared, 1);
}

#[tokio::test]
async fn a_damaged_template_is_made_again() {
    let (cache, settings) = own_cache();
    drop(start(&settings).await);
    let control = only_template(cache.path(), "key-").join("global/pg_control");
    fs::write(control, "damaged").expect("a write");
    let (server, prepared) = start(&settings).await;
    assert_eq!(prepared, 1);
    assert_filled(&server).await;
    assert_eq!(start(&settings).await.1, 0, "the new one is kept");
}

#[tokio::test]
async fn a_template_of_another_major_version_is_made_again() {
    let (cache, settings) = own_cache();
    drop(start(&settings).await);
    let version = only_template(cache.path(), "key-").join("PG_VERSION");
    fs::write(version, "9\n").expect("a write");
    let (server, prepared) = start(&settings).await;
    assert_eq!(prepared, 1);
    assert_filled(&server).await;
}

#[tokio::test]
async fn a_damaged_first_data_directory_is_made_again() {
    let (cache, settings) = own_cache();
    drop(
        EmbeddedServer::start_with(&settings)
            .await
            .expect("a server"),
    );
    let base = only_template(cache.path(), "base");
    fs::remove_dir_all(base.join("global")).expect("a removal");
    fs::create_dir(base.join("global")).expect("a directory");
    fs::write(base.join("global/pg_control"), "damaged").expect("a write");
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    assert_eq!(value(&server, "postgres", "SELECT 'yes'").await, "yes");
    let control = fs::metadata(base.join("global/pg_control")).expect("a new one");
    assert!(control.len() > 7, "the template was replaced");
}

#[tokio::test]
async fn what_a_killed_process_half_wrote_is_no_template() {
    let (cache, settings) = own_cache();
    drop(
        EmbeddedServer::start_with(&settings)
            .await
            .expect("a server"),
    );
    let base = only_template(cache.path(), "base");
    // As after a kill in the middle of the copy: part of the files, and a lock file nobody holds.
    let partial = base.with_extension("partial");
    fs::rename(&base, &partial).expect("a rename");
    fs::remove_dir_all(partial.join("base")).expect("a removal");
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    assert_eq!(value(&server, "postgres", "SELECT 'yes'").await, "yes");
    assert!(
        base.is_dir() && !partial.exists(),
        "the half-written one was removed"
    );
}
