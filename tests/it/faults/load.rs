//! More tasks than connections.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::RunQueryDsl as _;
use planwright::pool::PoolErrorKind;
use planwright::{Error, timing};

use super::{Faulty, on_a_server_of_its_own, small};

on_a_server_of_its_own! {
    a_full_pool_says_who_fills_it,
    ten_thousand_tasks_share_twenty_connections,
}

async fn a_full_pool_says_who_fills_it(faulty: &Faulty) {
    let pool = faulty
        .pool(small(2, 1).with_wait(Duration::from_secs(2)))
        .await;
    let line = line!() + 1;
    let take = || pool.get();
    let held = futures_util::future::join3(take(), take(), take()).await;
    let held = (held.0.unwrap(), held.1.unwrap(), held.2.unwrap());
    let ask = async || faulty.counted(pool.get()).await.unwrap_err();
    let errors = futures_util::future::join_all((0..10).map(|_| ask())).await;
    for error in &errors {
        assert_eq!(error.kind(), PoolErrorKind::Exhausted, "{error:?}");
        let exhaustion = error.exhaustion().unwrap();
        assert_eq!((exhaustion.size, exhaustion.overflow), (3, 1));
        let lines: Vec<_> = exhaustion.longest.iter().map(|h| h.site.line()).collect();
        assert_eq!(lines, [line; 3]);
    }
    // They gave up one after the other.
    assert_eq!(errors[0].exhaustion().unwrap().waiting, 9);
    drop(held);
    let health = faulty.is_whole(&pool).await;
    assert_eq!((health.timeouts, health.failed), (10, 10));
    assert_eq!(health.closed.broken, 0);
}

async fn ten_thousand_tasks_share_twenty_connections(faulty: &Faulty) {
    const TASKS: i64 = 10_000;
    let pool = faulty
        .pool(small(5, 15).with_wait(Duration::from_mins(5)))
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..TASKS {
        let (pool, name) = (pool.clone(), faulty.name);
        let call = async move {
            let mut conn = pool.get().await?;
            let same = sql::<st::BigInt>("SELECT ").bind::<st::BigInt, _>(number);
            let same: i64 = same.get_result(&mut conn).await?;
            Ok::<_, Error>((number, same))
        };
        tasks.spawn(timing::try_track(name, call));
    }
    let mut answered = 0;
    while let Some(task) = tasks.join_next().await {
        let (number, same) = task.unwrap().unwrap();
        assert_eq!(number, same);
        answered += 1;
    }
    assert_eq!(answered, TASKS);
    let health = faulty.is_whole(&pool).await;
    assert_eq!((health.failed, health.cancelled), (0, 0), "{health}");
    assert_eq!(health.served, 10_000 + 2, "{health}");
    assert_eq!(health.created - health.closed.idle, u64::from(health.open));
}
