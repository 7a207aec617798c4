//! Rows one by one, as they arrive.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures_util::future::join;
use futures_util::{StreamExt as _, TryStreamExt as _};
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright::query::{self, many, stream, stream_map};
use planwright::{CatalogQuery, ErrorKind, assert_round_trips, testing};

use crate::fixture::Database;
use crate::raw;
use crate::statement::Single;

on_each_release! { empty:
    the_server_waits_for_who_reads,
    rows_are_those_of_many,
    one_that_is_dropped_leaves_the_connection_usable,
    an_error_is_the_last_item,
    what_cannot_be_sent_is_an_error,
    another_statement_waits_for_its_end,
    it_goes_wherever_a_call_does,
}

/// What a statement counts is the process's: tests of both releases share it.
fn ended<Q: CatalogQuery>() -> [u64; 4] {
    let snapshot = Q::timer().snapshot();
    [
        snapshot.finished,
        snapshot.failed,
        snapshot.cancelled,
        snapshot.rows,
    ]
}

async fn pid(conn: &mut PgConnection) -> i32 {
    let pid = sql::<st::Int4>("SELECT pg_backend_pid()");
    pid.get_result(conn).await.unwrap()
}

/// Asks until the server's process waits for its client to read.
async fn wait_until_it_writes(watcher: &mut PgConnection, pid: i32) {
    let waiting = async {
        loop {
            let event = "SELECT coalesce(wait_event, '') FROM pg_stat_activity WHERE pid = ";
            let event = sql::<st::Text>(event).bind::<st::Int4, _>(pid);
            let event: String = event.get_result(watcher).await.unwrap();
            if event == "ClientWrite" {
                return;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_mins(1), waiting).await;
    waited.expect("the server has room for the whole result");
}

async fn the_server_waits_for_who_reads(db: &Database) {
    const ROWS: usize = 300_000;
    statement!(
        Wide,
        "SELECT i || repeat('x', 200) FROM generate_series(1, 300000) AS i",
        st::Text => String
    );
    let (mut conn, mut watcher) = (db.connect().await, db.connect().await);
    let pid = pid(&mut conn).await;
    let mut rows = stream(&mut conn, Wide);
    let Single(first) = rows.try_next().await.unwrap().unwrap();
    assert!(first.starts_with("1x"));
    wait_until_it_writes(&mut watcher, pid).await;
    let mut count = 1;
    while let Some(Single(row)) = rows.try_next().await.unwrap() {
        count += 1;
        assert!(row.len() > 200 && row.starts_with(&count.to_string()));
    }
    assert_eq!(count, ROWS);
    // It is at its end for good.
    assert!(rows.next().await.is_none());
}

async fn rows_are_those_of_many(db: &Database) {
    statement!(Some1000, "SELECT generate_series(1, 1000)", st::Int4 => i32);
    statement!(None0, "SELECT 1 WHERE false", st::Int4 => i32);
    let mut conn = testing::connect(&db.url()).await.unwrap();
    let all = many(&mut conn, Some1000).await.unwrap();
    let streamed = assert_round_trips!(== 1, conn, stream(&mut conn, Some1000).try_collect());
    let streamed: Vec<Single<i32>> = streamed.unwrap();
    assert_eq!(streamed, all);
    let mapped = stream_map(&mut conn, Some1000, |Single(number)| i64::from(number) * 2);
    let mapped: Vec<i64> = mapped.try_collect().await.unwrap();
    assert_eq!(mapped.iter().sum::<i64>(), 1_001_000);

    let none: Vec<_> = stream(&mut conn, None0).collect().await;
    assert!(none.is_empty());
    let [finished, failed, cancelled, rows] = ended::<None0>();
    assert!(finished >= 1 && [failed, cancelled, rows] == [0, 0, 0]);
    let [finished, failed, cancelled, rows] = ended::<Some1000>();
    assert!(finished >= 3 && failed + cancelled == 0);
    assert!(rows >= 3_000 && rows.is_multiple_of(1_000));
}

async fn one_that_is_dropped_leaves_the_connection_usable(db: &Database) {
    statement!(Numbers, "SELECT nextval('numbers') FROM generate_series(1, 200000)", st::BigInt => i64);
    let mut conn = db.connect().await;
    raw::execute(&mut conn, "CREATE SEQUENCE numbers").await;

    // Never asked for a row: never sent.
    drop(stream(&mut conn, Numbers));
    let before = ended::<Numbers>()[2];
    let mut rows = stream(&mut conn, Numbers);
    assert_eq!(rows.try_next().await.unwrap(), Some(Single(1)));
    assert_eq!(rows.try_next().await.unwrap(), Some(Single(2)));
    drop(rows);
    let [finished, failed, cancelled, _] = ended::<Numbers>();
    assert!(cancelled > before && finished + failed == 0);

    // What that costs: the server makes the rest before it answers anything else.
    let last = sql::<st::BigInt>("SELECT last_value FROM numbers");
    let last: i64 = last.get_result(&mut conn).await.unwrap();
    assert_eq!(last, 200_000);
}

async fn an_error_is_the_last_item(db: &Database) {
    statement!(
        Late,
        "SELECT 1 / (20000 - i) FROM generate_series(1, 30000) AS i",
        st::Int4 => i32
    );
    let mut conn = db.connect().await;
    let items: Vec<_> = stream(&mut conn, Late).collect().await;
    let (last, rows) = items.split_last().unwrap();
    assert_eq!(rows.len(), 19_999);
    assert!(rows.iter().all(Result::is_ok));
    let error = last.as_ref().unwrap_err();
    assert_eq!(error.query(), Some(Late::INFO.name));
    let source = std::error::Error::source(error).unwrap().to_string();
    assert_eq!(source, "division by zero");
    let [finished, failed, cancelled, _] = ended::<Late>();
    assert!(failed >= 1 && finished + cancelled == 0);
    assert!(pid(&mut conn).await > 0, "usable");
}

async fn what_cannot_be_sent_is_an_error(db: &Database) {
    statement!(Missing, "SELECT id FROM missing", st::Int4 => i32);
    statement!(NotNull, "SELECT NULL::int", st::Int4 => i32);
    let mut conn = db.connect().await;
    let items: Vec<_> = stream(&mut conn, Missing).collect().await;
    let [Err(error)] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(error.query(), Some(Missing::INFO.name));
    let items: Vec<_> = stream(&mut conn, NotNull).collect().await;
    let [Err(error)] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(error.kind(), ErrorKind::Decode);
}

async fn another_statement_waits_for_its_end(db: &Database) {
    statement!(
        Long,
        "SELECT i || repeat('x', 100) FROM generate_series(1, 100000) AS i",
        st::Text => String
    );
    statement!(Short, "SELECT 7", st::Int4 => i32);
    let (mut conn, mut watcher) = (db.connect().await, db.connect().await);
    let pid = pid(&mut conn).await;
    let (mut one, mut other) = (&conn, &conn);
    let mut rows = stream(&mut one, Long);
    rows.try_next().await.unwrap();
    let mut short = Box::pin(query::one(&mut other, Short));
    tokio::select! {
        biased;
        answer = &mut short => panic!("{answer:?} before the end of the stream"),
        () = wait_until_it_writes(&mut watcher, pid) => {}
    }
    let (rest, short) = join(rows.try_fold(1, async |count, _| Ok(count + 1)), short).await;
    assert_eq!((rest.unwrap(), short.unwrap()), (100_000, Single(7)));
}

async fn it_goes_wherever_a_call_does(db: &Database) {
    statement!(Ten, "SELECT generate_series(1, 10)", st::Int4 => i32);
    let pool = Pool::connect(&db.url(), PoolConfig::development()).await;
    let pool = pool.unwrap();
    let spawned = tokio::spawn(async move {
        let mut conn = pool.get().await?;
        let mut sum = 0;
        let mut rows = stream(&mut conn, Ten);
        while let Some(Single(number)) = rows.try_next().await? {
            sum += number;
            tokio::task::yield_now().await;
        }
        planwright::Result::Ok(sum)
    });
    assert_eq!(spawned.await.unwrap().unwrap(), 55);
    let mut conn = db.connect().await;
    let counted = conn.transaction(async |conn| {
        let rows = stream(conn, Ten).try_fold(0, async |count, _| Ok(count + 1));
        rows.await
    });
    assert_eq!(counted.await.unwrap(), 10);
}
