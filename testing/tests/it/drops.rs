//! A database ends with its test, however the test ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

use planwright_testing::{TestConfig, TestDatabase, run};

use crate::helpers::{OwnServer, connect, dishes};

on_each_release! {
    a_handle_drops_it_with_clients_connected,
    closing_drops_it_for_all_handles,
    a_passed_test_drops_it,
    a_panicking_test_drops_it,
    a_failed_test_drops_it,
    a_failed_test_keeps_it_when_asked_to,
    a_passed_test_never_keeps_it,
    a_creation_that_is_given_up_leaves_nothing,
    a_database_that_cannot_be_filled_is_dropped,
}

async fn a_handle_drops_it_with_clients_connected(server: &OwnServer) {
    let database = dishes(&server.url().await)
        .create()
        .await
        .expect("a database");
    let name = database.name().to_owned();
    let other = database.clone();
    let pool = database.pool().await.expect("a pool");
    let client = connect(database.url()).await;
    drop(database);
    assert!(server.has(&name).await, "another handle has it");
    drop(other);
    assert!(!server.has(&name).await);
    assert!(client.batch_execute("SELECT 1").await.is_err());
    drop(pool);
}

async fn closing_drops_it_for_all_handles(server: &OwnServer) {
    let database = dishes(&server.url().await)
        .create()
        .await
        .expect("a database");
    let name = database.name().to_owned();
    let other = database.clone();
    database.close().await.expect("it is dropped");
    assert!(!server.has(&name).await);
    drop(other);
}

async fn a_passed_test_drops_it(server: &OwnServer) {
    let config = dishes(&server.url().await);
    let name = of_a_test(config, async |database: TestDatabase| {
        let pool = database.pool().await.expect("a pool");
        let conn = pool.get().await.expect("a connection");
        // Leaked, as a static would be: the end of the runtime closes it.
        std::mem::forget(conn);
    });
    assert!(!server.has(&name).await);
}

async fn panics(_: TestDatabase) {
    panic!("the test's own");
}

async fn a_panicking_test_drops_it(server: &OwnServer) {
    let config = dishes(&server.url().await);
    let name = of_a_test(config, panics);
    assert!(!server.has(&name).await);
}

async fn a_failed_test_drops_it(server: &OwnServer) {
    let config = dishes(&server.url().await).keep_failed(false);
    let name = of_a_test(config, async |_| Err::<(), _>("the test's own"));
    assert!(!server.has(&name).await);
}

async fn a_failed_test_keeps_it_when_asked_to(server: &OwnServer) {
    let url = server.url().await;
    let config = || dishes(&url).keep_failed(true);
    let failed = of_a_test(config(), async |_| Err::<(), _>("the test's own"));
    let panicked = of_a_test(config(), panics);
    for name in [failed, panicked] {
        assert!(server.has(&name).await);
        // Nor is it a leftover to the next process.
        let next = dishes(&crate::helpers::again(&url)).create().await;
        next.expect("a database").close().await.expect("a drop");
        assert!(server.has(&name).await);
        let client = server.client().await;
        client
            .batch_execute(&format!("DROP DATABASE {name}"))
            .await
            .expect("a drop");
    }
}

async fn a_passed_test_never_keeps_it(server: &OwnServer) {
    let config = dishes(&server.url().await).keep_failed(true);
    let name = of_a_test(config, async |_| Ok::<_, &str>(()));
    assert!(!server.has(&name).await);
}

/// The future is dropped while the keeper works: nobody gets the database.
async fn a_creation_that_is_given_up_leaves_nothing(server: &OwnServer) {
    let url = server.url().await;
    let before = dishes(&url).create().await.expect("a database");
    let mine = before.name().rsplit_once('_').expect("a number").0;
    let mut given_up = Box::pin(dishes(&url).create());
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(given_up.as_mut().poll(context).is_pending())
    });
    assert!(polled.await, "it is on its way");
    drop(given_up);
    // The keeper does one thing after the other on one connection, so that what was asked for
    // before is there, or gone, when the next one is.
    let left = format!("datname LIKE '{mine}%' AND datname <> '{}'", before.name());
    loop {
        let next = dishes(&url).create().await.expect("a database");
        let ended = !next.name().ends_with("_1");
        next.close().await.expect("a drop");
        if ended && server.databases(&left).await.is_empty() {
            break;
        }
    }
}

async fn a_database_that_cannot_be_filled_is_dropped(server: &OwnServer) {
    let url = server.url().await;
    let before = dishes(&url).create().await.expect("a database");
    let config = dishes(&url).fixture("wrong.sql", "SELECT wrong");
    config.create().await.expect_err("a wrong fixture");
    let mine = before.name().rsplit_once('_').expect("a number").0;
    let mine = server.databases(&format!("datname LIKE '{mine}%'")).await;
    assert_eq!(mine, [before.name()]);
}

/// Runs a test as the attribute does, on a thread as the harness does, and returns the name of
/// its database.
fn of_a_test<R, T>(config: TestConfig, test: T) -> String
where
    R: run::Outcome,
    T: AsyncFnOnce(TestDatabase) -> R + Send,
{
    let mut name = String::new();
    let body = async |database: TestDatabase| {
        database.name().clone_into(&mut name);
        test(database).await
    };
    std::thread::scope(|scope| {
        let run = || catch_unwind(AssertUnwindSafe(|| run::test(config, body).has_failed()));
        let _ended = scope.spawn(run).join();
    });
    name
}
