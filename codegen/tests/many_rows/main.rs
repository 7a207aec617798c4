//! `:bulk` and `:copy` on real servers: what is inserted, what is refused, and what is left.

#[rustfmt::skip]
#[path = "../cases/many_rows/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod catalog;
mod copied;
mod guests;
mod inserted;
mod refused;
mod transactions;

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::NoTls;

const SCHEMA: &str = include_str!("../cases/many_rows/schema.sql");
const SHOPS: &str = "INSERT INTO shops VALUES (1, 'one'), (2, 'two')";

#[tokio::test]
async fn on_postgresql_15() {
    on(15).await;
}

#[tokio::test]
async fn on_postgresql_18() {
    on(18).await;
}

/// Each check on a database of its own.
async fn on(major: u32) {
    let settings = Settings::new().major(major).require_major(true);
    let server = EmbeddedServer::start_with(&settings).await;
    let server = server.expect("a server");
    server.create_database("made").await.expect("a database");
    let template = Database {
        url: server.database_url("made"),
    };
    let mut conn = template.connect().await;
    conn.batch_execute(SCHEMA).await.expect("the schema");
    conn.batch_execute(SHOPS).await.expect("shops");
    drop(conn);
    wait_until_left(&server).await;

    let mut number = 0;
    macro_rules! check {
        ($($module:ident: $($check:ident),+;)+) => {$($({
            number += 1;
            let name = format!("check_{number}");
            let made = server.create_database_from(&name, "made").await;
            made.expect("a copy");
            let database = Database { url: server.database_url(&name) };
            $module::$check(&database).await;
        })+)+};
    }
    check! {
        inserted:
            every_type_arrives, rows_come_back_in_order, conflicts_are_left_out,
            conflicts_are_updated, the_server_computes, names_do_not_clash, nothing_is_sent_for_nothing,
            one_batch_is_one_round_trip, progress_is_told, rows_are_handed_over, rows_are_taken_when_they_are_sent;
        refused:
            the_row_is_named, a_clash_inside_a_batch_is_named, a_clash_with_another_batch_is_named,
            the_same_row_twice_is_named, a_missing_parent_is_named, beyond_the_savepoints,
            what_is_no_rows_fault_names_none, a_deferred_constraint_names_none, an_unwritable_value_is_named;
        transactions:
            nothing_is_left_of_a_failure, batches_can_commit_on_their_own, a_savepoint_inside_a_transaction,
            given_up_in_the_middle, given_up_inside_a_transaction, any_connection_will_do;
        copied:
            every_type_arrives, arrays_arrive, nothing_is_sent_for_nothing, the_row_is_named,
            large_rows_and_many, given_up_in_the_middle, inside_a_transaction, a_missing_parent_names_none;
    }
    server.stop().await.expect("the server stops");
}

/// A template may have no connection; a server's process ends a moment after its client.
async fn wait_until_left(server: &EmbeddedServer) {
    let (client, connection) = server
        .config("postgres")
        .connect(NoTls)
        .await
        .expect("a connection");
    let connection = tokio::spawn(connection);
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'made'";
    while client
        .query_one(open, &[])
        .await
        .expect("a count")
        .get::<_, i64>(0)
        > 0
    {}
    drop(client);
    connection.await.expect("no panic").expect("it ends");
}

struct Database {
    url: String,
}

impl Database {
    async fn connect(&self) -> PgConnection {
        let connected = PgConnection::establish(&self.url).await;
        connected.expect("a connection")
    }

    async fn client(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls)
            .await
            .expect("a connection");
        tokio::spawn(connection);
        client
    }

    /// What another session sees, as text.
    async fn sees(&self, query: &str) -> String {
        let client = self.client().await;
        let query = format!("SELECT coalesce(string_agg(q::text, ' '), '') FROM ({query}) q");
        client.query_one(&query, &[]).await.expect("a row").get(0)
    }

    async fn count(&self, table: &str) -> usize {
        let count = self.sees(&format!("SELECT count(*) FROM {table}")).await;
        count.trim_matches(['(', ')']).parse().expect("a number")
    }
}
