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
