//! What goes wrong in production, done to real servers: after each fault nothing hangs, no
//! connection is left behind, and the counters add up.

mod connecting;
mod crash;
mod giving_up;
mod load;

use std::future::Future;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use planwright::PgConnection;
use planwright::pool::{Health, Pool, PoolConfig, PoolError};
use planwright::timing;
use planwright_embedded::{EmbeddedServer, Settings};

/// Runs tests `async fn(&Faulty)`, each on a server of its own of both releases, under a deadline
/// that is only there to end what hangs.
macro_rules! on_a_server_of_its_own {
    ($($test:ident),+ $(,)?) => {
        mod postgresql_15 {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::faults::run(15, stringify!($test), super::$test).await;
                }
            )+
        }
        mod postgresql_18 {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::faults::run(18, stringify!($test), super::$test).await;
                }
            )+
        }
    };
}
use on_a_server_of_its_own;

/// A server for one test, and what the test is called.
struct Faulty {
    server: EmbeddedServer,
    name: &'static str,
}

async fn run(major: u32, test: &'static str, body: impl AsyncFnOnce(&Faulty)) {
    let settings = Settings::new()
        .major(major)
        .require_major(true)
        // What is acknowledged survives the server, though not the machine.
        .setting("synchronous_commit", "on");
    let server = EmbeddedServer::start_with(&settings).await;
    let faulty = Faulty {
        server: server.expect("a server"),
        // One for each test and release: they are few.
        name: Box::leak(format!("{test} on {major}").into_boxed_str()),
    };
    within_minutes(test, body(&faulty)).await;
    faulty.server.stop().await.expect("the server stops");
}

/// Ends what hangs.
async fn within_minutes<T>(what: &str, future: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_mins(5), future).await;
    done.unwrap_or_else(|late| panic!("it hangs: {what}: {late}"))
}

/// Polls until it is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    while !is_so().await {
        tokio::task::yield_now().await;
    }
}

impl Faulty {
    fn url(&self) -> String {
        format!(
            "{}?application_name=pooled",
            self.server.database_url("postgres")
        )
    }

    async fn pool(&self, config: PoolConfig) -> Pool {
        Pool::connect(&self.url(), config).await.expect("a pool")
    }

    /// A connection that is none of a pool.
    async fn admin(&self) -> PgConnection {
        let url = self.server.database_url("postgres");
        PgConnection::establish(&url).await.expect("a connection")
    }

    /// Calls are counted under the test's name.
    async fn counted<T, E>(&self, call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        timing::try_track(self.name, call).await
    }

    /// The pool's connections, as the server sees them.
    async fn backends(&self, admin: &mut PgConnection, condition: &str) -> i64 {
        let count = format!(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE application_name = 'pooled' AND {condition}"
        );
        let count = sql::<st::BigInt>(&count).get_result(admin).await;
        count.expect("the server counts")
    }

    /// Everything is at rest, and adds up.
    async fn is_whole(&self, pool: &Pool) -> Health {
        until(async || {
            let health = pool.health();
            health.checked_out == 0 && health.waiting == 0
        })
        .await;
        let mut admin = self.admin().await;
        let open = i64::from(pool.health().open);
        // The server takes a moment to see that a connection is closed.
        while self.backends(&mut admin, "true").await != open {
            tokio::task::yield_now().await;
        }
        let health = pool.health();
        assert!(pool.holders().is_empty(), "{:?}", pool.holders());
        assert_eq!(health.idle, health.open, "{health}");
        assert!(health.open <= health.limit, "{health}");
        let settled = health.served + health.failed + health.cancelled;
        assert_eq!(health.requests, settled, "{health}");
        let there = u64::from(health.open) + health.closed.total();
        assert_eq!(health.created, there, "{health}");
        for timer in timing::timers() {
            if timer.name() == self.name {
                let calls = timer.snapshot();
                let ended = calls.finished + calls.failed + calls.cancelled;
                assert_eq!(calls.started, ended, "{}", self.name);
            }
        }
        // And it works.
        let mut conn = pool.get().await.expect("a connection");
        let one = sql::<st::Integer>("SELECT 1").get_result::<i32>(&mut conn);
        assert_eq!(one.await, Ok(1));
        drop(conn);
        pool.health()
    }
}

/// The error and what caused it.
fn chain(error: &PoolError) -> String {
    let first: &dyn std::error::Error = error;
    let errors = std::iter::successors(Some(first), |error| error.source());
    let said: Vec<_> = errors.map(ToString::to_string).collect();
    said.join(": ")
}

/// Small enough to be full.
fn small(base: u32, overflow: u32) -> PoolConfig {
    PoolConfig::development()
        .with_base(base)
        .with_overflow(overflow)
}
