//! SQL beside the catalog: how tests look at a database, and change it, without
//! the queries they test.

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::PgConnection;

/// Runs statements that return nothing.
pub(crate) async fn execute(conn: &mut PgConnection, statements: &str) {
    let done = conn.batch_execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error}"));
}

/// A query's only column, which is text.
pub(crate) async fn texts(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let rows = sql::<st::Text>(query).load(conn).await;
    rows.unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// All that the tables hold of one restaurant, row by row.
pub(crate) async fn contents(conn: &mut PgConnection, restaurant: uuid::Uuid) -> Vec<String> {
    let mut contents = Vec::new();
    for table in ["customers", "whatsapp_messages", "ai_interactions"] {
        let rows = format!(
            "SELECT t::text FROM {table} t WHERE restaurant_id = '{restaurant}' ORDER BY id"
        );
        contents.extend(texts(conn, &rows).await);
    }
    contents
}

/// Gives up a call that waits for a table, so that no answer can be there before that.
pub(crate) async fn give_up_behind_a_lock<T>(
    holder: &mut PgConnection,
    table: &str,
    call: impl Future<Output = T>,
) {
    execute(
        holder,
        &format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"),
    )
    .await;
    tokio::select! {
        biased;
        _ = call => unreachable!("the table is locked"),
        () = std::future::ready(()) => {}
    }
    execute(holder, "ROLLBACK").await;
}
