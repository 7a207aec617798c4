//! The pool: limits, health, errors.

use std::time::{Duration, Instant};

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::pooled_connection::PoolableConnection as _;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _,
    TransactionManager as _,
};
use planwright::ErrorKind;
use planwright::PgConnection;
use planwright::pool::{Connection, Health, Pool, PoolConfig, PoolErrorKind};
use uuid::Uuid;

use crate::capture::{Capture, value};
use crate::sample;
use crate::server::{GUARDED_PASSWORD, GUARDED_ROLE, chain, empty_database, pool, server};

fn small(base: u32, overflow: u32) -> PoolConfig {
    PoolConfig::development()
        .with_base(base)
        .with_overflow(overflow)
}

fn adds_up(health: &Health) {
    assert_eq!(health.idle + health.checked_out, health.open, "{health:?}");
    assert!(health.open <= health.limit, "{health:?}");
}

/// Polls until it is so.
async fn within_a_minute(is_so: impl AsyncFn() -> bool) {
    let polled = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    let polled = tokio::time::timeout(Duration::from_mins(1), polled).await;
    polled.expect("it is so within a minute");
}

async fn backend(conn: &mut Connection) -> diesel::QueryResult<i32> {
    sql::<st::Int4>("SELECT pg_backend_pid()")
        .get_result(conn)
        .await
}

#[test]
fn presets() {
    let production = PoolConfig::production();
    assert_eq!((production.base, production.overflow), (20, 30));
    assert_eq!(production.wait, Duration::from_secs(30));
    assert_eq!(production.recycle, Some(Duration::from_hours(1)));
    let development = PoolConfig::development();
    assert_eq!((development.base, development.overflow), (5, 10));
    assert_eq!(development.wait, Duration::from_secs(10));
    assert_eq!(development.recycle, Some(Duration::from_mins(30)));
}

#[tokio::test]
async fn the_connection_that_came_back_last_is_lent_first() {
    let pool = pool(small(2, 0)).await;
    let (mut one, mut two) = (pool.get().await.unwrap(), pool.get().await.unwrap());
    let first = backend(&mut one).await.unwrap();
    let last = backend(&mut two).await.unwrap();
    for (idle, conn) in [(1, one), (2, two)] {
        drop(conn);
        within_a_minute(async || pool.health().idle == idle).await;
    }
    let (mut one, mut two) = (pool.get().await.unwrap(), pool.get().await.unwrap());
    assert_eq!(backend(&mut one).await.unwrap(), last);
    assert_eq!(backend(&mut two).await.unwrap(), first);
}

#[tokio::test]
async fn an_exhausted_pool_says_its_limits() {
    let pool = pool(small(1, 1).with_wait(Duration::from_secs(2))).await;
    let held = [line!() + 1, line!() + 2];
    let _one = pool.get().await.unwrap();
    let _two = pool.get().await.unwrap();

    let error = pool.get().await.unwrap_err();

    assert_eq!(error.kind(), PoolErrorKind::Exhausted);
    let said = error.to_string();
    assert!(
        said.starts_with(
            "the connection pool is exhausted: all 2 connections (1 base + 1 overflow) \
             were in use for 2s; held longest: tests/runtime/pools.rs:"
        ),
        "{said}"
    );
    let exhaustion = error.exhaustion().unwrap();
    assert_eq!(
        (exhaustion.size, exhaustion.overflow, exhaustion.waiting),
        (2, 1, 0)
    );
    let lines: Vec<u32> = exhaustion
        .longest
        .iter()
        .map(|held| held.site.line())
        .collect();
    assert_eq!(lines, held);
    assert_eq!(planwright::Error::from(error).kind(), ErrorKind::Connection);
    let health = pool.health();
    assert_eq!(
        (health.open, health.checked_out, health.timeouts),
        (2, 2, 1)
    );
    assert_eq!((health.overflow, health.waiting), (1, 0));
}

#[tokio::test]
async fn without_an_idle_time_overflow_is_closed_when_it_comes_back() {
    let pool = pool(small(2, 3).with_overflow_idle(Duration::ZERO)).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(pool.get().await.unwrap());
    }
    assert_eq!(pool.health().overflow, 3);

    while let Some(conn) = held.pop() {
        drop(conn);
        adds_up(&pool.health());
    }

    let health = pool.health();
    assert_eq!((health.open, health.idle, health.closed.idle), (2, 2, 3));
    assert_eq!(health.closed.total(), 3);
}

#[tokio::test]
async fn overflow_is_closed_when_it_was_not_needed() {
    let pool = pool(small(2, 3).with_overflow_idle(Duration::from_millis(5))).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(pool.get().await.unwrap());
    }
    // One stays out, so that the others are sorted out around it.
    held.truncate(1);
    within_a_minute(async || pool.health().open == 2).await;
    adds_up(&pool.health());
    drop(held);

    let health = pool.health();
    assert_eq!((health.open, health.idle, health.closed.idle), (2, 2, 3));
    assert_eq!((health.closed.total(), health.created), (3, 5));
}

#[tokio::test]
async fn a_load_that_swings_closes_nothing() {
    // The time is longer than the test.
    let pool = pool(small(1, 4).with_overflow_idle(Duration::from_hours(1))).await;
    for _ in 0..20 {
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(pool.get().await.unwrap());
        }
    }
    let health = pool.health();
    assert_eq!((health.created, health.open), (5, 5));
    assert_eq!(health.closed.total(), 0);
}

#[tokio::test]
async fn a_waiting_task_gets_the_connection_that_comes_back() {
    let pool = pool(small(1, 0)).await;
    let mut held = pool.get().await.unwrap();
    let first = backend(&mut held).await.unwrap();
    let waiting = async {
        let mut conn = pool.get().await.unwrap();
        backend(&mut conn).await.unwrap()
    };
    let give_back = async {
        assert_eq!(pool.health().waiting, 1);
        drop(held);
    };
    // Polled in order: the first waits by the time the second gives back.
    let (second, ()) = futures_util::future::join(waiting, give_back).await;
    assert_eq!(first, second);
    assert_eq!(pool.health().waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn health_adds_up_under_load() {
    const TASKS: u32 = 200;
    let pool = pool(small(3, 4).with_wait(Duration::from_mins(1))).await;
    let before = pool.health().requests;
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut conn = pool.get().await.unwrap();
                adds_up(&pool.health());
                let id = Uuid::from_u128(number.into());
                sample::add_note(&mut conn, id, &id.to_string(), None, 0)
                    .await
                    .unwrap();
                sample::note_by_id(&mut conn, id).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let health = pool.health();
    adds_up(&health);
    assert_eq!(health.requests - before, u64::from(TASKS));
    assert_eq!((health.checked_out, health.waiting), (0, 0));
    assert_eq!(
        (health.timeouts, health.failed, health.cancelled),
        (0, 0, 0)
    );
    assert_eq!(health.served, health.requests);
    assert_eq!(
        health.created,
        u64::from(health.open) + health.closed.total()
    );
    assert!(
        health.waited > 0 && health.wait_max <= health.wait_total,
        "{health:?}"
    );
    assert!(
        health.wait_p50 <= health.wait_p99 && health.wait_p99 <= health.wait_max,
        "{health:?}"
    );
}

#[tokio::test]
async fn no_server_is_unreachable() {
    let config = PoolConfig::production();
    let nowhere = "postgres://ada:secret@%2Fnonexistent:5999/notes";
    let error = Pool::connect(nowhere, config.clone()).await.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Unreachable);
    let said = chain(&error);
    assert_eq!(said[0], "no PostgreSQL server answers at /nonexistent:5999");
    assert!(said.len() >= 2, "the cause is kept: {said:?}");
    assert!(!format!("{error:?} {said:?}").contains("secret"));

    let closed_port = "postgres://ada:secret@127.0.0.1:1/notes";
    let error = Pool::connect(closed_port, config).await.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Unreachable);
    assert!(chain(&error).concat().contains("refused"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_database_is_named() {
    let url = server().database_url("no_such_database");
    let error = Pool::connect(&url, PoolConfig::production())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::UnknownDatabase);
    assert!(
        error
            .to_string()
            .contains("has no database `no_such_database`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_printed() {
    let url = empty_database().await;
    let with =
        |password: &str| url.replacen("postgres@", &format!("{GUARDED_ROLE}:{password}@"), 1);
    let error = Pool::connect(&with("hunter2"), PoolConfig::production())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Authentication);
    let said = chain(&error);
    assert!(said[0].ends_with("refused user `guarded`"), "{said:?}");
    assert!(!format!("{error:?} {said:?}").contains("hunter2"));

    let pool = Pool::connect(&with(GUARDED_PASSWORD), PoolConfig::production())
        .await
        .unwrap();
    assert!(!format!("{pool:?} {:?}", pool.get().await.unwrap()).contains(GUARDED_PASSWORD));
}

#[tokio::test]
async fn a_url_that_cannot_be_read_is_invalid() {
    let url = "postgres://ada:secret@localhost:port/notes";
    let error = Pool::connect(url, PoolConfig::production())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::InvalidUrl);
    assert!(!format!("{error:?} {:?}", chain(&error)).contains("secret"));
}

#[tokio::test]
async fn a_failed_attempt_reaches_every_task_that_could_not_be_served() {
    let url = empty_database().await;
    let pool = Pool::connect(&url, small(1, 0)).await.unwrap();
    let mut held = pool.get().await.unwrap();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let elsewhere = server().database_url("postgres");
    let mut admin = PgConnection::establish(&elsewhere).await.unwrap();
    let wait = async |pool: &Pool| pool.get().await.map(drop).unwrap_err().kind();
    let break_it = async {
        assert_eq!(pool.health().waiting, 2);
        // New connections are refused from now on, and this one is lost.
        let lock = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        admin.batch_execute(&lock).await.unwrap();
        held.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")
            .await
            .unwrap_err();
        while !held.is_broken() {
            tokio::task::yield_now().await;
        }
        drop(held);
    };
    let (a, b, ()) = futures_util::future::join3(wait(&pool), wait(&pool), break_it).await;
    // SQLSTATE 55000: "database is not currently accepting connections".
    assert_eq!((a, b), (PoolErrorKind::Other, PoolErrorKind::Other));
    let health = pool.health();
    assert_eq!((health.open, health.waiting, health.timeouts), (0, 0, 0));
}

#[tokio::test]
async fn a_lost_idle_connection_is_replaced() {
    let pool = pool(small(1, 1)).await;
    let mut conn = pool.get().await.unwrap();
    let lost = backend(&mut conn).await.unwrap();
    let mut admin = pool.get().await.unwrap();
    drop(conn);
    let terminate = format!("SELECT pg_terminate_backend({lost}, 10000)");
    let terminated = sql::<st::Bool>(&terminate).get_result(&mut admin).await;
    assert_eq!(terminated, Ok(true));
    // Whatever waits for the network here also lets the lost connection's
    // driver see its end.
    for _ in 0..10 {
        backend(&mut admin).await.unwrap();
    }

    let found = backend(&mut pool.get().await.unwrap()).await.unwrap();

    assert_ne!(found, lost);
    let health = pool.health();
    adds_up(&health);
    assert_eq!(health.closed.broken, 1);
}

#[tokio::test]
async fn an_open_transaction_is_rolled_back() {
    let pool = pool(small(1, 0)).await;
    let first = backend(&mut pool.get().await.unwrap()).await.unwrap();
    for begin in 0..4 {
        let mut conn = pool.get().await.unwrap();
        match begin {
            // As a transaction's future leaves it that is dropped half-way.
            0 => AnsiTransactionManager::begin_transaction(&mut *conn)
                .await
                .unwrap(),
            // Diesel does not know of these.
            1 => conn.batch_execute("BEGIN").await.unwrap(),
            2 => {
                conn.batch_execute("BEGIN").await.unwrap();
                conn.batch_execute("SELECT 1 / 0").await.unwrap_err();
            }
            _ => {
                let begin = diesel::sql_query("START TRANSACTION READ ONLY");
                begin.execute(&mut conn).await.unwrap();
            }
        }
        drop(conn);
        let mut conn = pool.get().await.unwrap();
        assert_eq!(backend(&mut conn).await.unwrap(), first);
        let id = Uuid::from_u128(begin);
        sample::add_note(&mut conn, id, "kept", None, 0)
            .await
            .unwrap();
        drop(conn);
        let found = sample::note_by_id(&mut pool.get().await.unwrap(), id).await;
        assert!(found.is_ok(), "{begin}: {found:?}");
    }
    let health = pool.health();
    assert_eq!((health.rolled_back, health.closed.total()), (4, 0));
    assert_eq!((health.created, health.checked_out), (1, 0));
}

#[tokio::test]
async fn a_test_transaction_stays_open() {
    let pool = pool(small(1, 0)).await;
    let mut conn = pool.get().await.unwrap();
    conn.begin_test_transaction().await.unwrap();
    let id = Uuid::from_u128(1);
    sample::add_note(&mut conn, id, "kept", None, 0)
        .await
        .unwrap();
    drop(conn);
    let mut conn = pool.get().await.unwrap();
    assert!(sample::note_by_id(&mut conn, id).await.is_ok());
    assert_eq!(pool.health().created, 1);
}

#[tokio::test]
async fn a_connection_that_grew_old_while_idle_is_replaced_when_it_is_lent() {
    let old = Duration::from_secs(2);
    let url = empty_database().await;
    let pool = Pool::connect(&url, small(1, 0).with_recycle(Some(old)))
        .await
        .unwrap();
    let first = backend(&mut pool.get().await.unwrap()).await.unwrap();
    let came_back = Instant::now();
    assert_eq!((pool.health().idle, pool.health().closed.total()), (1, 0));
    within_a_minute(async || came_back.elapsed() >= old).await;
    assert_eq!(pool.health().idle, 1, "nobody looked at it");
    assert_ne!(
        backend(&mut pool.get().await.unwrap()).await.unwrap(),
        first
    );
    let health = pool.health();
    assert_eq!((health.closed.recycled, health.closed.total()), (1, 1));
}

#[tokio::test]
async fn an_old_connection_is_closed_when_it_comes_back() {
    let pool = pool(small(1, 0).with_recycle(Some(Duration::from_millis(1)))).await;
    let conn = pool.get().await.unwrap();
    let taken = Instant::now();
    within_a_minute(async || taken.elapsed() >= Duration::from_millis(1)).await;
    drop(conn);
    assert_eq!(pool.health().open, 0);
    let closed = pool.health().closed;
    assert_eq!(closed.total(), closed.recycled);
}

#[tokio::test]
async fn a_connection_held_long_is_a_warning() {
    let config = small(1, 0).with_leak_warning(Some(Duration::from_nanos(1)));
    let pool = pool(config).await;
    let (capture, _guard) = Capture::start();
    drop(pool.get().await.unwrap());
    assert_eq!(capture.with_message("connection held long").len(), 1);
}

#[tokio::test]
async fn a_connection_still_held_is_a_warning_once() {
    let config = small(2, 0).with_leak_warning(Some(Duration::from_millis(1)));
    let pool = pool(config).await;
    let (capture, _guard) = Capture::start();
    let line = line!() + 1;
    let _held = pool.get().await.unwrap();
    let warnings = || capture.with_message("connection still held");
    within_a_minute(async || !warnings().is_empty()).await;
    // By the time of the second, the first was looked at again.
    let _second = pool.get().await.unwrap();
    within_a_minute(async || warnings().len() == 2).await;
    let site = format!("tests/runtime/pools.rs:{line}:");
    assert!(value(&warnings()[0], "site").starts_with(&site));
    assert!(!value(&warnings()[1], "site").starts_with(&site));
}

#[tokio::test]
async fn the_url_counts_for_more_than_code() {
    let url = format!("{}?pool_base=2&pool_overflow=0", empty_database().await);
    let pool = Pool::connect(&url, PoolConfig::production().with_base(7))
        .await
        .unwrap();
    assert_eq!((pool.config().base, pool.config().overflow), (2, 0));
    assert_eq!(pool.config().wait, Duration::from_secs(30));
    let wrong = format!("{url}&pool_wait=soon");
    let error = Pool::connect(&wrong, PoolConfig::production()).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::InvalidUrl);
    assert!(
        chain(&error)[1].contains("write `pool_wait=30`"),
        "{error:?}"
    );
}

#[tokio::test]
async fn health_is_a_line() {
    let pool = pool(small(1, 1)).await;
    let line = pool.health().to_string();
    assert!(
        line.starts_with("pool open=1/2 idle=1 checked_out=0 "),
        "{line}"
    );
    assert!(line.ends_with(" closed=0 (recycled=0 idle=0 broken=0 unanswered=0 in_transaction=0)"));
}
