//! Counting, slow-query warnings, hooks.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::sql_types as st;
use planwright::query::{exec, execrows, many, one};
use planwright::timing::{self, Outcome, QueryEvent};
use planwright::{CatalogQuery, ErrorKind};

use crate::capture::{Capture, value};
use crate::server::connect;

#[tokio::test]
async fn calls_rows_and_failures_are_counted() {
    statement!(Three, "SELECT generate_series(1, 3)", st::Int4 => i32);
    statement!(Broken, "SELECT 1 / 0");
    statement!(
        Five,
        "INSERT INTO notes (author) SELECT 'ada' FROM generate_series(1, 5)"
    );
    let mut conn = connect().await;
    for _ in 0..4 {
        assert_eq!(many(&mut conn, Three).await.unwrap().len(), 3);
    }
    exec(&mut conn, Broken).await.unwrap_err();
    assert_eq!(execrows(&mut conn, Five).await.unwrap(), 5);
    assert_eq!(Five::timer().snapshot().rows, 5);

    let three = Three::timer().snapshot();
    assert_eq!(
        (three.started, three.finished, three.failed, three.rows),
        (4, 4, 0, 12)
    );
    assert!(three.quantile(0.5) <= three.quantile(0.99));
    assert!(three.quantile(0.99) <= three.max && three.max <= three.total);
    let broken = Broken::timer().snapshot();
    assert_eq!((broken.started, broken.finished, broken.failed), (1, 0, 1));

    Three::timer().reset();
    let three = Three::timer().snapshot();
    assert_eq!(
        (three.started, three.rows, three.max),
        (0, 0, Duration::ZERO)
    );
    assert_eq!(three.quantile(0.5), Duration::ZERO);
}

#[tokio::test]
async fn a_dropped_future_counts_as_cancelled() {
    statement!(Nap, "SELECT pg_sleep(60)");
    let mut conn = connect().await;

    // Never polled: never started.
    drop(exec(&mut conn, Nap));
    assert_eq!(Nap::timer().snapshot().started, 0);

    tokio::select! {
        biased;
        _ = exec(&mut conn, Nap) => unreachable!("the server sleeps"),
        () = async { assert_eq!(Nap::timer().snapshot().in_flight, 1) } => {}
    }
    let nap = Nap::timer().snapshot();
    assert_eq!((nap.started, nap.cancelled, nap.in_flight), (1, 1, 0));
    assert_eq!(nap.total, Duration::ZERO);
}

#[tokio::test]
async fn a_reset_keeps_calls_in_flight() {
    statement!(Nap, "SELECT pg_sleep(60)");
    let mut conn = connect().await;
    tokio::select! {
        biased;
        _ = exec(&mut conn, Nap) => unreachable!("the server sleeps"),
        () = async { Nap::timer().reset() } => {}
    }
    let nap = Nap::timer().snapshot();
    assert_eq!((nap.started, nap.cancelled, nap.in_flight), (1, 1, 0));
}

#[tokio::test]
async fn a_slow_query_is_a_warning() {
    const SOON: Option<Duration> = Some(Duration::from_micros(1));
    const LATE: Option<Duration> = Some(Duration::from_hours(1));
    statement!(
        Slow,
        "SELECT 1\n  -- a comment that makes the statement longer than a preview may be\n\
         \tFROM pg_sleep(0.002), generate_series(1, 1) AS numbers",
        st::Int4 => i32, slow SOON
    );
    statement!(Fast, "SELECT 1", st::Int4 => i32, slow LATE);
    let mut conn = connect().await;
    let (capture, _guard) = Capture::start();
    one(&mut conn, Slow).await.unwrap();
    one(&mut conn, Fast).await.unwrap();

    let warnings = capture.with_message("slow query detected");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!(value(&warnings[0], "name"), Slow::INFO.name);
    assert_eq!(
        value(&warnings[0], "preview"),
        "SELECT 1 -- a comment that makes the statement longer than a preview may be \
         FROM pg_sleep(0.002), ge…"
    );
    assert_eq!(value(&warnings[0], "threshold_ms"), "0.001");
    assert_eq!(value(&warnings[0], "outcome"), "finished");
    assert!(value(&warnings[0], "duration_ms").parse::<f64>().unwrap() >= 2.0);
    assert_eq!(Slow::timer().snapshot().slow, 1);
    assert_eq!(Fast::timer().snapshot().slow, 0);
}

#[tokio::test]
async fn hooks_see_every_call() {
    statement!(Seen, "SELECT generate_series(1, 2)", st::Int4 => i32);
    statement!(Refused, "SELECT 1 / 0");
    let events = Arc::new(Mutex::new(Vec::<QueryEvent>::new()));
    let seen = Arc::clone(&events);
    timing::add_hook(move |event| {
        // Other tests' calls come here too.
        if event.name == Seen::INFO.name || event.name == Refused::INFO.name {
            seen.lock().unwrap().push(*event);
        }
    });
    let mut conn = connect().await;
    many(&mut conn, Seen).await.unwrap();
    exec(&mut conn, Refused).await.unwrap_err();

    let events = events.lock().unwrap();
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!((events[0].name, events[0].rows), (Seen::INFO.name, 2));
    assert_eq!(events[0].outcome, Outcome::Finished);
    assert_eq!(events[1].outcome, Outcome::Failed(ErrorKind::Other));
    assert_eq!(
        events[0].info.map(|info| info.fingerprint),
        Some(Seen::INFO.fingerprint)
    );
}

#[tokio::test]
async fn anything_can_be_tracked() {
    timing::track("timings: tracked", ready(1)).await;
    timing::try_track("timings: tracked", ready(Err::<(), _>("no")))
        .await
        .unwrap_err();
    let timers = timing::timers();
    let timer = timers
        .iter()
        .find(|timer| timer.name() == "timings: tracked")
        .unwrap();
    let snapshot = timer.snapshot();
    assert_eq!(
        (snapshot.started, snapshot.finished, snapshot.failed),
        (2, 1, 1)
    );
    assert!(timers.is_sorted_by_key(|timer| timer.name()));
}

#[test]
fn concurrent_calls_add_up() {
    statement!(Shared, "SELECT 1");
    const THREADS: u64 = 8;
    const CALLS: u64 = 10_000;
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for call in 0..CALLS {
                    let started = Shared::timer().start();
                    match call % 4 {
                        0 => started.fail(ErrorKind::Other),
                        1 => drop(started),
                        _ => started.finish(2),
                    }
                }
            });
        }
        for _ in 0..100 {
            let now = Shared::timer().snapshot();
            assert!(now.in_flight <= THREADS * CALLS);
        }
    });
    let all = Shared::timer().snapshot();
    let calls = THREADS * CALLS;
    assert_eq!((all.started, all.in_flight), (calls, 0));
    assert_eq!(
        (all.finished, all.failed, all.cancelled),
        (calls / 2, calls / 4, calls / 4)
    );
    assert_eq!(all.rows, calls);
}
