//! Transactions: what is kept, what is run again, and what is left of those that are given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use agent_catalog::customers::{
    count_customers, create_customer, rate_customer, soft_delete_customer,
};
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures_util::FutureExt as _;
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright::transaction::{Isolation, Transaction};
use planwright::{Error, ErrorKind};
use tokio::sync::{Barrier, Mutex, Notify};
use uuid::Uuid;

use crate::capture::{Capture, value};
use crate::fixture::{Database, POSTGRESQL_15, migrated};
use crate::world::{World, phone};

on_each_release! { migrated:
    what_is_ok_is_kept_and_what_fails_is_not,
    a_lost_transaction_is_run_again,
    a_deadlock_is_run_again,
    other_errors_are_not_run_again,
    a_read_only_transaction_writes_nothing,
    a_savepoint_fails_alone,
    beyond_the_deadline_nothing_runs,
    a_late_cancellation_meets_no_other_statement,
    a_dropped_transaction_is_rolled_back,
    a_transaction_moves_into_a_task,
}

const PLAIN: Transaction = Transaction::new();

async fn add(conn: &mut PgConnection, restaurant: Uuid, number: usize) -> Result<(), Error> {
    let (name, phone) = (format!("T-{number}"), phone(50, number));
    create_customer(conn, restaurant, &name, &phone, None)
        .await
        .map(drop)
}

async fn what_is_ok_is_kept_and_what_fails_is_not(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(51, 0, 0);
    world.insert_into(conn).await;
    let restaurant = world.restaurant;
    PLAIN
        .run(conn, async |conn| add(conn, restaurant, 1).await)
        .await
        .unwrap();
    let failed: Result<(), Error> = PLAIN
        .run(conn, async |conn| {
            add(conn, restaurant, 2).await?;
            add(conn, restaurant, 1).await
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert_eq!(count_customers(conn, restaurant).await.unwrap(), 1);
    let nested = PLAIN
        .run(conn, async |conn| {
            PLAIN.run(conn, async |_| Ok::<_, Error>(())).await
        })
        .await;
    let source = std::error::Error::source(&nested.unwrap_err()).map(ToString::to_string);
    let already = diesel::result::Error::AlreadyInTransaction.to_string();
    assert_eq!(source, Some(already));
}

/// Two transactions that read what the other writes: one of them loses.
async fn a_lost_transaction_is_run_again(db: &Database) {
    let (conn, other) = (&mut db.connect().await, Mutex::new(db.connect().await));
    let world = World::sized(52, 2, 0);
    world.insert_into(conn).await;
    let restaurant = world.restaurant;
    let serializable = PLAIN.isolation(Isolation::Serializable);
    let attempts = AtomicU32::new(0);
    let seen = serializable
        .run(conn, async |conn| {
            let attempt = attempts.fetch_add(1, Relaxed);
            let seen = count_customers(conn, restaurant).await?;
            if attempt == 0 {
                serializable
                    .run(&mut *other.lock().await, async |other| {
                        count_customers(other, restaurant).await?;
                        add(other, restaurant, 10).await
                    })
                    .await?;
            }
            add(conn, restaurant, 11).await?;
            Ok::<_, Error>(seen)
        })
        .await
        .unwrap();
    let after = count_customers(conn, restaurant).await.unwrap();
    assert_eq!(
        (attempts.into_inner(), after),
        (2, seen + 1),
        "the second attempt saw the other's"
    );
    // Without retries the caller sees it.
    let once = serializable.retries(0);
    let lost = once
        .run(conn, async |conn| {
            count_customers(conn, restaurant).await?;
            once.run(&mut *other.lock().await, async |other| {
                count_customers(other, restaurant).await?;
                add(other, restaurant, 12).await
            })
            .await?;
            add(conn, restaurant, 13).await
        })
        .await;
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::SerializationFailure);
}

async fn a_deadlock_is_run_again(db: &Database) {
    let world = World::insert(&mut db.connect().await, 53).await;
    let visible: Vec<Uuid> = world.visible().iter().map(|c| c.id).collect();
    let both = Arc::new(Barrier::new(2));
    let task = |first: Uuid, second: Uuid, mut conn: PgConnection| {
        let (both, restaurant) = (Arc::clone(&both), world.restaurant);
        tokio::spawn(async move {
            let attempts = AtomicU32::new(0);
            PLAIN
                .run(&mut conn, async |conn| {
                    let attempt = attempts.fetch_add(1, Relaxed);
                    rate_customer(conn, Some(1), None, first, restaurant).await?;
                    if attempt == 0 {
                        both.wait().await;
                    }
                    rate_customer(conn, Some(1), None, second, restaurant).await
                })
                .await
                .map(|_| attempts.into_inner())
        })
    };
    let one = task(visible[0], visible[1], db.connect().await);
    let other = task(visible[1], visible[0], db.connect().await);
    let attempts = (one.await.unwrap().unwrap(), other.await.unwrap().unwrap());
    // The victim may be back before the other has woken up, and be the victim again.
    assert!(
        attempts.0 + attempts.1 >= 3,
        "{attempts:?}: one of them was the victim"
    );
}

async fn other_errors_are_not_run_again(db: &Database) {
    let conn = &mut db.connect().await;
    let attempts = AtomicU32::new(0);
    let failed = PLAIN
        .run(conn, async |conn| {
            attempts.fetch_add(1, Relaxed);
            add(conn, Uuid::nil(), 1).await
        })
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(attempts.into_inner(), 1);
}

async fn a_read_only_transaction_writes_nothing(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 54).await;
    let customer = world.visible()[0].id;
    let report = PLAIN
        .isolation(Isolation::Serializable)
        .read_only()
        .deferrable();
    let refused = report
        .run(conn, async |conn| {
            soft_delete_customer(conn, customer, world.restaurant).await
        })
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ReadOnlyTransaction);
    let said = report
        .run(conn, async |conn| {
            let said = "SELECT current_setting('transaction_isolation') || ' ' \
                        || current_setting('transaction_read_only') || ' ' \
                        || current_setting('transaction_deferrable')";
            Ok::<_, Error>(sql::<st::Text>(said).get_result::<String>(conn).await?)
        })
        .await;
    assert_eq!(said.unwrap(), "serializable on on");
}

async fn a_savepoint_fails_alone(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(55, 0, 0);
    world.insert_into(conn).await;
    let restaurant = world.restaurant;
    PLAIN
        .run(conn, async |conn| {
            add(conn, restaurant, 1).await?;
            let inner = conn
                .transaction(async |conn| {
                    add(conn, restaurant, 2).await?;
                    add(conn, restaurant, 1).await
                })
                .await;
            assert_eq!(inner.unwrap_err().kind(), ErrorKind::UniqueViolation);
            add(conn, restaurant, 3).await
        })
        .await
        .unwrap();
    assert_eq!(count_customers(conn, restaurant).await.unwrap(), 2);
}

async fn beyond_the_deadline_nothing_runs(db: &Database) {
    let (pool, other) = (one_connection(db).await, &mut db.connect().await);
    let world = World::sized(56, 0, 0);
    world.insert_into(other).await;
    let (restaurant, mut conn) = (world.restaurant, pool.get().await.unwrap());
    let first = backend(&mut conn).await;
    let task = tokio::spawn(async move {
        let brief = PLAIN.deadline(Duration::from_millis(200));
        brief
            .run(&mut conn, async |conn| {
                add(conn, restaurant, 1).await?;
                let hour = sql::<st::Text>("SELECT pg_sleep(3600)::text");
                Ok::<_, Error>(hour.get_result::<String>(conn).await?)
            })
            .await
    });
    let late = task.await.unwrap().unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Timeout);
    assert_eq!(
        late.to_string(),
        "the transaction was not done within 200ms"
    );
    // The server ends it: without the request it would sleep for an hour.
    let there = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {first}");
    let gone = async {
        while sql::<st::BigInt>(&there)
            .get_result::<i64>(other)
            .await
            .unwrap()
            > 0
        {}
    };
    let gone = tokio::time::timeout(Duration::from_mins(1), gone).await;
    gone.expect("the statement is cancelled");
    assert_eq!(count_customers(other, restaurant).await.unwrap(), 0);
    let mut conn = pool.get().await.unwrap();
    assert_ne!(backend(&mut conn).await, first, "it counts as broken");
}

/// A request to cancel that comes late finds nobody.
async fn a_late_cancellation_meets_no_other_statement(db: &Database) {
    let pool = one_connection(db).await;
    for _ in 0..30 {
        let mut conn = pool.get().await.unwrap();
        let brief = PLAIN.deadline(Duration::from_millis(1));
        let late = brief
            .run(&mut conn, async |_| {
                std::future::pending::<Result<(), Error>>().await
            })
            .await;
        assert_eq!(late.unwrap_err().kind(), ErrorKind::Timeout);
        drop(conn);
        let mut conn = pool.get().await.unwrap();
        assert_eq!(count_customers(&mut conn, Uuid::nil()).await.unwrap(), 0);
    }
}

async fn one_connection(db: &Database) -> Pool {
    let config = PoolConfig::development().with_base(1).with_overflow(0);
    Pool::connect(&db.url(), config).await.unwrap()
}

async fn a_dropped_transaction_is_rolled_back(db: &Database) {
    let pool = one_connection(db).await;
    let mut conn = pool.get().await.unwrap();
    let world = World::sized(57, 0, 0);
    world.insert_into(&mut conn).await;
    let (restaurant, first) = (world.restaurant, backend(&mut conn).await);
    let reached = Notify::new();
    let run = PLAIN.run(&mut conn, async |conn| {
        add(conn, restaurant, 1).await?;
        reached.notify_one();
        std::future::pending::<Result<(), Error>>().await
    });
    tokio::select! {
        _ = run => panic!("it never ends"),
        () = reached.notified() => {}
    }
    // On the same connection, which the pool keeps.
    assert_eq!(count_customers(&mut conn, restaurant).await.unwrap(), 0);
    drop(conn);
    let mut conn = pool.get().await.unwrap();
    assert_eq!(backend(&mut conn).await, first);
    // One that was never polled has sent nothing.
    let never = PLAIN.run(&mut conn, async |_| Ok::<_, Error>(()));
    drop(never);
    let endless = async |_: &mut PgConnection| std::future::pending::<Result<(), Error>>().await;
    let begun = PLAIN.run(&mut conn, endless).now_or_never();
    assert!(begun.is_none(), "BEGIN is on its way");
    assert_eq!(count_customers(&mut conn, restaurant).await.unwrap(), 0);
    let outside = sql::<st::Bool>("SELECT pg_current_xact_id_if_assigned() IS NULL");
    assert!(outside.get_result::<bool>(&mut conn).await.unwrap());
}

async fn a_transaction_moves_into_a_task(db: &Database) {
    let world = World::sized(58, 0, 0);
    world.insert_into(&mut db.connect().await).await;
    let pool = Pool::connect(&db.url(), PoolConfig::development())
        .await
        .unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let (pool, restaurant) = (pool.clone(), world.restaurant);
            tokio::spawn(async move {
                let mut conn = pool.get().await?;
                let many = PLAIN.isolation(Isolation::Serializable).retries(50);
                many.run(&mut conn, async |conn| {
                    let before = count_customers(conn, restaurant).await?;
                    add(conn, restaurant, number).await?;
                    Ok::<_, Error>(before)
                })
                .await
            })
        })
        .collect();
    let mut seen = Vec::new();
    for task in tasks {
        seen.push(task.await.unwrap().unwrap());
    }
    // As if one had run after the other.
    seen.sort_unstable();
    assert_eq!(seen, (0..20).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_transaction_open_long_is_a_warning() {
    migrated(&POSTGRESQL_15, open_long).await;
}

async fn open_long(db: &Database) {
    let conn = &mut db.connect().await;
    let (events, _guard) = Capture::start();
    let limit = Some(Duration::from_nanos(1));
    for limit in [limit, None, Some(Duration::MAX)] {
        let named = PLAIN.named("checkout").warn_after(limit);
        named.run(conn, async |_| Ok::<_, Error>(())).await.unwrap();
    }
    let events = events.with_message("transaction open long");
    let names: Vec<&str> = events.iter().map(|event| value(event, "name")).collect();
    assert_eq!(names, ["checkout"]);
}

async fn backend(conn: &mut PgConnection) -> i32 {
    let backend = sql::<st::Integer>("SELECT pg_backend_pid()");
    backend.get_result(conn).await.unwrap()
}
