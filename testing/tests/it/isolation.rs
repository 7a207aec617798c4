//! What one test does is not seen by another.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use crate::helpers::{OwnServer, connect, dishes, texts};

on_each_release! { tests_at_the_same_time_do_not_see_each_other }

/// Eight threads with runtimes of their own, as the test harness has them. All have written
/// before the first reads.
async fn tests_at_the_same_time_do_not_see_each_other(server: &OwnServer) {
    const THREADS: usize = 8;
    let url = server.url().await;
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (url, barrier) = (url.clone(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build().expect("a runtime");
                runtime.block_on(one_test(&url, number, &barrier))
            })
        })
        .collect();
    let names: BTreeSet<_> = threads
        .into_iter()
        .map(|test| test.join().expect("no panic"))
        .collect();
    assert_eq!(names.len(), THREADS);
}

async fn one_test(url: &str, number: usize, barrier: &Barrier) -> String {
    let database = dishes(url).create().await.expect("a database");
    let client = connect(database.url()).await;
    let insert = format!("INSERT INTO dishes (name, price) VALUES ('dish {number}', 1)");
    client.batch_execute(&insert).await.expect("the insert");
    barrier.wait();
    let found = texts(&client, "SELECT id || ' ' || name FROM dishes").await;
    assert_eq!(
        found,
        [format!("1 dish {number}")],
        "rows and sequences are its own"
    );
    database.name().to_owned()
}
