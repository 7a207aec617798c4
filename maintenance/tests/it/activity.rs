//! Long transactions and lock waits.

use diesel_async::AsyncPgConnection;
use planwright_maintenance::activity::{self, LockWaitsRow};

use crate::fixture::{Database, pid, run, until};

on_each_release! {
    a_long_transaction_is_seen_while_it_is_open,
    who_waits_and_who_holds_is_seen,
    hidden_sessions_are_counted,
}

async fn a_long_transaction_is_seen_while_it_is_open(db: &Database) {
    let (conn, other) = (&mut db.connect().await, db.client().await);
    let open = "SET application_name = 'batch'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1";
    other.batch_execute(open).await.unwrap();
    let rows = activity::long_transactions(conn, 0.0).await.unwrap();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(row.pid, pid(&other).await);
    assert_eq!(row.application_name.as_deref(), Some("batch"));
    assert_eq!(row.state.as_deref(), Some("idle in transaction"));
    assert!(row.is_oldest_xmin && row.xmin_age.is_some() && row.seconds >= 0.0);
    let rows = activity::long_transactions(conn, 3_600.0).await.unwrap();
    assert_eq!(rows, [], "an hour is longer than it is open");

    // What is said to mend it does.
    let killer = db.client().await;
    killer.batch_execute(&row.remedy).await.unwrap();
    until(async || {
        let rows = activity::long_transactions(conn, 0.0).await.unwrap();
        rows.is_empty().then_some(())
    })
    .await;
}

/// The waits, once there are as many.
async fn seen(conn: &mut AsyncPgConnection, number: usize) -> Option<Vec<LockWaitsRow>> {
    let waits = activity::lock_waits(conn, 0.0).await.unwrap();
    (waits.len() == number).then_some(waits)
}

async fn who_waits_and_who_holds_is_seen(db: &Database) {
    let conn = &mut db.connect().await;
    let (a, b, c) = (db.client().await, db.client().await, db.client().await);
    run(
        &a,
        "CREATE TABLE dishes (id int); INSERT INTO dishes VALUES (1)",
    )
    .await;
    run(&a, "BEGIN; UPDATE dishes SET id = 1").await;
    let pids = [pid(&a).await, pid(&b).await, pid(&c).await];
    let second = tokio::spawn(async move { b.batch_execute("UPDATE dishes SET id = 2").await });
    let waits = until(async || seen(conn, 1).await).await;
    assert_eq!(
        (waits[0].waiting_pid, waits[0].blocking_pid),
        (pids[1], pids[0])
    );
    assert_eq!(waits[0].lock_type, "transactionid");
    assert_eq!(
        waits[0].blocking_state.as_deref(),
        Some("idle in transaction")
    );
    assert!(
        waits[0]
            .waiting_query
            .as_ref()
            .unwrap()
            .contains("SET id = 2")
    );
    assert!(!waits[0].blocker_waits);

    // A third one stands behind the second one, which is of no use to end.
    let third = tokio::spawn(async move { c.batch_execute("UPDATE dishes SET id = 3").await });
    let waits = until(async || seen(conn, 2).await).await;
    let behind = waits
        .iter()
        .find(|wait| wait.waiting_pid == pids[2])
        .unwrap();
    assert_eq!((behind.blocking_pid, behind.blocker_waits), (pids[1], true));
    assert_eq!(behind.relation.as_deref(), Some("dishes"));
    let rows = activity::lock_waits(conn, 3_600.0).await.unwrap();
    assert_eq!(rows, [], "an hour is longer than they wait");

    run(&a, "COMMIT").await;
    second.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    assert_eq!(activity::lock_waits(conn, 0.0).await.unwrap(), []);
}

async fn hidden_sessions_are_counted(db: &Database) {
    let (other, role) = (db.client().await, db.role());
    run(&other, &format!("CREATE ROLE {role} LOGIN")).await;
    run(&other, "BEGIN").await;
    let conn = &mut db.connect_as(&role).await;
    assert_eq!(activity::hidden_sessions(conn).await.unwrap(), 1);
    assert_eq!(activity::long_transactions(conn, 0.0).await.unwrap(), []);
    run(&other, "COMMIT").await;
    run(&other, &format!("GRANT pg_read_all_stats TO {role}")).await;
    run(&other, "BEGIN").await;
    let conn = &mut db.connect_as(&role).await;
    assert_eq!(activity::hidden_sessions(conn).await.unwrap(), 0);
    assert_eq!(
        activity::long_transactions(conn, 0.0).await.unwrap().len(),
        1
    );
}
