//! Many calls of one statement, pipelined: they share a round trip.

use futures_util::future::join_all;

use super::{CatalogQuery, ReturnsRows, exec, many, one};
use crate::connection::PgConnection;
use crate::error::Result;
use crate::pipeline::Pipeline;

/// Runs a `:batchone` query: what [`one`] returns, for each call.
///
/// The calls are sent in their order, and none waits for another's answer: all of them are one
/// round trip, and one more where the connection has not prepared the statement yet. Each is a
/// statement of its own, and counts for itself in the timer. One that fails leaves the others
/// as they are; in a transaction those behind it fail as well. All answers are held at once.
pub async fn batchone<C, Q, B>(conn: &mut C, calls: B) -> Vec<Result<Q::Row>>
where
    C: Pipeline,
    Q: ReturnsRows,
    B: IntoIterator<Item = Q>,
{
    let conn = conn.pipeline();
    let calls = prepared(conn, calls.into_iter()).await;
    let calls = calls.map(|query| async move { one(&mut { conn }, query).await });
    join_all(calls).await
}

/// Runs a `:batchmany` query: what [`many`] returns, for each call; otherwise like
/// [`batchone`].
pub async fn batchmany<C, Q, B>(conn: &mut C, calls: B) -> Vec<Result<Vec<Q::Row>>>
where
    C: Pipeline,
    Q: ReturnsRows,
    B: IntoIterator<Item = Q>,
{
    let conn = conn.pipeline();
    let calls = prepared(conn, calls.into_iter()).await;
    let calls = calls.map(|query| async move { many(&mut { conn }, query).await });
    join_all(calls).await
}

/// Runs a `:batchexec` statement: what [`exec`] returns, for each call; otherwise like
/// [`batchone`].
pub async fn batchexec<C, Q, B>(conn: &mut C, calls: B) -> Vec<Result<()>>
where
    C: Pipeline,
    Q: CatalogQuery,
    B: IntoIterator<Item = Q>,
{
    let conn = conn.pipeline();
    let calls = prepared(conn, calls.into_iter()).await;
    let calls = calls.map(|query| async move { exec(&mut { conn }, query).await });
    join_all(calls).await
}

/// The calls, once the connection knows their statement. Otherwise each would prepare it for
/// itself.
async fn prepared<Q: CatalogQuery>(
    conn: &PgConnection,
    mut calls: impl Iterator<Item = Q>,
) -> impl Iterator<Item = Q> {
    let first = calls.next();
    if let Some(first) = &first {
        // Where that fails, the calls fail likewise, each with an error of its own.
        let _ready = conn.prepare(first).await;
    }
    first.into_iter().chain(calls)
}
