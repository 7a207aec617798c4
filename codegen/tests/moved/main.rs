//! What other tools' catalogs ask for, on real servers: rows that are dropped, names and numbers
//! beside each other, slices; and the types that few tables have.

#[rustfmt::skip]
#[path = "../cases/moved/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod moved;
#[rustfmt::skip]
#[path = "../cases/ranges_and_networks/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod kept;
mod statements;
mod values;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::NoTls;

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
    for (database, schema) in [
        ("moved", include_str!("../cases/moved/schema.sql")),
        (
            "kept",
            include_str!("../cases/ranges_and_networks/schema.sql"),
        ),
    ] {
        server.create_database(database).await.expect("a database");
        let url = server.database_url(database);
        let mut conn = PgConnection::establish(&url).await.expect("a connection");
        conn.batch_execute(schema).await.expect("the schema");
    }
    let url = server.database_url("moved");
    let mut conn = PgConnection::establish(&url).await.expect("a connection");
    statements::rows_are_dropped(&mut conn).await;
    statements::names_and_numbers(&mut conn).await;
    statements::slices(&mut conn).await;
    let mut diesels = AsyncPgConnection::establish(&url)
        .await
        .expect("a connection");
    statements::rows_are_dropped(&mut diesels).await;
    let (mut client, connection) = tokio_postgres::connect(&url, NoTls)
        .await
        .expect("a client");
    let connection = tokio::spawn(connection);
    statements::rows_are_copied(&mut client).await;
    let url = server.database_url("kept");
    let mut other = PgConnection::establish(&url).await.expect("a connection");
    values::come_back(&mut other).await;
    drop((conn, diesels, client, other));
    connection
        .await
        .expect("it ends")
        .expect("without an error");
    server.stop().await.expect("the server stops");
}
