//! One server for all tests, one database for each.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright_embedded::{EmbeddedServer, Error};

use crate::sample;

/// A role whose password the server asks for; all others are trusted.
pub(crate) const GUARDED_ROLE: &str = "guarded";
/// Its password.
pub(crate) const GUARDED_PASSWORD: &str = "correct-horse";

/// The server. Each test has a runtime of its own, so it is started in another.
pub(crate) fn server() -> &'static EmbeddedServer {
    static SERVER: OnceLock<EmbeddedServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let start = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(start())
        };
        std::thread::spawn(start).join().unwrap()
    })
}

async fn start() -> EmbeddedServer {
    let server = EmbeddedServer::start().await.unwrap();
    server
        .offline(async |data| {
            let file = data.join("pg_hba.conf");
            let rules = std::fs::read_to_string(&file).unwrap();
            let rules = format!("local all {GUARDED_ROLE} scram-sha-256\n{rules}");
            std::fs::write(&file, rules).unwrap();
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    let mut conn = PgConnection::establish(&server.database_url("postgres"))
        .await
        .unwrap();
    let role = format!("CREATE ROLE {GUARDED_ROLE} LOGIN PASSWORD '{GUARDED_PASSWORD}'");
    conn.batch_execute(&role).await.unwrap();
    server
}

/// The URL of a new, empty database.
pub(crate) async fn empty_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NEXT.fetch_add(1, Relaxed));
    server().create_database(&name).await.unwrap();
    server().database_url(&name)
}

/// A connection to a new database with the sample's tables.
pub(crate) async fn connect() -> PgConnection {
    let mut conn = PgConnection::establish(&empty_database().await)
        .await
        .unwrap();
    conn.batch_execute(sample::SCHEMA).await.unwrap();
    conn
}

/// A pool on a new database with the sample's tables.
pub(crate) async fn pool(config: PoolConfig) -> Pool {
    let pool = Pool::connect(&empty_database().await, config)
        .await
        .unwrap();
    pool.get()
        .await
        .unwrap()
        .batch_execute(sample::SCHEMA)
        .await
        .unwrap();
    pool
}

/// The error and its sources, outermost first.
pub(crate) fn chain(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect()
}
