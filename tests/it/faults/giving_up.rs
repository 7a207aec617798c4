//! Callers that give up in the middle, and statements that the server gives up.

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use planwright::pool::Pool;
use planwright::{Error, ErrorKind};
use tokio::sync::Notify;

use super::{Faulty, on_a_server_of_its_own, small};

on_a_server_of_its_own! {
    a_statement_given_up_is_cancelled,
    a_statement_given_up_that_ends_soon_is_waited_for,
    a_transaction_given_up_is_rolled_back,
    a_request_given_up_is_counted,
    a_statement_beyond_its_time_leaves_the_connection_usable,
}

async fn a_statement_given_up_is_cancelled(faulty: &Faulty) {
    const TIMES: usize = 4;
    let pool = faulty.pool(small(2, 2)).await;
    let admin = &mut faulty.admin().await;
    let sleep = async || {
        let mut conn = pool.get().await?;
        let hour = sql::<st::Text>("SELECT pg_sleep(3600)::text");
        Ok::<_, Error>(hour.get_result::<String>(&mut conn).await?)
    };
    let sleepers = futures_util::future::join_all((0..TIMES).map(|_| faulty.counted(sleep())));
    tokio::select! {
        _ = sleepers => panic!("an hour has passed"),
        () = async {
            // A statement that is being prepared is active as well.
            while faulty.backends(admin, "wait_event = 'PgSleep'").await < 4 {}
        } => {}
    }
    // Without the request to cancel, they would sleep for an hour.
    while faulty.backends(admin, "state = 'active'").await > 0 {}
    let health = faulty.is_whole(&pool).await;
    assert_eq!(health.closed.unanswered, 4, "{health}");
    assert_eq!(health.closed.total(), 4, "{health}");
}

async fn a_statement_given_up_that_ends_soon_is_waited_for(faulty: &Faulty) {
    let pool = faulty.pool(small(1, 0)).await;
    for _ in 0..100 {
        let mut conn = pool.get().await.unwrap();
        conn.batch_execute("SELECT 1").now_or_never();
        drop(conn);
    }
    let health = faulty.is_whole(&pool).await;
    assert_eq!(health.served, health.requests, "{health}");
}

async fn a_transaction_given_up_is_rolled_back(faulty: &Faulty) {
    let pool = faulty.pool(small(1, 0)).await;
    let admin = &mut faulty.admin().await;
    let table = "CREATE TABLE written (number bigint)";
    admin.batch_execute(table).await.unwrap();
    for raw in [true, false] {
        let reached = Notify::new();
        let write = async {
            let mut conn = pool.get().await?;
            let write = "INSERT INTO written VALUES (1)";
            if raw {
                conn.batch_execute(&format!("BEGIN; {write}")).await?;
                reached.notify_one();
                return std::future::pending::<Result<(), Error>>().await;
            }
            conn.transaction(async |conn| {
                conn.batch_execute(write).await?;
                reached.notify_one();
                std::future::pending::<Result<(), Error>>().await
            })
            .await
        };
        tokio::select! {
            _ = faulty.counted(write) => panic!("it never ends"),
            () = reached.notified() => {}
        }
        let health = faulty.is_whole(&pool).await;
        assert_eq!(health.closed.total(), 0, "{health}");
        assert_eq!(faulty.backends(admin, "state <> 'idle'").await, 0);
    }
    assert_eq!(pool.health().rolled_back, 2);
    let written = sql::<st::BigInt>("SELECT count(*) FROM written");
    assert_eq!(written.get_result::<i64>(admin).await, Ok(0));
}

async fn a_request_given_up_is_counted(faulty: &Faulty) {
    let pool = faulty.pool(small(1, 0)).await;
    let held = pool.get().await.unwrap();
    let mut waiting: Vec<_> = (0..10).map(|_| Box::pin(pool.get())).collect();
    for request in &mut waiting {
        assert!(request.now_or_never().is_none());
    }
    assert_eq!(pool.health().waiting, 10);
    waiting.truncate(1);
    assert_eq!((pool.health().waiting, pool.health().cancelled), (1, 9));
    drop(held);
    let served = waiting.remove(0).await;
    drop(served.unwrap());
    let health = faulty.is_whole(&pool).await;
    assert_eq!((health.created, health.cancelled), (1, 9));
}

async fn a_statement_beyond_its_time_leaves_the_connection_usable(faulty: &Faulty) {
    let url = format!("{}&options=-cstatement_timeout%3D50", faulty.url());
    let pool = Pool::connect(&url, small(2, 0)).await.unwrap();
    for _ in 0..5 {
        let sleep = async {
            let mut conn = pool.get().await?;
            let hour = sql::<st::Text>("SELECT pg_sleep(3600)::text");
            Ok::<_, Error>(hour.get_result::<String>(&mut conn).await?)
        };
        let late = faulty.counted(sleep).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Timeout, "{late:?}");
    }
    let health = faulty.is_whole(&pool).await;
    // A second one is opened where the server's last word on a statement is not there yet.
    assert_eq!(health.closed.total(), 0, "{health}");
}
