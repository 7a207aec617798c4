//! What is committed, and what is left when a call ends early.

use diesel::result::Error as DieselError;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::ErrorKind;
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright::transaction::Transaction;
use tokio::sync::Notify;

use crate::Database;
use crate::catalog::guests::add_guests;
use crate::guests::plain;

const BAD: [i32; 12] = [0, 1, 2, 3, 4, 5, 6, 7, -8, 9, 10, 11];

pub(crate) async fn nothing_is_left_of_a_failure(db: &Database) {
    let conn = &mut db.connect().await;
    let added = add_guests(conn, plain(1, BAD)).batch_size(5);
    assert_eq!(added.await.unwrap_err().row(), Some(8));
    assert_eq!(db.count("guests").await, 0);
    // The connection is in no transaction.
    conn.batch_execute("VACUUM shops").await.unwrap();
    let added = add_guests(conn, plain(1, 0..12)).batch_size(5);
    assert_eq!(added.await.unwrap(), 12);
    assert_eq!(db.count("guests").await, 12);
}

pub(crate) async fn batches_can_commit_on_their_own(db: &Database) {
    let conn = &mut db.connect().await;
    let added = add_guests(conn, plain(1, BAD)).batch_size(5).per_batch();
    let error = added.await.unwrap_err();
    assert_eq!((error.row(), error.committed()), (Some(8), 5));
    assert_eq!(db.count("guests").await, 5);
    conn.batch_execute("VACUUM shops").await.unwrap();
    // Going on where it ended, without the bad row.
    let rest = BAD.into_iter().skip(5).filter(|n| *n >= 0);
    let added = add_guests(conn, plain(1, rest)).batch_size(5).per_batch();
    assert_eq!(added.await.unwrap(), 6);
}

pub(crate) async fn a_savepoint_inside_a_transaction(db: &Database) {
    let conn = &mut db.connect().await;
    for batch_size in [5, 100] {
        let kept = conn.transaction(async |conn| {
            add_guests(conn, plain(2, [batch_size])).await?;
            let size = usize::try_from(batch_size).unwrap();
            let error = add_guests(conn, plain(1, BAD)).batch_size(size).await;
            assert_eq!(error.unwrap_err().row(), Some(8));
            let each = add_guests(conn, plain(1, [1]))
                .per_batch()
                .await
                .unwrap_err();
            assert_eq!(each.kind(), ErrorKind::Other);
            assert!(matches!(each.into(), DieselError::AlreadyInTransaction));
            add_guests(conn, plain(2, 1_000..1_007))
                .batch_size(size)
                .await
        });
        assert!(kept.await.unwrap() <= 7);
    }
    let found = "SELECT shop_id, count(*) FROM guests GROUP BY 1";
    assert_eq!(db.sees(found).await, "(2,9)");
}

/// Sends three batches, and is dropped behind the second.
async fn give_up(conn: &mut PgConnection) {
    let second = Notify::new();
    let added = add_guests(conn, plain(1, 0..30)).batch_size(10);
    let added = added.on_progress(|progress| {
        if progress.rows == 20 {
            second.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = second.notified() => {}
        done = added.into_future() => panic!("it was not given up: {done:?}"),
    }
}

pub(crate) async fn given_up_in_the_middle(db: &Database) {
    let conn = &mut db.connect().await;
    give_up(conn).await;
    // Not in a transaction, and usable.
    conn.batch_execute("VACUUM shops").await.unwrap();
    assert_eq!(db.count("guests").await, 0);
    let added = add_guests(conn, plain(1, 0..30)).batch_size(10);
    assert_eq!(added.await.unwrap(), 30);

    let pool = PoolConfig::development().with_base(1).with_overflow(0);
    let pool = Pool::connect(&db.url, pool).await.unwrap();
    let mut guard = pool.get().await.unwrap();
    guard.batch_execute("DELETE FROM guests").await.unwrap();
    give_up(&mut guard).await;
    drop(guard);
    let mut guard = pool.get().await.unwrap();
    guard.batch_execute("VACUUM shops").await.unwrap();
    assert_eq!(db.count("guests").await, 0);
}

pub(crate) async fn given_up_inside_a_transaction(db: &Database) {
    let conn = &mut db.connect().await;
    let kept = conn.transaction(async |conn| {
        add_guests(conn, plain(2, [1])).await?;
        give_up(conn).await;
        add_guests(conn, plain(2, [2])).await
    });
    assert_eq!(kept.await.unwrap(), 1);
    let found = "SELECT shop_id, number FROM guests ORDER BY number";
    assert_eq!(db.sees(found).await, "(2,1) (2,2)");
    conn.batch_execute("VACUUM shops").await.unwrap();
}

/// Guards of a pool, connections inside of a transaction, and other tasks.
pub(crate) async fn any_connection_will_do(db: &Database) {
    let pool = Pool::connect(&db.url, PoolConfig::development())
        .await
        .unwrap();
    let mut guard = pool.get().await.unwrap();
    let spawned = tokio::spawn(async move {
        let rows = plain(1, 0..20);
        add_guests(&mut guard, rows).batch_size(10).await
    });
    assert_eq!(spawned.await.unwrap().unwrap(), 20);
    let mut conn = db.connect().await;
    let done = Transaction::new().run(&mut conn, async |conn| {
        add_guests(conn, plain(2, 0..20)).batch_size(10).await
    });
    assert_eq!(done.await.unwrap(), 20);
    assert_eq!(db.count("guests").await, 40);
}
