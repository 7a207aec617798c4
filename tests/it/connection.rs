//! The connection beneath pools and tests, where it is more than Diesel's.

use std::sync::{Arc, Mutex};

use agent_catalog::customers::count_customers;
use diesel::connection::{CacheSize, InstrumentationEvent};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::SinkExt as _;
use futures_util::future::join;
use planwright::query::{exec, one};
use planwright::testing;
use planwright::{Error, ErrorKind, PgConnection, assert_round_trips};
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw;

on_each_release! { single thread migrated:
    statements_are_prepared_at_the_same_time,
    a_connection_that_ended_says_why,
    a_type_that_is_not_there_is_named,
    rows_are_copied_in,
    rows_that_nobody_finished_are_not_there,
    a_notification_arrives,
    a_statement_without_a_plan_runs,
    a_listener_hears_of_statements,
    a_cache_can_be_switched_off,
}

const NOBODY: Uuid = Uuid::nil();

async fn statements_are_prepared_at_the_same_time(db: &Database) {
    let conn = testing::connect(&db.url()).await.unwrap();
    let (mut one, mut two) = (&*conn, &*conn);
    let both = join(
        count_customers(&mut one, NOBODY),
        sql::<st::Integer>("SELECT 7").get_result::<i32>(&mut two),
    );
    let (count, seven) = assert_round_trips!(<= 2, conn, both);
    assert_eq!((count.unwrap(), seven.unwrap()), (0, 7));
}

async fn a_connection_that_ended_says_why(db: &Database) {
    let (conn, other) = (&mut db.connect().await, &mut db.connect().await);
    // Asked of the other one: what this one still has under way would get the answer.
    let all = "SELECT pg_terminate_backend(pid, 30000)::text FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(raw::texts(other, all).await, ["true"]);
    let error = count_customers(conn, NOBODY).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    let said = "terminating connection due to administrator command";
    assert_eq!(cause.as_deref(), Some(said));
    assert!(conn.is_closed());
}

async fn a_type_that_is_not_there_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    let query = diesel::sql_query("SELECT count(*) FROM unnest($1)")
        .bind::<st::Array<Missing>, _>(Vec::<Label>::new());
    let error = Error::from(query.execute(conn).await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Encode);
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    let said = "Failed to find a type oid for `nowhere`.`missing`";
    assert_eq!(cause.as_deref(), Some(said));
    // Nothing was sent, and the connection is as it was.
    assert_eq!(count_customers(conn, NOBODY).await.unwrap(), 0);
}

#[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
#[diesel(postgres_type(name = "missing", schema = "nowhere"))]
struct Missing;

#[derive(Debug)]
struct Label;

impl ToSql<Missing, Pg> for Label {
    fn to_sql<'b>(&'b self, _: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        Ok(IsNull::Yes)
    }
}

async fn rows_are_copied_in(db: &Database) {
    let conn = &mut db.connect().await;
    raw::execute(conn, "CREATE TABLE copied (a int, b text)").await;
    let sink = conn.copy_in("COPY copied FROM STDIN").await.unwrap();
    let mut sink = Box::pin(sink);
    for row in ["1\tone\n", "2\t\\N\n"] {
        sink.send(bytes::Bytes::from_static(row.as_bytes()))
            .await
            .unwrap();
    }
    assert_eq!(sink.as_mut().finish().await.unwrap(), 2);
    let rows = raw::texts(conn, "SELECT c::text FROM copied c ORDER BY a").await;
    assert_eq!(rows, ["(1,one)", "(2,)"]);
}

async fn rows_that_nobody_finished_are_not_there(db: &Database) {
    let conn = &mut db.connect().await;
    raw::execute(conn, "CREATE TABLE copied (a int)").await;
    let sink = conn.copy_in("COPY copied FROM STDIN").await.unwrap();
    let mut sink = Box::pin(sink);
    sink.send(bytes::Bytes::from_static(b"1\n")).await.unwrap();
    drop(sink);
    assert_eq!(
        raw::texts(conn, "SELECT count(*)::text FROM copied").await,
        ["0"]
    );
}

async fn a_notification_arrives(db: &Database) {
    let (conn, other) = (&mut db.connect().await, &mut db.connect().await);
    raw::execute(conn, "LISTEN orders").await;
    raw::execute(other, "NOTIFY orders, 'one'; NOTIFY orders, 'two'").await;
    for payload in ["one", "two"] {
        let heard = conn.notification().await.unwrap();
        assert_eq!(
            (heard.channel.as_str(), heard.payload.as_str()),
            ("orders", payload)
        );
    }
}

async fn a_statement_without_a_plan_runs(db: &Database) {
    statement!(Call, "CALL add(2, NULL)", st::Nullable<st::Integer> => Option<i32>);
    statement!(Listen, "LISTEN numbers");
    statement!(Notify, "NOTIFY numbers, 'added'");
    statement!(Refresh, "REFRESH MATERIALIZED VIEW sums");
    let conn = &mut db.connect().await;
    let schema = "CREATE TABLE numbers (number integer); \
                  CREATE MATERIALIZED VIEW sums AS SELECT sum(number) FROM numbers; \
                  CREATE PROCEDURE add(number integer, OUT twice integer) LANGUAGE plpgsql AS \
                  'BEGIN INSERT INTO numbers VALUES (number); twice := 2 * number; END'";
    raw::execute(conn, schema).await;
    exec(conn, Listen).await.unwrap();
    assert_eq!(one(conn, Call).await.unwrap().0, Some(4));
    exec(conn, Refresh).await.unwrap();
    assert_eq!(raw::texts(conn, "SELECT sum::text FROM sums").await, ["2"]);
    exec(conn, Notify).await.unwrap();
    let heard = conn.notification().await.unwrap();
    assert_eq!((&*heard.channel, &*heard.payload), ("numbers", "added"));
}

async fn a_listener_hears_of_statements(db: &Database) {
    let conn = &mut db.connect().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        let note = match event {
            InstrumentationEvent::StartQuery { query, .. } => format!("begin {query}"),
            InstrumentationEvent::FinishQuery { error, .. } => format!("end {}", error.is_some()),
            _ => return,
        };
        notes.lock().unwrap().push(note);
    });
    conn.batch_execute("SELECT 1").await.unwrap();
    let wrong = sql::<st::Integer>("SELECT wrong")
        .get_result::<i32>(conn)
        .await;
    wrong.unwrap_err();
    let expected = [
        "begin SELECT 1",
        "end false",
        "begin SELECT wrong -- binds: []",
        "end true",
    ];
    assert_eq!(*heard.lock().unwrap(), expected);
}

async fn a_cache_can_be_switched_off(db: &Database) {
    let conn = &mut db.connect().await;
    let prepared = async |conn: &mut PgConnection| {
        count_customers(conn, NOBODY).await.unwrap();
        count_customers(conn, NOBODY).await.unwrap();
        raw::texts(
            conn,
            "SELECT count(*)::text FROM pg_prepared_statements WHERE statement LIKE '%restaurant_id = $1%' AND statement NOT LIKE '%pg_prepared%'",
        )
        .await
    };
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    // The last one is closed together with the next statement.
    assert_ne!(prepared(conn).await, ["2"]);
    conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
    assert_eq!(prepared(conn).await, ["1"]);
}
