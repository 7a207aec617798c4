//! Round trips, counted on the wire.

use std::panic::AssertUnwindSafe;

use agent_catalog::analytics::{DASHBOARD, dashboard};
use agent_catalog::customers::{
    CUSTOMERS_WITH_HISTORY, CUSTOMERS_WITH_MESSAGES, count_customers, create_customer,
    customers_with_history, customers_with_messages,
};
use agent_catalog::messages::{
    MESSAGES_WITH_INTERACTIONS, TRANSCRIPT, conversation, messages_with_interactions, transcript,
};
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use futures_util::future::join;
use planwright::pool::{Pool, PoolConfig, PoolErrorKind};
use planwright::testing::{self, Counted, CountsRoundTrips as _};
use planwright::{ErrorKind, QueryInfo, assert_round_trips, in_snapshot};
use tokio_postgres::config::Host;
use uuid::Uuid;

use crate::fixture::Database;
use crate::world::{World, minute};

on_each_release! { single thread migrated:
    a_statement_is_prepared_once,
    joined_calls_are_one_trip,
    a_transaction_is_two_more,
    a_result_is_one_trip_however_large,
    errors_do_not_confuse_it,
    a_load_makes_as_many_trips_as_it_says,
    statements_of_one_level_share_a_trip,
    a_pool_counts_all_its_connections,
    too_many_trips_fail_with_the_reason,
    what_cannot_be_opened_says_why,
}

const NOBODY: Uuid = Uuid::nil();

async fn counted(db: &Database) -> Counted {
    testing::connect(&db.url()).await.unwrap()
}

async fn a_statement_is_prepared_once(db: &Database) {
    let mut conn = counted(db).await;
    assert_round_trips!(== 2, conn, count_customers(&mut conn, NOBODY)).unwrap();
    for _ in 0..3 {
        assert_round_trips!(== 1, conn, count_customers(&mut conn, NOBODY)).unwrap();
    }
    assert_round_trips!(== 0, conn, std::future::ready(()));
    // In the protocol's simple form.
    assert_round_trips!(== 1, conn, conn.batch_execute("SELECT 1; SELECT 2")).unwrap();
}

async fn joined_calls_are_one_trip(db: &Database) {
    let mut conn = counted(db).await;
    count_customers(&mut conn, NOBODY).await.unwrap();
    conversation(&mut conn, NOBODY, NOBODY, 5).await.unwrap();

    let (mut a, mut b) = (&*conn, &*conn);
    let both = join(
        count_customers(&mut a, NOBODY),
        conversation(&mut b, NOBODY, NOBODY, 5),
    );
    let (count, messages) = assert_round_trips!(== 1, conn, both);
    assert_eq!((count.unwrap(), messages.unwrap()), (0, Vec::new()));

    let one_by_one = async {
        count_customers(&mut a, NOBODY).await.unwrap();
        conversation(&mut b, NOBODY, NOBODY, 5).await.unwrap();
    };
    assert_round_trips!(== 2, conn, one_by_one);
}

async fn a_transaction_is_two_more(db: &Database) {
    let mut conn = counted(db).await;
    count_customers(&mut conn, NOBODY).await.unwrap();
    let count = assert_round_trips!(
        == 3,
        conn,
        conn.transaction(async |conn| count_customers(conn, NOBODY).await)
    );
    assert_eq!(count.unwrap(), 0);
}

async fn a_result_is_one_trip_however_large(db: &Database) {
    let mut conn = counted(db).await;
    let many = "SELECT i, repeat('x', 200) FROM generate_series(1, 50000) AS i";
    let many = sql::<(st::Int4, st::Text)>(many);
    // Diesel keeps no statement of a text that has no type of its own.
    let rows = assert_round_trips!(== 2, conn, many.load::<(i32, String)>(&mut conn));
    assert_eq!(rows.unwrap().len(), 50_000);
    // A request that takes several packets is one as well.
    let long = format!("SELECT '{}'", "x".repeat(1_000_000));
    assert_round_trips!(== 1, conn, conn.batch_execute(&long)).unwrap();
    // The driver refuses what a COPY sends, and reads it to its end.
    let copy = "COPY (SELECT generate_series(1, 50000)) TO STDOUT";
    assert_round_trips!(== 1, conn, conn.batch_execute(copy)).unwrap_err();
    assert_round_trips!(== 1, conn, conn.batch_execute("SELECT 1")).unwrap();
}

async fn errors_do_not_confuse_it(db: &Database) {
    let mut conn = counted(db).await;
    assert_round_trips!(== 1, conn, conn.batch_execute("SELECT 1; SELEC 2")).unwrap_err();
    assert_round_trips!(== 1, conn, conn.batch_execute("SELECT 1 / 0")).unwrap_err();
    // The first call also asks what the enums of the result are.
    for trips in [6, 1] {
        let error = assert_round_trips!(
            == trips,
            conn,
            create_customer(&mut conn, NOBODY, "C-1", "+15550001", None)
        );
        assert_eq!(error.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    }
    // One that cannot be prepared.
    let missing = diesel::sql_query("SELECT * FROM missing");
    assert_round_trips!(== 1, conn, missing.execute(&mut conn)).unwrap_err();
    for trips in [2, 1] {
        assert_round_trips!(== trips, conn, count_customers(&mut conn, NOBODY)).unwrap();
    }
}

async fn a_load_makes_as_many_trips_as_it_says(db: &Database) {
    let (few, many) = (World::sized(31, 3, 20), World::sized(32, 80, 600));
    let mut conn = counted(db).await;
    few.insert_into(&mut conn).await;
    many.insert_into(&mut conn).await;
    // The first calls prepare, also what the children are.
    let (conn, said) = (&mut conn, |info: &QueryInfo| u64::from(info.round_trips));
    customers_with_messages(conn, few.restaurant, 5)
        .await
        .unwrap();
    messages_with_interactions(conn, few.restaurant, 500)
        .await
        .unwrap();
    for (restaurant, rows) in [(few.restaurant, 1..4), (many.restaurant, 50..51)] {
        let trips = said(&CUSTOMERS_WITH_MESSAGES);
        let customers = assert_round_trips!(
            == trips,
            conn,
            customers_with_messages(conn, restaurant, 5)
        );
        assert!(trips == 2 && rows.contains(&customers.unwrap().len()));
    }
    for (restaurant, rows) in [(few.restaurant, 20), (many.restaurant, 500)] {
        let trips = said(&MESSAGES_WITH_INTERACTIONS);
        let messages = assert_round_trips!(
            == trips,
            conn,
            messages_with_interactions(conn, restaurant, 500)
        );
        assert!(trips == 2 && messages.unwrap().len() == rows);
    }
    // What a load stands for.
    let counter = conn.round_trip_counter().unwrap();
    conversation(conn, NOBODY, many.restaurant, 5)
        .await
        .unwrap();
    let one_by_one = async {
        for customer in &many.customers {
            conversation(conn, customer.id, many.restaurant, 5)
                .await
                .unwrap();
        }
    };
    let ((), count) = testing::round_trips(&counter, one_by_one).await;
    assert_eq!(count, 80);
}

async fn statements_of_one_level_share_a_trip(db: &Database) {
    let world = World::sized(33, 40, 300);
    let conn = &mut counted(db).await;
    world.insert_into(conn).await;
    let (restaurant, begin, end) = (world.restaurant, minute(0), minute(2_000_000));
    // The first calls prepare.
    dashboard(conn, restaurant, begin).await.unwrap();
    transcript(conn, restaurant, begin, end).await.unwrap();
    customers_with_history(conn, restaurant, 5).await.unwrap();
    let said = |info: &QueryInfo| u64::from(info.round_trips);

    let trips = said(&DASHBOARD);
    let page = assert_round_trips!(== trips, conn, dashboard(conn, restaurant, begin));
    assert!(trips == 1 && page.unwrap().is_some());
    let trips = said(&TRANSCRIPT);
    let script = assert_round_trips!(== trips, conn, transcript(conn, restaurant, begin, end));
    assert!(trips == 1 && script.unwrap().len() == 300);
    let trips = said(&CUSTOMERS_WITH_HISTORY);
    let history = assert_round_trips!(
        == trips,
        conn,
        customers_with_history(conn, restaurant, 5)
    );
    assert!(trips == 3 && !history.unwrap().is_empty());
    // BEGIN goes out with the first statement, and COMMIT with the next one.
    count_customers(conn, restaurant).await.unwrap();
    let history = assert_round_trips!(
        == trips,
        conn,
        in_snapshot(conn, async |conn| {
            customers_with_history(conn, restaurant, 5).await
        })
    );
    assert!(!history.unwrap().is_empty());
    assert_round_trips!(== 1, conn, count_customers(conn, restaurant)).unwrap();
}

async fn a_pool_counts_all_its_connections(db: &Database) {
    let config = PoolConfig::development().with_counted_round_trips(true);
    let pool = Pool::connect(&db.url(), config).await.unwrap();
    let both = async || {
        let (mut one, mut other) = (pool.get().await?, pool.get().await?);
        let (one, other) = join(
            count_customers(&mut one, NOBODY),
            count_customers(&mut other, NOBODY),
        )
        .await;
        planwright::Result::Ok(one? + other?)
    };
    // The second connection is opened, set up, and both prepare.
    let opened = both();
    let (_, opening) = testing::round_trips(&pool.round_trip_counter().unwrap(), opened).await;
    assert!(opening > 4, "{opening}");
    assert_eq!(assert_round_trips!(== 2, pool, both()).unwrap(), 0);
    let mut conn = pool.get().await.unwrap();
    assert_round_trips!(<= 1, conn, count_customers(&mut conn, NOBODY)).unwrap();
    assert_round_trips!(== 1, pool, count_customers(&mut conn, NOBODY)).unwrap();

    let silent = Pool::connect(&db.url(), PoolConfig::production())
        .await
        .unwrap();
    assert!(silent.round_trip_counter().is_none());
    let message = panic_of(async {
        assert_round_trips!(<= 9, silent, silent.get()).unwrap();
    })
    .await;
    assert_eq!(
        message,
        "the pool of `silent` does not count round trips: open it with \
         `PoolConfig::with_counted_round_trips(true)`"
    );
}

async fn too_many_trips_fail_with_the_reason(db: &Database) {
    let mut conn = counted(db).await;
    let message = panic_of(async {
        assert_round_trips!(<= 1, conn, count_customers(&mut conn, NOBODY)).unwrap();
    })
    .await;
    let expected = "expected at most 1 round trip and counted 2: \
                    `count_customers(&mut conn, NOBODY)`\n  a statement is prepared by its \
                    first call on a connection: run the code once before it is counted";
    assert!(message.starts_with(expected), "{message}");

    let message = panic_of(async {
        assert_round_trips!(== 2, conn, count_customers(&mut conn, NOBODY)).unwrap();
    })
    .await;
    assert_eq!(
        message.trim_end(),
        "expected 2 round trips and counted 1: `count_customers(&mut conn, NOBODY)`"
    );
}

async fn what_cannot_be_opened_says_why(db: &Database) {
    let kind = async |url: &str| {
        let opened = testing::connect(url).await;
        opened.map(drop).map_err(|error| error.kind())
    };
    let url = db.url();
    let missing = url.replace(db.name(), "missing");
    assert_eq!(kind(&missing).await, Err(PoolErrorKind::UnknownDatabase));
    let nowhere = "host=/nonexistent user=postgres";
    assert_eq!(kind(nowhere).await, Err(PoolErrorKind::Unreachable));
    assert_eq!(kind("port=x").await, Err(PoolErrorKind::InvalidUrl));
    assert_eq!(kind("user=a").await, Err(PoolErrorKind::Unreachable));
    // The next host is tried.
    let config: tokio_postgres::Config = url.parse().unwrap();
    let [Host::Unix(directory)] = config.get_hosts() else {
        panic!("one directory: {url}")
    };
    let several = format!(
        "host=/nonexistent,{} port={port},{port} user=postgres dbname={}",
        directory.display(),
        db.name(),
        port = config.get_ports()[0],
    );
    assert_eq!(kind(&several).await, Ok(()));
}

/// What a future that panics says.
async fn panic_of(future: impl Future<Output = ()>) -> String {
    let panicked = AssertUnwindSafe(future).catch_unwind().await.unwrap_err();
    *panicked.downcast::<String>().expect("a formatted message")
}
