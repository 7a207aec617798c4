//! A server that is killed, and connections that it ends.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::pool::{Pool, PoolErrorKind};
use planwright::{Error, ErrorKind};
use tokio::sync::Mutex;

use super::{Faulty, on_a_server_of_its_own, small, until};

on_a_server_of_its_own! {
    a_killed_server_loses_nothing_that_was_acknowledged,
    ended_connections_are_replaced,
}

/// Tasks that write until they are told to stop.
#[derive(Default)]
struct Writers {
    stop: AtomicBool,
    next: AtomicI64,
    failed: AtomicU64,
    acknowledged: Mutex<Vec<i64>>,
}

impl Writers {
    async fn write(&self, pool: &Pool) -> Result<i64, Error> {
        let number = self.next.fetch_add(1, Relaxed);
        let mut conn = pool.get().await.inspect_err(|error| {
            let expected = [PoolErrorKind::Unreachable, PoolErrorKind::NotReady];
            assert!(expected.contains(&error.kind()), "{error:?}");
        })?;
        let insert = diesel::sql_query("INSERT INTO written VALUES ($1)");
        insert
            .bind::<st::BigInt, _>(number)
            .execute(&mut conn)
            .await?;
        Ok(number)
    }

    async fn count(&self) -> usize {
        self.acknowledged.lock().await.len()
    }
}

async fn a_killed_server_loses_nothing_that_was_acknowledged(faulty: &Faulty) {
    const TASKS: usize = 16;
    const SOME: usize = 200;
    let mut admin = faulty.admin().await;
    let table = "CREATE TABLE written (number bigint PRIMARY KEY)";
    admin.batch_execute(table).await.unwrap();
    let pool = faulty
        .pool(small(4, 4).with_wait(Duration::from_mins(1)))
        .await;
    let writers = Arc::new(Writers::default());
    let work = async |writers: &Writers| {
        while !AtomicBool::load(&writers.stop, Relaxed) {
            match faulty.counted(writers.write(&pool)).await {
                Ok(number) => writers.acknowledged.lock().await.push(number),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
                    writers.failed.fetch_add(1, Relaxed);
                }
            }
        }
    };
    let tasks = futures_util::future::join_all((0..TASKS).map(|_| work(&writers)));
    let fault = async {
        until(async || writers.count().await >= SOME).await;
        kill_all(faulty, &mut admin).await;
        until(async || AtomicU64::load(&writers.failed, Relaxed) > 0).await;
        faulty.server.restart().await.expect("it starts again");
        let before = writers.count().await;
        until(async || writers.count().await >= before + SOME).await;
        writers.stop.store(true, Relaxed);
    };
    futures_util::future::join(tasks, fault).await;

    let acknowledged = writers.acknowledged.lock().await.clone();
    let there = sql::<st::BigInt>("SELECT count(*) FROM written WHERE number = ANY (")
        .bind::<st::Array<st::BigInt>, _>(&acknowledged)
        .sql(")");
    let there: i64 = there.get_result(&mut faulty.admin().await).await.unwrap();
    assert_eq!(usize::try_from(there), Ok(acknowledged.len()));
    let health = faulty.is_whole(&pool).await;
    assert!(health.closed.broken > 0, "{health}");
}

/// SIGKILL to the server and to each of its processes.
async fn kill_all(faulty: &Faulty, admin: &mut planwright::PgConnection) {
    let processes = sql::<st::Integer>("SELECT pid FROM pg_stat_activity");
    let mut processes: Vec<i32> = processes.load(admin).await.unwrap();
    processes.insert(0, i32::try_from(faulty.server.pid()).unwrap());
    let mut kill = Command::new("kill");
    kill.arg("-KILL")
        .args(processes.iter().map(ToString::to_string));
    // Some may have ended by themselves.
    kill.status().unwrap();
    faulty.server.kill().await.expect("it is gone");
}

async fn ended_connections_are_replaced(faulty: &Faulty) {
    let pool = faulty.pool(small(3, 0)).await;
    let idle = (pool.get().await.unwrap(), pool.get().await.unwrap());
    let mut conn = pool.get().await.unwrap();
    drop(idle);
    let busy = tokio::spawn(async move {
        let hour = sql::<st::Text>("SELECT pg_sleep(3600)::text");
        hour.get_result::<String>(&mut conn).await
    });
    let admin = &mut faulty.admin().await;
    while faulty.backends(admin, "state = 'active'").await == 0 {}
    let end = sql::<st::Bool>(
        "SELECT bool_and(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity \
         WHERE application_name = 'pooled'",
    );
    assert_eq!(end.get_result(admin).await, Ok(true));

    let lost = Error::from(busy.await.unwrap().unwrap_err());
    assert_eq!(lost.kind(), ErrorKind::Connection, "{lost:?}");
    // The client may not have seen the end of an idle one when it is lent.
    for _ in 0..10 {
        let query = async {
            let mut conn = pool.get().await?;
            let one = sql::<st::Integer>("SELECT 1").get_result::<i32>(&mut conn);
            Ok::<_, Error>(one.await?)
        };
        match faulty.counted(query).await {
            Ok(one) => assert_eq!(one, 1),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}"),
        }
    }
    let health = faulty.is_whole(&pool).await;
    assert_eq!(
        (health.failed, health.closed.total()),
        (0, health.closed.broken)
    );
    assert!(health.closed.broken >= 2, "{health}");
}
