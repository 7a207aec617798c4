//! Values that a type cannot have, and those that Rust's types cannot hold, are errors.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::sql_types as st;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright::types::TsQuery;

use crate::each_type::queries::*;

/// The last cause of an error.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

pub(crate) async fn are_errors(conn: &mut PgConnection) {
    let empty = TsQuery(None);
    let error = of_tsquery(conn, &empty, None, &[]).await.unwrap_err();
    assert!(cause(&error).contains("no empty `tsquery`"), "{error:?}");
    // The connection goes on.
    conn.batch_execute("SELECT 1").await.expect("it goes on");
    are_unread(conn).await;
    let error = of_domain_over_int(conn, 7, None, &[]).await.unwrap_err();
    assert!(cause(&error).contains("domain_over_int_check"), "{error:?}");
}

/// What Rust's types do not have is an error where it is read.
async fn are_unread(conn: &mut PgConnection) {
    async fn read<ST, T>(conn: &mut PgConnection, value: &str) -> diesel::QueryResult<T>
    where
        ST: diesel::expression::TypedExpressionType
            + diesel::sql_types::SingleValue
            + QueryId
            + Send
            + 'static,
        T: diesel::deserialize::FromSqlRow<ST, Pg> + Send + 'static,
        Pg: diesel::sql_types::HasSqlType<ST>,
    {
        diesel::select(sql::<ST>(value)).get_result(conn).await
    }
    let date = read::<st::Date, chrono::NaiveDate>(conn, "'infinity'::date").await;
    assert!(date.is_err(), "{date:?}");
    let instant = "'-infinity'::timestamptz";
    let instant = read::<st::Timestamptz, chrono::DateTime<chrono::Utc>>(conn, instant).await;
    assert!(instant.is_err(), "{instant:?}");
    let time = read::<st::Time, chrono::NaiveTime>(conn, "'24:00'::time").await;
    // The end of a day has no value of its own in chrono; Diesel takes the next one's midnight.
    assert_eq!(time, Ok(chrono::NaiveTime::MIN));
    let number = read::<st::Numeric, bigdecimal::BigDecimal>(conn, "'NaN'::numeric").await;
    assert!(number.is_err(), "{number:?}");
    let table = read::<st::Array<st::Integer>, Vec<i32>>(conn, "'{{1,2},{3,4}}'::int[]").await;
    assert!(table.is_err(), "{table:?}");
}
