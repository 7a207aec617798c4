//! What killed processes leave behind on a server of the user's own.

use crate::helpers::{Folder, Holder, OwnServer, again, dishes};

on_each_release! {
    the_next_process_removes_what_a_killed_one_left,
    what_is_not_ours_is_left_alone,
}

async fn the_next_process_removes_what_a_killed_one_left(server: &OwnServer) {
    let url = server.url().await;
    let folder = Folder::new();
    folder.write("2026-01-01-000001_a", "CREATE TABLE a ()");
    let living = Holder::start(&again(&url), folder.path());
    let killed = Holder::start(&again(&url), folder.path());
    let left = killed.database.clone();
    killed.kill();
    wait_for_the_end(server, &left).await;

    let next = dishes(&again(&url)).create().await.expect("a database");
    assert!(!server.has(&left).await);
    assert!(
        server.has(&living.database).await,
        "a living process has it"
    );
    let its = living.database.clone();
    living.end();
    assert!(!server.has(&its).await);
    drop(next);
}

async fn what_is_not_ours_is_left_alone(server: &OwnServer) {
    let url = server.url().await;
    let client = server.client().await;
    // Of a number that no living process has: without a comment, with another one, with a name
    // that only begins like ours, and one that somebody looks at.
    let ours = "planwright-testing: of one test, which drops it";
    let (bare, other, longer, busy) = (
        "planwright_test_00000000_1",
        "planwright_test_00000000_2",
        "planwright_test_00000000_3_kept",
        "planwright_test_00000000_4",
    );
    let comments = [(bare, ""), (other, "a shop"), (longer, ours), (busy, ours)];
    for (name, comment) in comments {
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .expect(name);
        let comment = format!("COMMENT ON DATABASE {name} IS '{comment}'");
        client.batch_execute(&comment).await.expect(name);
    }
    let (place, _) = url.rsplit_once('/').expect("a database");
    let looking = crate::helpers::connect(&format!("{place}/{busy}")).await;
    let next = || async { dishes(&again(&url)).create().await.expect("a database") };
    drop(next().await);
    for (name, _) in comments {
        assert!(server.has(name).await, "{name}");
    }
    // The last was one of ours: it goes when nobody looks any more.
    drop(looking);
    wait_for_the_end(server, busy).await;
    drop(next().await);
    assert!(!server.has(busy).await);
    for name in [bare, other, longer] {
        client
            .batch_execute(&format!("DROP DATABASE {name}"))
            .await
            .expect(name);
    }
}

/// Waits until the server has seen that the sessions of a database, and the process that made it,
/// have ended: their sockets are closed, and each question gives it time.
async fn wait_for_the_end(server: &OwnServer, name: &str) {
    let client = server.client().await;
    let number = name.split('_').nth(2).expect("a number");
    let living = format!(
        "SELECT 'session' FROM pg_stat_activity WHERE datname = '{name}'
         UNION ALL
         SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory'
             AND objid = x'{number}'::bigint::oid"
    );
    while !crate::helpers::texts(&client, &living).await.is_empty() {}
}
