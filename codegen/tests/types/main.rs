//! Types on real servers: what goes out as a parameter comes back as a result.

#[path = "../mapped/mod.rs"]
#[allow(
    unreachable_pub,
    reason = "goldens name it, as generated crates name such a file"
)]
mod mapped;
#[rustfmt::skip]
#[path = "../cases/mapped_types/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod mapped_types;
mod users;

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::{EmbeddedServer, Settings};

#[tokio::test]
async fn on_postgresql_15() {
    on(15).await;
}

#[tokio::test]
async fn on_postgresql_18() {
    on(18).await;
}

async fn on(major: u32) {
    let settings = Settings::new().major(major).require_major(true);
    let server = EmbeddedServer::start_with(&settings).await;
    let server = server.expect("a server");
    let schema = include_str!("../cases/mapped_types/schema.sql");
    let mut conn = database(&server, "mapped", schema).await;
    users::are_kept(&mut conn).await;
    users::are_loaded(&mut conn).await;
    drop(conn);
    server.stop().await.expect("the server stops");
}

/// A connection to a new database.
async fn database(server: &EmbeddedServer, name: &str, schema: &str) -> PgConnection {
    server.create_database(name).await.expect("a database");
    let url = server.database_url(name);
    let mut conn = PgConnection::establish(&url).await.expect("a connection");
    conn.batch_execute(schema).await.expect("the schema");
    conn
}
