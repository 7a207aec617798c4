//! A call of a `:copy` function: rows in PostgreSQL's binary COPY format, written as they are
//! taken from the iterator.

mod columns;
mod connection;

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;

pub use self::columns::Columns;
pub use self::connection::{CopyIn, CopySink};
use super::failure::Failure;
use super::progress::{Counter, OnProgress, Progress};
use crate::error::{Error, Result};
use crate::info::QueryInfo;
use crate::timing::Timer;

/// How much is handed to the driver at once, about.
const CHUNK_BYTES: usize = 64 * 1024;
/// How many rows are encoded before their size is known.
const FIRST_ROWS: usize = 64;
/// The most rows that are encoded at once, however small they are.
const MOST_ROWS: usize = 8 * 1024;

/// A generated `:copy` statement.
pub trait CopyStatement: 'static {
    /// A row that is given.
    type Input: Send + Sync + 'static;

    /// What is known of it before it runs.
    const INFO: &'static QueryInfo;

    /// The table, as the server calls it when it refuses a row.
    const TABLE: &'static str;

    /// Its own timer, a `static` inside this function.
    fn timer() -> &'static Timer;

    /// Encodes the columns of some rows, in the order of the statement.
    ///
    /// # Errors
    ///
    /// When a value cannot be written in PostgreSQL's format.
    fn encode(rows: &[Self::Input], out: &mut Columns) -> diesel::QueryResult<()>;
}

/// A call of a generated `:copy` function: nothing is sent until it is awaited.
///
/// The call is one `COPY … FROM STDIN` and one timed call of the query; it inserts all rows or
/// none, and returns how many there were. Without a row nothing is sent. In a transaction that is
/// open an error leaves that to be rolled back, as the error of any statement does.
///
/// When its future is dropped before it is done, the server is told to give it up: nothing is
/// inserted, and the connection stays usable.
///
/// # Errors
///
/// Where the server refuses a row, [`Error::row`] is its position among the rows given; it is not
/// known of a foreign key, which the server checks behind the last row. The driver tells an error
/// when all rows are sent.
#[must_use = "nothing is sent until it is awaited"]
pub struct CopyRows<'c, C, Q, R> {
    conn: &'c mut C,
    rows: R,
    progress: Option<OnProgress<'c>>,
    statement: PhantomData<fn() -> Q>,
}

/// What a generated `:copy` function returns.
pub fn copy<C, Q, R>(conn: &mut C, rows: R) -> CopyRows<'_, C, Q, R::IntoIter>
where
    Q: CopyStatement,
    R: IntoIterator<Item = Q::Input>,
{
    CopyRows {
        conn,
        rows: rows.into_iter(),
        progress: None,
        statement: PhantomData,
    }
}

impl<'c, C, Q, R> CopyRows<'c, C, Q, R> {
    /// Calls `tell` each time that some rows, about 64 KiB of them, went to the driver.
    pub fn on_progress(mut self, tell: impl FnMut(Progress) + Send + 'c) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }
}

impl<C, Q, R> CopyRows<'_, C, Q, R>
where
    C: CopyIn,
    Q: CopyStatement,
    R: Iterator<Item = Q::Input> + Send,
{
    async fn run(self) -> Result<u64> {
        let counter = Counter::new(&self.rows, self.progress);
        let mut rows = self.rows.fuse().peekable();
        if rows.peek().is_none() {
            return Ok(0);
        }
        let call = Q::timer().start();
        match send::<C, Q>(self.conn, rows, counter).await {
            Ok(count) => {
                call.finish(count);
                Ok(count)
            }
            Err(Failure { error, row }) => {
                let error = Error::failed(Q::INFO, error).of_given(row, 0);
                call.fail(error.kind());
                Err(error)
            }
        }
    }
}

async fn send<C, Q>(
    conn: &mut C,
    mut rows: impl Iterator<Item = Q::Input> + Send,
    mut counter: Counter<'_>,
) -> core::result::Result<u64, Failure>
where
    C: CopyIn,
    Q: CopyStatement,
{
    let failed = |error| Failure::of(Q::TABLE, &error);
    let mut sink = conn.copy_in(Q::INFO.sql).await.map_err(failed)?;
    let mut bytes = Columns::header();
    let mut most = FIRST_ROWS;
    loop {
        let chunk: Vec<Q::Input> = rows.by_ref().take(most).collect();
        if chunk.is_empty() {
            break;
        }
        encode::<Q>(&chunk, &mut bytes).map_err(|mut failure| {
            failure.row = failure.row.map(|row| counter.rows() + row);
            failure
        })?;
        let each = (bytes.len() / chunk.len()).max(1);
        most = (CHUNK_BYTES / each).clamp(1, MOST_ROWS);
        sink.send(core::mem::take(&mut bytes))
            .await
            .map_err(failed)?;
        counter.add(chunk.len());
    }
    sink.send(Columns::trailer()).await.map_err(failed)?;
    sink.finish().await.map_err(failed)
}

/// Appends rows; an error has the position of the one that cannot be written.
fn encode<Q: CopyStatement>(
    rows: &[Q::Input],
    bytes: &mut Vec<u8>,
) -> core::result::Result<(), Failure> {
    let append = |rows: &[Q::Input], bytes: &mut Vec<u8>| {
        let mut columns = Columns::new();
        Q::encode(rows, &mut columns)?;
        columns.append_rows(rows.len(), bytes)
    };
    append(rows, bytes).map_err(|error| {
        let refused = |row| append(core::slice::from_ref(row), &mut Vec::new()).is_err();
        Failure {
            row: rows.iter().position(refused).map(|row| row as u64),
            error,
        }
    })
}

impl<'c, C, Q, R> IntoFuture for CopyRows<'c, C, Q, R>
where
    C: CopyIn + 'c,
    Q: CopyStatement,
    R: Iterator<Item = Q::Input> + Send + 'c,
{
    type Output = Result<u64>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<C, Q: CopyStatement, R> fmt::Debug for CopyRows<'_, C, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyRows")
            .field("query", &Q::INFO.name)
            .finish_non_exhaustive()
    }
}
