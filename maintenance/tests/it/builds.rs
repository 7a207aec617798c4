//! Index builds, and what is left of those that are interrupted.

use diesel_async::AsyncPgConnection;
use planwright_maintenance::indexes::{self, IndexBuildsRow, InvalidIndexesRow};
use tokio_postgres::Client;

use crate::fixture::{Database, pid, run, until};

on_each_release! {
    a_build_that_waits_says_for_whom,
    a_failed_unique_build_leaves_an_invalid_index,
    a_cancelled_build_leaves_an_invalid_index,
}

const TABLE: &str = "CREATE TABLE \"Notes\" (id int); INSERT INTO \"Notes\" VALUES (1), (1), (2)";
const BUILD: &str = "CREATE INDEX CONCURRENTLY \"Notes id\" ON \"Notes\" (id)";

async fn waiting(conn: &mut AsyncPgConnection) -> IndexBuildsRow {
    until(async || {
        let builds = indexes::index_builds(conn).await.unwrap();
        builds
            .into_iter()
            .find(|build| build.waits_for_pid.is_some())
    })
    .await
}

async fn invalid(conn: &mut AsyncPgConnection) -> Vec<InvalidIndexesRow> {
    indexes::invalid_indexes(conn).await.unwrap()
}

/// A statement that fails, up to the end of its transaction: the server tells of an error before
/// it lets go of what the transaction had locked.
async fn fails(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_err();
    run(client, "SELECT 1").await;
}

async fn a_build_that_waits_says_for_whom(db: &Database) {
    let (conn, role) = (&mut db.connect().await, db.role());
    let (holder, builder) = (db.client().await, db.client().await);
    run(&holder, TABLE).await;
    run(&holder, &format!("CREATE ROLE {role} LOGIN")).await;
    run(&holder, "BEGIN; INSERT INTO \"Notes\" VALUES (3)").await;
    let build = tokio::spawn(async move { builder.batch_execute(BUILD).await });
    let row = waiting(conn).await;
    assert_eq!(row.waits_for_pid, Some(pid(&holder).await));
    assert_eq!(row.table_name.as_deref(), Some("Notes"));
    assert_eq!(row.index_name.as_deref(), Some("Notes id"));
    assert_eq!(
        row.phase.as_deref(),
        Some("waiting for writers before build")
    );
    assert_eq!((row.lockers_done, row.lockers_total), (0, 1));
    // It is invalid until it is done, and nothing is wrong with it; a role that may not see what
    // others do knows that as well.
    assert_eq!(invalid(conn).await, []);
    let plain = &mut db.connect_as(&role).await;
    assert_eq!(invalid(plain).await, []);
    let builds = indexes::index_builds(plain).await.unwrap();
    assert!(builds.len() == 1 && builds[0].phase.is_none(), "{builds:?}");

    run(&holder, "COMMIT").await;
    build.await.unwrap().unwrap();
    assert_eq!(indexes::index_builds(conn).await.unwrap(), []);
    assert_eq!(invalid(conn).await, []);
}

async fn a_failed_unique_build_leaves_an_invalid_index(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    run(&client, TABLE).await;
    let build = BUILD.replace("CREATE", "CREATE UNIQUE");
    fails(&client, &build).await;
    let rows = invalid(conn).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((&*row.table_name, &*row.index_name), ("Notes", "Notes id"));
    assert!(row.is_unique);
    assert_eq!(row.remedy, "REINDEX INDEX CONCURRENTLY public.\"Notes id\"");
    run(&client, "DELETE FROM \"Notes\" WHERE id = 1").await;
    run(&client, &row.remedy).await;
    assert_eq!(invalid(conn).await, []);
}

async fn a_cancelled_build_leaves_an_invalid_index(db: &Database) {
    let conn = &mut db.connect().await;
    let (holder, builder) = (db.client().await, db.client().await);
    run(&holder, TABLE).await;
    run(&holder, "BEGIN; INSERT INTO \"Notes\" VALUES (3)").await;
    let cancel = builder.cancel_token();
    let build = tokio::spawn(async move { builder.batch_execute(BUILD).await });
    waiting(conn).await;
    cancel.cancel_query(tokio_postgres::NoTls).await.unwrap();
    build.await.unwrap().unwrap_err();
    run(&holder, "COMMIT").await;
    // The server tells of the error before the build is over.
    let rows = until(async || {
        let rows = invalid(conn).await;
        (!rows.is_empty()).then_some(rows)
    })
    .await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert!(!row.is_unique && !row.is_maintained);
    run(&holder, &row.remedy).await;
    assert_eq!(invalid(conn).await, []);
}
