//! Runs generated queries: every call is timed, and every error has the query's
//! name.
//!
//! Generated functions are thin callers of this module. It may not know any
//! query, hold a connection, or build SQL.

mod batch;
mod column;
mod stream;
mod values;

use core::pin::pin;

use diesel::deserialize::FromSqlRow;
use diesel::pg::Pg;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel_async::AsyncConnectionCore;
use futures_util::TryStreamExt as _;

pub use self::batch::{batchexec, batchmany, batchone};
pub use self::column::{ColumnError, column};
pub use self::stream::{RowStream, stream, stream_map};
use crate::error::{Error, Result};
use crate::info::QueryInfo;
use crate::timing::{Call, Timer};

/// One generated statement: a Diesel query node with a name and a timer.
///
/// Each SQL text must be a type of its own: statements are cached by
/// [`QueryId`], and two texts that share one would run each other's statement.
pub trait CatalogQuery: QueryFragment<Pg> + QueryId + Send {
    /// What is known of it before it runs.
    const INFO: &'static QueryInfo;

    /// Its own timer, a `static` inside this function.
    fn timer() -> &'static Timer;
}

/// A statement that returns rows.
pub trait ReturnsRows: CatalogQuery + Query {
    /// One row, decoded by position.
    type Row: FromSqlRow<<Self as Query>::SqlType, Pg> + Send;

    /// How many rows to make room for before the first arrives. The default is
    /// [`QueryInfo::row_limit`], up to 1,000; generated code says the length of
    /// an array parameter here.
    fn capacity(&self) -> usize {
        const MOST: u32 = 1_000;
        Self::INFO
            .row_limit
            .map_or(0, |limit| limit.min(MOST) as usize)
    }
}

/// Runs a `:one` query: exactly one row.
///
/// # Errors
///
/// [`NotFound`](crate::ErrorKind::NotFound) without a row,
/// [`TooManyRows`](crate::ErrorKind::TooManyRows) with more than one, and
/// whatever the server, the connection or the decoding says.
pub async fn one<C, Q>(conn: &mut C, query: Q) -> Result<Q::Row>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    opt(conn, query)
        .await?
        .ok_or_else(|| Error::not_found(Q::INFO))
}

/// Runs an `:opt` query: one row or none.
///
/// # Errors
///
/// [`TooManyRows`](crate::ErrorKind::TooManyRows) with more than one row, and
/// whatever the server, the connection or the decoding says.
pub async fn opt<C, Q>(conn: &mut C, query: Q) -> Result<Option<Q::Row>>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    let call = values::start(&query);
    match first(conn, query).await {
        Ok((row, false)) => {
            call.finish(u64::from(row.is_some()));
            Ok(row)
        }
        Ok((_, true)) => Err(fail(call, Error::too_many_rows(Q::INFO))),
        Err(error) => Err(fail(call, Error::failed(Q::INFO, error))),
    }
}

/// Runs a `:many` query: all rows, in the order they arrive.
///
/// # Errors
///
/// Whatever the server, the connection or the decoding says.
pub async fn many<C, Q>(conn: &mut C, query: Q) -> Result<Vec<Q::Row>>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    let call = values::start(&query);
    match all(conn, query).await {
        Ok(rows) => {
            call.finish(rows.len() as u64);
            Ok(rows)
        }
        Err(error) => Err(fail(call, Error::failed(Q::INFO, error))),
    }
}

/// Runs a `:one` query whose rows are put together, to exactly one.
///
/// # Errors
///
/// As [`one`], of the rows that are left.
pub async fn one_collapsed<C, Q>(
    conn: &mut C,
    query: Q,
    collapse: fn(Vec<Q::Row>) -> Vec<Q::Row>,
) -> Result<Q::Row>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    opt_collapsed(conn, query, collapse)
        .await?
        .ok_or_else(|| Error::not_found(Q::INFO))
}

/// Runs an `:opt` query whose rows are put together, to one or none.
///
/// # Errors
///
/// As [`opt`], of the rows that are left.
pub async fn opt_collapsed<C, Q>(
    conn: &mut C,
    query: Q,
    collapse: fn(Vec<Q::Row>) -> Vec<Q::Row>,
) -> Result<Option<Q::Row>>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    let mut rows = many_collapsed(conn, query, collapse).await?.into_iter();
    match (rows.next(), rows.next()) {
        (_, Some(_)) => Err(Error::too_many_rows(Q::INFO)),
        (row, None) => Ok(row),
    }
}

/// Runs a `:many` query whose rows are put together: see
/// [`load::collapse`](crate::load::collapse). The rows of the server are counted.
///
/// # Errors
///
/// As [`many`].
pub async fn many_collapsed<C, Q>(
    conn: &mut C,
    query: Q,
    collapse: fn(Vec<Q::Row>) -> Vec<Q::Row>,
) -> Result<Vec<Q::Row>>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    many(conn, query).await.map(collapse)
}

/// Runs an `:exec` statement. The number of rows it touched is only counted.
///
/// # Errors
///
/// Whatever the server or the connection says.
pub async fn exec<C, Q>(conn: &mut C, query: Q) -> Result<()>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: CatalogQuery,
{
    execrows(conn, query).await.map(drop)
}

/// Runs an `:execrows` statement: the number of rows it touched.
///
/// # Errors
///
/// Whatever the server or the connection says.
pub async fn execrows<C, Q>(conn: &mut C, query: Q) -> Result<u64>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: CatalogQuery,
{
    let call = values::start(&query);
    match conn.execute_returning_count(query).await {
        Ok(rows) => {
            call.finish(rows as u64);
            Ok(rows as u64)
        }
        Err(error) => Err(fail(call, Error::failed(Q::INFO, error))),
    }
}

async fn all<C, Q>(conn: &mut C, query: Q) -> diesel::QueryResult<Vec<Q::Row>>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    let mut rows = Vec::with_capacity(query.capacity());
    let mut stream = pin!(conn.load(query).await?);
    while let Some(row) = stream.try_next().await? {
        rows.push(decode::<C, Q>(&row)?);
    }
    Ok(rows)
}

/// The first row, and whether there is another. Asking for the second is also
/// how an error after the first row is found.
async fn first<C, Q>(conn: &mut C, query: Q) -> diesel::QueryResult<(Option<Q::Row>, bool)>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    let mut stream = pin!(conn.load(query).await?);
    // A raw row need not be `Send`: none may live across the next `await`.
    let row = match stream.try_next().await? {
        Some(row) => decode::<C, Q>(&row)?,
        None => return Ok((None, false)),
    };
    let more = stream.try_next().await?.is_some();
    Ok((Some(row), more))
}

#[inline]
fn decode<C, Q>(row: &C::Row<'_, '_>) -> diesel::QueryResult<Q::Row>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows,
{
    Q::Row::build_from_row(row).map_err(diesel::result::Error::DeserializationError)
}

#[cold]
fn fail(call: Call, error: Error) -> Error {
    call.fail_with(error.kind(), error.sqlstate());
    error
}
