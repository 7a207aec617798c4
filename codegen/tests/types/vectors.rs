//! The type `vector`, where the server has the extension.

use diesel::dsl::sql;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright::types::sql::Vector;

pub(crate) async fn are_kept(conn: &mut PgConnection) {
    let found = diesel::select(sql::<diesel::sql_types::BigInt>(
        "(SELECT count(*) FROM pg_available_extensions WHERE name = 'vector')",
    ));
    if found.get_result::<i64>(conn).await.expect("a number") == 0 {
        return;
    }
    let made = "CREATE EXTENSION vector; CREATE TABLE items (place vector(3) NOT NULL)";
    conn.batch_execute(made).await.expect("a table");
    let numbers = vec![0.0_f32, -1.5, f32::MAX];
    let inserted = diesel::sql_query("INSERT INTO items VALUES ($1)");
    let inserted = inserted.bind::<Vector, _>(&numbers).execute(conn).await;
    assert_eq!(inserted.expect("a row"), 1);
    let found = diesel::select(sql::<Vector>("(SELECT place FROM items)"));
    assert_eq!(found.get_result::<Vec<f32>>(conn).await.unwrap(), numbers);
    let short = diesel::sql_query("INSERT INTO items VALUES ($1)");
    let short = short.bind::<Vector, _>(vec![1.0_f32]).execute(conn).await;
    let error = short.expect_err("too short").to_string();
    assert_eq!(error, "expected 3 dimensions, not 1");
}
