//! What operators see of calls: warnings, endings, waits.

use std::time::Duration;

use agent_catalog::customers::{count_customers, create_customer, customer_by_phone};
use agent_catalog::restaurants::create_restaurant;
use diesel::sql_types as st;
use planwright::error::SqlState;
use planwright::pool::{Pool, PoolConfig, PoolErrorKind};
use planwright::query::{exec, many};
use planwright::report::Report;
use planwright::timing::{Environment, Outcome, Settings, configure, settings};
use planwright::{CatalogQuery, ErrorKind};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::capture::{Capture, Fields, value};
use crate::fixture::Database;
use crate::raw::give_up_behind_a_lock;
use crate::settings::settings_of;
use crate::world::phone;

on_each_release! { migrated:
    a_slow_query_warns_once_in_an_interval,
    values_are_shown_where_that_is_allowed,
    a_cancelled_call_shows_its_values_too,
    calls_that_fail_are_told_apart_by_code,
    the_wait_for_a_connection_is_in_no_query,
    a_wait_in_vain_counts,
}

const NOBODY: Uuid = Uuid::nil();

/// Everything is slow.
fn everything() -> Settings {
    Settings::production().with_slow_threshold(Duration::ZERO)
}

fn slow(capture: &Capture, name: &str) -> Vec<Fields> {
    let mut warnings = capture.with_message("slow query detected");
    warnings.retain(|warning| value(warning, "name") == name);
    warnings
}

async fn a_slow_query_warns_once_in_an_interval(db: &Database) {
    statement!(Often, "SELECT 'often'");
    statement!(Seldom, "SELECT 'seldom'");
    let hour = everything().with_warning_interval(Duration::from_hours(1));
    let _settings = settings_of(hour).await;
    // The other release's calls came through here as well.
    Often::timer().reset();
    Seldom::timer().reset();
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    for _ in 0..5 {
        exec(conn, Often).await.unwrap();
    }
    exec(conn, Seldom).await.unwrap();
    let warnings = slow(&capture, Often::INFO.name);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(value(&warnings[0], "suppressed"), "0");
    assert_eq!(slow(&capture, Seldom::INFO.name).len(), 1, "one a query");
    assert_eq!(Often::timer().snapshot().slow, 5, "all are counted");

    configure(everything().with_warning_interval(Duration::ZERO));
    exec(conn, Often).await.unwrap();
    exec(conn, Often).await.unwrap();
    let suppressed: Vec<_> = slow(&capture, Often::INFO.name)
        .iter()
        .map(|warning| value(warning, "suppressed").to_owned())
        .collect();
    assert_eq!(suppressed, ["0", "4", "0"]);
}

async fn values_are_shown_where_that_is_allowed(db: &Database) {
    const NAME: &str = "customers::customer_by_phone";
    let all = everything().with_warning_interval(Duration::ZERO);
    for environment in [Environment::Production, Environment::Development] {
        assert!(!Settings::from(environment).parameter_values);
    }
    let _settings = settings_of(all).await;
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    let secret = phone(7, 7);
    customer_by_phone(conn, &secret, NOBODY).await.unwrap();
    let warnings = slow(&capture, NAME);
    assert_eq!(warnings.len(), 1);
    assert!(!format!("{warnings:?}").contains(&secret), "{warnings:?}");
    assert_eq!(value(&warnings[0], "values"), "");

    configure(all.with_parameter_values(true));
    assert!(settings().parameter_values);
    customer_by_phone(conn, &secret, NOBODY).await.unwrap();
    let long = "x".repeat(5_000);
    customer_by_phone(conn, &long, NOBODY).await.unwrap();
    configure(all);
    customer_by_phone(conn, &secret, NOBODY).await.unwrap();
    let warnings = slow(&capture, NAME);
    let values: Vec<_> = warnings.iter().map(|w| value(w, "values")).collect();
    assert_eq!(values[1], format!("[{secret:?}, {NOBODY:?}]"));
    assert_eq!(values[2], format!("[\"{}…", "x".repeat(998)));
    assert_eq!(values[3], "");
}

async fn a_cancelled_call_shows_its_values_too(db: &Database) {
    const NAME: &str = "customers::count_customers";
    let all = everything()
        .with_warning_interval(Duration::ZERO)
        .with_parameter_values(true);
    let _settings = settings_of(all).await;
    let (conn, holder) = (&mut db.connect().await, &mut db.connect().await);
    let (capture, _guard) = Capture::start();
    let call = count_customers(conn, NOBODY);
    give_up_behind_a_lock(holder, "customers", call).await;
    configure(Environment::Development);
    let warnings = slow(&capture, NAME);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(value(&warnings[0], "outcome"), "cancelled");
    assert_eq!(value(&warnings[0], "values"), format!("[{NOBODY:?}]"));
}

async fn calls_that_fail_are_told_apart_by_code(db: &Database) {
    statement!(
        Failing,
        "INSERT INTO restaurants (name, phone_number, timezone) VALUES ('a', '+15550100100', 'UTC')"
    );
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    Failing::timer().reset();
    let conn = &mut db.connect().await;
    let restaurant = create_restaurant(conn, "a", "+15550100100", "UTC")
        .await
        .unwrap()
        .id;
    for _ in 0..2 {
        let error = exec(conn, Failing).await.unwrap_err();
        assert_eq!(error.sqlstate(), SqlState::new("23505"));
    }
    let holder = &mut db.connect().await;
    give_up_behind_a_lock(holder, "restaurants", exec(conn, Failing)).await;
    let snapshot = Failing::timer().snapshot();
    let endings = snapshot.endings.iter();
    let mut endings: Vec<_> = endings
        .map(|ending| (ending.outcome, ending.sqlstate, ending.times.count()))
        .collect();
    // The other release's endings keep their places.
    endings.sort_by_key(|(outcome, ..)| *outcome == Outcome::Cancelled);
    let unique = Outcome::Failed(ErrorKind::UniqueViolation);
    assert_eq!(
        endings,
        [
            (unique, SqlState::new("23505"), 2),
            (Outcome::Cancelled, None, 1)
        ]
    );
    assert_eq!(
        (snapshot.started, snapshot.finished, snapshot.failed),
        (3, 0, 2)
    );
    assert_eq!((snapshot.cancelled, snapshot.in_flight), (1, 0));
    assert!(
        snapshot.max <= snapshot.total,
        "cancelled calls are not in it"
    );

    // A catalog query, with the code of a constraint of the migrations.
    let conn = &mut db.connect().await;
    create_customer(conn, restaurant, "1", &phone(1, 1), None)
        .await
        .unwrap();
    let again = create_customer(conn, restaurant, "2", &phone(1, 1), None).await;
    assert_eq!(again.unwrap_err().sqlstate(), SqlState::new("23505"));
}

/// While a task waits for its connection, no query of it has begun.
async fn the_wait_for_a_connection_is_in_no_query(db: &Database) {
    statement!(Waited, "SELECT generate_series(1, 3)", st::Int4 => i32);
    static TURN: Mutex<()> = Mutex::const_new(());
    const HELD: Duration = Duration::from_millis(40);
    let _turn = TURN.lock().await;
    Waited::timer().reset();
    let name = format!("waits of {}", db.name());
    let one = PoolConfig::development().with_base(1).with_overflow(0);
    let pool = Pool::connect(&db.url(), one.with_name(&name))
        .await
        .unwrap();
    let of_pool = || {
        let report = Report::collect();
        let pool = report.pools.into_iter().find(|pool| pool.name == name);
        pool.expect("the pool is in the report")
    };
    let mut held = pool.get().await.unwrap();
    let before = of_pool();
    assert_eq!(
        (before.checkouts, before.checked_out, before.limit),
        (2, 1, 1)
    );

    let waiting = async {
        let mut conn = pool.get().await.unwrap();
        many(&mut conn, Waited).await.unwrap()
    };
    let holding = async {
        // The other future is polled first: it waits.
        assert_eq!(pool.health().waiting, 1);
        planwright::timing::track("hold", async {
            exec(&mut held, Sleep).await.unwrap();
        })
        .await;
        assert_eq!(Waited::timer().snapshot().started, 0);
        assert_eq!(of_pool().checkouts, 2, "it still waits");
        drop(held);
    };
    statement!(Sleep, "SELECT pg_sleep(0.04)");
    let (rows, ()) = futures_util::future::join(waiting, holding).await;
    assert_eq!(rows.len(), 3);

    let after = of_pool();
    assert_eq!((after.checkouts, after.timeouts), (3, 0));
    assert!(after.wait_max >= HELD && after.wait_total >= after.wait_max);
    assert!(after.wait_p50 <= after.wait_p99 && after.wait_p99 <= after.wait_max);
    let report = Report::collect();
    let text = report.to_string();
    let line = text.lines().find(|line| line.starts_with(&name));
    assert!(text.contains("waits for a connection:"), "{text}");
    assert!(line.is_some_and(|line| line.contains("  3  ")), "{text}");
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    let pools = json["pools"].as_array().unwrap();
    let of_json = pools.iter().find(|pool| pool["name"] == *name).unwrap();
    assert_eq!(of_json["checkouts"], 3);
    assert!(of_json["wait_max_ms"].as_f64().unwrap() >= 40.0);

    drop(pool);
    let closed = Report::collect();
    assert!(closed.pools.iter().all(|pool| pool.name != name));
}

async fn a_wait_in_vain_counts(db: &Database) {
    let name = format!("vain waits of {}", db.name());
    let one = PoolConfig::development().with_base(1).with_overflow(0);
    // Long enough to open a connection in.
    let one = one.with_wait(Duration::from_secs(1)).with_name(&name);
    let pool = Pool::connect(&db.url(), one).await.unwrap();
    let _held = pool.get().await.unwrap();
    let error = pool.get().await.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Exhausted);
    let report = Report::collect();
    let of_pool = report.pools.iter().find(|pool| pool.name == name).unwrap();
    assert_eq!((of_pool.checkouts, of_pool.timeouts), (3, 1));
    assert!(of_pool.wait_max >= Duration::from_secs(1));
}
