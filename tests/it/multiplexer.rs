//! Connections that tasks share for statements that stand alone.

use std::sync::Arc;
use std::time::Duration;

use agent_catalog::customers::{
    count_customers, create_customer, customer_by_phone, customers_with_messages,
};
use agent_catalog::messages::every_message;
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::future::{join, join_all};
use futures_util::{FutureExt as _, TryStreamExt as _};
use planwright::pool::{Multiplexed, Multiplexer, MultiplexerConfig, PoolErrorKind};
use planwright::{Error, ErrorKind, Pipeline as _};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw::{execute, texts};
use crate::world::{World, phone};

const TASKS: usize = 64;
const CALLS: usize = 5;

on_each_release! { migrated:
    many_tasks_share_two_connections,
    a_failure_is_its_callers_alone,
    who_gives_up_takes_nothing_from_others,
    a_slow_statement_holds_up_one_connection,
    a_statement_that_takes_too_long_is_ended,
    callers_are_served_in_the_order_they_came,
    a_lost_connection_is_opened_again,
    an_old_connection_is_replaced,
    what_is_not_alone_is_refused,
    loads_and_streams_work,
}

fn config(connections: u32) -> MultiplexerConfig {
    MultiplexerConfig::default()
        .with_connections(connections)
        .with_wait(Duration::from_mins(1))
        .with_statement_timeout(None)
}

async fn open(db: &Database, config: MultiplexerConfig) -> Multiplexer {
    Multiplexer::connect(&db.url(), config).await.unwrap()
}

async fn world(db: &Database, customers: usize, messages: usize) -> World {
    let world = World::sized(1, customers, messages);
    world.insert_into(&mut db.connect().await).await;
    world
}

/// The process of the connection beneath.
async fn process(shared: &mut Multiplexed) -> i32 {
    let pid = sql::<st::Integer>("SELECT pg_backend_pid()");
    pid.get_result(shared).await.unwrap()
}

async fn many_tasks_share_two_connections(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let shared = open(db, config(2)).await;
    let tasks = (0..TASKS).map(|task| tokio::spawn(serve(shared.clone(), restaurant, task)));
    let mut processes: Vec<i32> = Vec::new();
    for task in join_all(tasks).await {
        processes.extend(task.unwrap().unwrap());
    }
    processes.sort_unstable();
    processes.dedup();
    assert_eq!(processes.len(), 2, "both are used");
    let health = shared.health();
    assert_eq!((health.open, health.created, health.in_flight), (2, 2, 0));
    let mut conn = shared.get().await.unwrap();
    let count = count_customers(&mut conn, restaurant).await.unwrap();
    assert_eq!(usize::try_from(count), Ok(TASKS * CALLS));
}

/// Writes customers and reads them again; the processes that answered.
async fn serve(shared: Multiplexer, restaurant: Uuid, task: usize) -> Result<Vec<i32>, Error> {
    let mut processes = Vec::new();
    for call in 0..CALLS {
        let (own, phone) = (format!("C-{task}-{call}"), phone(1, task * CALLS + call));
        let mut conn = shared.get().await?;
        create_customer(&mut conn, restaurant, &own, &phone, None).await?;
        drop(conn);
        let mut conn = shared.get().await?;
        let found = customer_by_phone(&mut conn, &phone, restaurant).await?;
        assert_eq!(found.unwrap().customer_number, own);
        processes.push(process(&mut conn).await);
    }
    Ok(processes)
}

async fn a_failure_is_its_callers_alone(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let shared = open(db, config(1)).await;
    // Two have each number.
    let calls = (0..TASKS).map(async |number| {
        let mut conn = shared.get().await.unwrap();
        let own = format!("C-{}", number / 2);
        create_customer(&mut conn, restaurant, &own, &phone(1, number), None).await
    });
    for two in join_all(calls).await.chunks(2) {
        let failed: Vec<_> = two
            .iter()
            .filter_map(|created| created.as_ref().err())
            .collect();
        let [error] = failed.as_slice() else {
            panic!("one of two: {two:?}");
        };
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    }
    let mut conn = shared.get().await.unwrap();
    let count = count_customers(&mut conn, restaurant).await.unwrap();
    assert_eq!(usize::try_from(count), Ok(TASKS / 2));
}

async fn who_gives_up_takes_nothing_from_others(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let shared = open(db, config(1)).await;
    let mut holder = db.connect().await;
    execute(&mut holder, "BEGIN; LOCK TABLE customers IN EXCLUSIVE MODE").await;
    let mut given_up = shared.get().await.unwrap();
    let mut others = [(); 8].map(|()| shared.get().now_or_never().unwrap().unwrap());
    // The connection knows its statements, so each is sent when it is polled first.
    count_customers(&mut given_up, restaurant).await.unwrap();
    let insert = |own: &'static str| {
        diesel::sql_query(format!(
            "INSERT INTO customers (restaurant_id, customer_number, phone) \
             VALUES ('{restaurant}', '{own}', '{}')",
            phone(1, 1)
        ))
    };
    let blocked = insert("first").execute(&mut given_up).now_or_never();
    assert!(
        blocked.is_none(),
        "the table is locked, and its caller is gone"
    );
    drop(given_up);
    let behind = others
        .iter_mut()
        .map(|conn| count_customers(conn, restaurant));
    let release = execute(&mut holder, "ROLLBACK");
    let (counts, ()) = join(join_all(behind), release).await;
    for count in counts {
        count.expect("an answer of its own");
    }
    assert_eq!(shared.health().in_flight, 8);
    assert_eq!(
        shared.health().created,
        1,
        "the connection is as good as before"
    );
}

/// Takes shares until there is one of each connection.
async fn one_of_each(shared: &Multiplexer) -> (Multiplexed, Multiplexed) {
    let mut first = shared.get().await.unwrap();
    let mut second = shared.get().await.unwrap();
    assert_ne!(process(&mut first).await, process(&mut second).await);
    (first, second)
}

async fn a_slow_statement_holds_up_one_connection(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let shared = open(db, config(2)).await;
    let mut holder = db.connect().await;
    execute(
        &mut holder,
        "BEGIN; LOCK TABLE restaurants IN ACCESS EXCLUSIVE MODE",
    )
    .await;
    let mut slow = shared.get().await.unwrap();
    let pid = process(&mut slow).await;
    let waiting = diesel::sql_query("SELECT id FROM restaurants").execute(&mut slow);
    let rest = async {
        // It goes where nothing waits, however often.
        for _ in 0..TASKS {
            let mut other = shared.get().await.unwrap();
            assert_ne!(process(&mut other).await, pid);
            count_customers(&mut other, restaurant).await.unwrap();
        }
        execute(&mut holder, "ROLLBACK").await;
    };
    let (slow, ()) = join(waiting, rest).await;
    assert_eq!(slow.unwrap(), 1);
}

async fn a_statement_that_takes_too_long_is_ended(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let limited = config(1).with_statement_timeout(Some(Duration::from_millis(50)));
    let shared = open(db, limited).await;
    let mut holder = db.connect().await;
    execute(
        &mut holder,
        "BEGIN; LOCK TABLE restaurants IN ACCESS EXCLUSIVE MODE",
    )
    .await;
    let mut late = shared.get().await.unwrap();
    let mut behind = shared.get().await.unwrap();
    let waits = diesel::sql_query("SELECT id FROM restaurants").execute(&mut late);
    let (late, behind) = join(waits, count_customers(&mut behind, restaurant)).await;
    assert_eq!(Error::from(late.unwrap_err()).kind(), ErrorKind::Timeout);
    assert_eq!(behind.unwrap(), 0);
}

async fn callers_are_served_in_the_order_they_came(db: &Database) {
    let narrow = config(1).with_in_flight(1);
    let shared = open(db, narrow.clone()).await;
    let first = shared.get().await.unwrap();
    let served = Arc::new(Mutex::new(Vec::new()));
    let callers = (0..TASKS).map(async |number| {
        let mut conn = shared.get().await.unwrap();
        process(&mut conn).await;
        served.lock().await.push(number);
    });
    let let_go = async {
        // Polled last, when all wait.
        assert_eq!(shared.health().waiting as usize, TASKS);
        drop(first);
    };
    join(join_all(callers), let_go).await;
    assert_eq!(*served.lock().await, (0..TASKS).collect::<Vec<_>>());

    let hasty = open(db, narrow.with_wait(Duration::from_millis(20))).await;
    let _held = hasty.get().await.unwrap();
    let error = hasty.get().await.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Exhausted);
    let said = "the shared connections are exhausted: 1 callers had each of the 1 for 20ms";
    assert!(error.to_string().starts_with(said), "{error}");
    assert_eq!(hasty.health().waiting, 0);
}

async fn a_lost_connection_is_opened_again(db: &Database) {
    let restaurant = world(db, 0, 0).await.restaurant;
    let shared = open(db, config(2)).await;
    let mut admin = db.connect().await;
    let (mut first, mut second) = one_of_each(&shared).await;
    let pid = process(&mut first).await;
    execute(
        &mut admin,
        &format!("SELECT pg_terminate_backend({pid}, 60000)"),
    )
    .await;
    let lost = count_customers(&mut first, restaurant).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::Connection);
    count_customers(&mut second, restaurant).await.unwrap();
    // The other one is used until the lost one is there again.
    while shared.health().created < 3 {
        let mut conn = shared.get().await.unwrap();
        count_customers(&mut conn, restaurant).await.unwrap();
    }
    drop((first, second));
    one_of_each(&shared).await;

    // Now both at once: whoever comes next opens one.
    let others = "SELECT pg_terminate_backend(pid, 60000)::text FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(texts(&mut admin, others).await, ["true", "true"]);
    loop {
        let mut conn = shared.get().await.unwrap();
        match count_customers(&mut conn, restaurant).await {
            Ok(_) => break,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Connection),
        }
    }
    assert_eq!(shared.health().not_created, 0);
}

async fn an_old_connection_is_replaced(db: &Database) {
    let brief = config(1).with_recycle(Some(Duration::from_nanos(1)));
    let shared = open(db, brief).await;
    let mut old = shared.get().await.unwrap();
    let pid = process(&mut old).await;
    loop {
        let mut conn = shared.get().await.unwrap();
        if process(&mut conn).await != pid {
            break;
        }
    }
    assert_eq!(
        process(&mut old).await,
        pid,
        "who has a share of it keeps it"
    );
}

async fn what_is_not_alone_is_refused(db: &Database) {
    let shared = open(db, config(1)).await;
    let mut conn = shared.get().await.unwrap();
    let pid = process(&mut conn).await;
    for statement in [
        "BEGIN",
        "SET work_mem = '1MB'",
        "LISTEN x",
        "/* SELECT */ savepoint s",
    ] {
        let done = diesel::sql_query(statement).execute(&mut conn).await;
        let error = done.unwrap_err().to_string();
        assert!(error.contains("needs a connection of its own"), "{error}");
        let beneath = &mut conn.pipeline();
        diesel::sql_query(statement)
            .execute(beneath)
            .await
            .unwrap_err();
    }
    for refused in [
        conn.batch_execute("SELECT 1; BEGIN").await,
        (&mut conn.pipeline()).batch_execute("BEGIN").await,
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(error.starts_with("several statements at once"), "{error}");
    }
    assert_eq!(process(&mut conn).await, pid);
    let wrong = Multiplexer::connect("postgres://localhost:x/y", config(1)).await;
    assert_eq!(wrong.unwrap_err().kind(), PoolErrorKind::InvalidUrl);
    let unknown = db.url().replace(db.name(), "no_such_database");
    let unknown = Multiplexer::connect(&unknown, config(1)).await;
    assert_eq!(unknown.unwrap_err().kind(), PoolErrorKind::UnknownDatabase);
}

async fn loads_and_streams_work(db: &Database) {
    let world = world(db, 5, 7).await;
    let shared = open(db, config(1)).await;
    let mut conn = shared.get().await.unwrap();
    let loaded = customers_with_messages(&mut conn, world.restaurant, 100)
        .await
        .unwrap();
    assert_eq!(loaded.len(), world.visible().len());
    let mut own = db.connect().await;
    let expected: Vec<_> = every_message(&mut own, world.restaurant)
        .try_collect()
        .await
        .unwrap();
    let rows: Vec<_> = every_message(&mut conn, world.restaurant)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(rows, expected);
    // Others get their answers while somebody reads slowly.
    let mut slow = every_message(&mut conn, world.restaurant);
    slow.try_next().await.unwrap().unwrap();
    let mut other = shared.get().await.unwrap();
    process(&mut other).await;
    assert_eq!(
        slow.try_collect::<Vec<_>>().await.unwrap().len() + 1,
        rows.len()
    );
}
