//! Types on real servers: what goes out as a parameter comes back as a result.

#[path = "../mapped/mod.rs"]
#[allow(
    unreachable_pub,
    reason = "goldens name it, as generated crates name such a file"
)]
mod mapped;
#[rustfmt::skip]
#[path = "../cases/composites/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod composites;
#[rustfmt::skip]
#[path = "../cases/each_type/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod each_type;
#[rustfmt::skip]
#[path = "../cases/each_type_jiff/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod each_type_jiff;
#[rustfmt::skip]
#[path = "../cases/each_type_time/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod each_type_time;
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
#[rustfmt::skip]
#[path = "../cases/extension_types/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod extension_types;
#[rustfmt::skip]
#[path = "../cases/server_types/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod server_types;
mod kept;
mod refused;
mod servers;
mod users;
mod vectors;

use std::cell::RefCell;

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::{EmbeddedServer, Settings};

#[test]
fn on_postgresql_15() {
    on(15);
}

#[test]
fn on_postgresql_18() {
    on(18);
}

fn on(major: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let settings = Settings::new().major(major).require_major(true);
    let server = runtime.block_on(EmbeddedServer::start_with(&settings));
    let server = server.expect("a server");
    runtime.block_on(async {
        let schema = include_str!("../cases/mapped_types/schema.sql");
        let mut conn = database(&server, "mapped", schema).await;
        users::are_kept(&mut conn).await;
        users::are_loaded(&mut conn).await;
        let mut conn = database(&server, "server_types", "").await;
        servers::compares(&mut conn).await;
        let schema = include_str!("../cases/extension_types/schema.sql");
        let mut conn = database(&server, "extension_types", schema).await;
        servers::compares_extensions(&mut conn).await;
    });
    let schema = include_str!("../cases/each_type/schema.sql");
    let mut conn = runtime.block_on(database(&server, "each_type", schema));
    runtime.block_on(async {
        refused::are_errors(&mut conn).await;
        vectors::are_kept(&mut conn).await;
    });
    let values = kept::Server {
        runtime: &runtime,
        conn: RefCell::new(conn),
    };
    kept::all(&values);
    let schema = include_str!("../cases/composites/schema.sql");
    let conn = runtime.block_on(database(&server, "composites", schema));
    values.conn.replace(conn);
    kept::composites::all(&values);
    drop(values);
    let stopped = runtime.block_on(server.stop());
    stopped.expect("the server stops");
}

/// A connection to a new database.
async fn database(server: &EmbeddedServer, name: &str, schema: &str) -> PgConnection {
    server.create_database(name).await.expect("a database");
    let url = server.database_url(name);
    let mut conn = PgConnection::establish(&url).await.expect("a connection");
    conn.batch_execute(schema).await.expect("the schema");
    conn
}
