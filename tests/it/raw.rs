//! SQL beside the catalog: how tests look at a database, and change it, without
//! the queries they test.

use diesel::deserialize::FromSqlRow;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::sql_types as st;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

pub(crate) async fn execute(conn: &mut AsyncPgConnection, statements: &str) {
    let done = conn.batch_execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error}"));
}

/// Every row of a query, each a single value or a tuple.
pub(crate) async fn rows<ST, T>(conn: &mut AsyncPgConnection, query: &str) -> Vec<T>
where
    ST: diesel::sql_types::SqlType + diesel::sql_types::TypedExpressionType + Send + 'static,
    T: FromSqlRow<ST, Pg> + Send + 'static,
    diesel::expression::SqlLiteral<ST>: diesel::query_builder::Query<SqlType = ST>
        + diesel::query_builder::QueryId
        + Send,
    Pg: diesel::sql_types::HasSqlType<ST>,
    ST: diesel::expression::QueryMetadataPlaceholder,
{
    sql::<ST>(query).load(conn).await.expect(query)
}
