//! Rows one by one, as they arrive.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use diesel::deserialize::FromSqlRow as _;
use diesel::pg::Pg;
use diesel_async::AsyncConnectionCore;
use futures_util::stream::{BoxStream, unfold};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};

use super::{ReturnsRows, fail, values};
use crate::error::{Error, Result};
use crate::timing::Call;

/// The rows of a `:stream` query, from [`stream`]: a [`Stream`] that borrows the connection.
///
/// It is `Unpin`, so that `rows.try_next().await` of `futures_util::TryStreamExt` works as it is.
/// The first error is its last item.
#[must_use = "a stream sends nothing before it is asked for a row"]
pub struct RowStream<'a, T>(BoxStream<'a, Result<T>>);

/// Runs a `:stream` query: its rows, in the order they arrive.
///
/// The statement is sent when the first row is asked for. Rows are read as they are asked for:
/// beside one packet of rows in this process, and what fits into the two sockets, the result
/// stays with the server, which waits. A connection carries one answer after the other, so
/// what else was sent on it waits as well, until the stream is read or dropped.
///
/// The call is timed from the first poll until the rows are at their end, with all that the
/// caller does between them. A stream that is dropped before counts as cancelled. The connection
/// then stays usable, and the next statement on it waits for the rest of the result, which the
/// server still makes and sends, and the driver reads and throws away. Where that may be much,
/// give the query a `LIMIT`, or close the connection.
///
/// # Errors
///
/// An item is an error when the statement fails, at its start or after some rows: whatever the
/// server, the connection or the decoding says. It ends the stream.
///
/// # Examples
///
/// Generated functions call it:
///
/// ```no_run
/// use planwright::PgConnection;
/// use futures_util::TryStreamExt as _;
/// use planwright::query::RowStream;
///
/// # struct Message { content: String }
/// # fn every_message(_: &mut PgConnection) -> RowStream<'_, Message> { unimplemented!() }
/// async fn characters(conn: &mut PgConnection) -> planwright::Result<usize> {
///     let mut characters = 0;
///     let mut messages = every_message(conn);
///     while let Some(message) = messages.try_next().await? {
///         characters += message.content.chars().count();
///     }
///     Ok(characters)
/// }
/// ```
pub fn stream<'a, C, Q>(conn: &'a mut C, query: Q) -> RowStream<'a, Q::Row>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows + 'a,
    Q::Row: 'a,
{
    stream_map(conn, query, |row| row)
}

/// Like [`stream`], with something made of each row.
pub fn stream_map<'a, C, Q, T, F>(conn: &'a mut C, query: Q, mut map: F) -> RowStream<'a, T>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows + 'a,
    F: FnMut(Q::Row) -> T + Send + 'a,
    T: 'a,
{
    let rows = unfold(State::<C, Q>::Begin(conn, query), State::next);
    RowStream(rows.map(move |row| row.map(&mut map)).fuse().boxed())
}

/// How far a stream is.
enum State<'a, C, Q>
where
    C: AsyncConnectionCore<Backend = Pg> + 'a,
    Q: ReturnsRows + 'a,
{
    Begin(&'a mut C, Q),
    Rows {
        rows: Pin<Box<C::Stream<'a, 'a>>>,
        call: Call,
        count: u64,
    },
    Failed,
}

impl<'a, C, Q> State<'a, C, Q>
where
    C: AsyncConnectionCore<Backend = Pg>,
    Q: ReturnsRows + 'a,
{
    async fn next(self) -> Option<(Result<Q::Row>, Self)> {
        let (mut rows, call, count) = match self {
            Self::Begin(conn, query) => {
                let call = values::start(&query);
                match conn.load(query).await {
                    Ok(rows) => (Box::pin(rows), call, 0),
                    Err(error) => return Some(Self::failed(call, error)),
                }
            }
            Self::Rows { rows, call, count } => (rows, call, count),
            Self::Failed => return None,
        };
        // A raw row need not be `Send`: none may live across an `await`.
        let decoded = match rows.try_next().await {
            Ok(Some(row)) => {
                Q::Row::build_from_row(&row).map_err(diesel::result::Error::DeserializationError)
            }
            Ok(None) => {
                call.finish(count);
                return None;
            }
            Err(error) => Err(error),
        };
        match decoded {
            Ok(row) => {
                let count = count + 1;
                Some((Ok(row), Self::Rows { rows, call, count }))
            }
            Err(error) => Some(Self::failed(call, error)),
        }
    }

    #[cold]
    fn failed(call: Call, error: diesel::result::Error) -> (Result<Q::Row>, Self) {
        let error = fail(call, Error::failed(Q::INFO, error));
        (Err(error), Self::Failed)
    }
}

impl<T> Stream for RowStream<'_, T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}
