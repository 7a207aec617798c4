//! A call of a `:bulk` function, before it is awaited.

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;

use diesel::pg::Pg;
use diesel_async::AsyncConnection;

use super::answer::{Answer, HandOver};
use super::progress::{Counter, OnProgress, Progress};
use super::scope::depth;
use super::statement::BulkStatement;
use super::work::{Batches, Work};
use crate::error::{Error, Result};

/// How many rows a batch has, unless a call says otherwise: where the time of a call no longer
/// falls (`planwright-benches bulk`).
const BATCH_SIZE: usize = 1_000;

/// A call of a generated `:bulk` function: nothing is sent until it is awaited.
///
/// All batches are in one transaction, or in a savepoint of the one that is open; or, with
/// [`per_batch`](Self::per_batch), each is a transaction of its own. Without a row nothing is
/// sent.
///
/// The call returns the rows of RETURNING, in the order of the rows given, or how many rows were
/// inserted. Each batch is one timed call of the query.
///
/// When its future is dropped before it is done, ROLLBACK goes out behind what was sent already:
/// nothing is committed, but for whole batches with [`per_batch`](Self::per_batch).
///
/// # Errors
///
/// Where the server refuses a row, [`Error::row`] is its position among the rows given. It is
/// found in about log2 of a batch's rows statements, which leave nothing behind, and is not known
/// of
///
/// - what is no row's fault: a lost connection, a timeout, a lost race;
/// - what is only checked at the end of the transaction: deferred constraints;
/// - a row beyond the 48th batch of a transaction that clashes with a row of a batch before it.
///
/// # Examples
///
/// ```no_run
/// # use planwright::bulk::{Bulk, BulkStatement};
/// # async fn example<'c, C, Q, R>(create_messages: impl Fn(&'c mut C, R) -> Bulk<'c, C, Q, R>, conn: &'c mut C, messages: R) -> planwright::Result<()>
/// # where
/// #     C: diesel_async::AsyncConnection<Backend = diesel::pg::Pg>,
/// #     Q: BulkStatement,
/// #     R: Iterator<Item = Q::Input> + Send + 'c,
/// #     Q::Answer: 'c,
/// # {
/// let created = create_messages(conn, messages)
///     .batch_size(500)
///     .on_progress(|progress| eprintln!("{progress}"))
///     .await?;
/// # drop(created);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until it is awaited"]
pub struct Bulk<'c, C, Q: BulkStatement, R, A = <Q as BulkStatement>::Answer> {
    conn: &'c mut C,
    rows: R,
    answer: A,
    batch_size: usize,
    per_batch: bool,
    progress: Option<OnProgress<'c>>,
    statement: PhantomData<fn() -> Q>,
}

/// What a generated `:bulk` function returns.
pub fn insert<C, Q, R>(conn: &mut C, rows: R) -> Bulk<'_, C, Q, R::IntoIter>
where
    Q: BulkStatement,
    R: IntoIterator<Item = Q::Input>,
{
    Bulk {
        conn,
        rows: rows.into_iter(),
        answer: Q::Answer::default(),
        batch_size: BATCH_SIZE,
        per_batch: false,
        progress: None,
        statement: PhantomData,
    }
}

impl<'c, C, Q: BulkStatement, R, A> Bulk<'c, C, Q, R, A> {
    /// How many rows go to the server with one statement, 1,000 unless it is said. Less than one
    /// counts as one.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch_size = rows;
        self
    }

    /// Each batch commits on its own: what is done stays done when a later batch fails, and
    /// [`Error::committed`] says how many of the rows given that are. In a transaction that is
    /// open the call is an error,
    /// [`AlreadyInTransaction`](diesel::result::Error::AlreadyInTransaction).
    pub fn per_batch(mut self) -> Self {
        self.per_batch = true;
        self
    }

    /// Calls `tell` after each batch.
    pub fn on_progress(mut self, tell: impl FnMut(Progress) + Send + 'c) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    /// Hands the rows of RETURNING to `take` after each batch, so that they are never all in
    /// memory; the call then returns how many there were. Unless batches commit on their own,
    /// that is before the transaction is committed.
    pub fn on_rows<F>(self, take: F) -> Bulk<'c, C, Q, R, HandOver<F>>
    where
        F: FnMut(Vec<Q::Item>) + Send + 'c,
    {
        Bulk {
            conn: self.conn,
            rows: self.rows,
            answer: HandOver::new(take),
            batch_size: self.batch_size,
            per_batch: self.per_batch,
            progress: self.progress,
            statement: self.statement,
        }
    }
}

impl<C, Q, R, A> Bulk<'_, C, Q, R, A>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
    R: Iterator<Item = Q::Input> + Send,
    A: Answer<Q::Item>,
{
    async fn run(self) -> Result<A::Output> {
        let conn = self.conn;
        let mut work = Work {
            counter: Counter::new(&self.rows, self.progress),
            batches: Batches::new(self.rows, self.batch_size),
            answer: self.answer,
            statement: self.statement,
        };
        let Some(first) = work.batches.take() else {
            return Ok(work.answer.give());
        };
        let failed = |error| Error::failed(Q::INFO, error);
        let is_open = depth(conn).map_err(failed)? > 0;
        if self.per_batch && is_open {
            return Err(failed(diesel::result::Error::AlreadyInTransaction));
        }
        // One statement is a transaction anyway.
        if self.per_batch || !is_open && work.batches.is_done() {
            work.separately(conn, first).await?;
        } else {
            work.together(conn, first).await?;
        }
        Ok(work.answer.give())
    }
}

impl<'c, C, Q, R, A> IntoFuture for Bulk<'c, C, Q, R, A>
where
    C: AsyncConnection<Backend = Pg> + 'c,
    Q: BulkStatement,
    R: Iterator<Item = Q::Input> + Send + 'c,
    A: Answer<Q::Item> + 'c,
{
    type Output = Result<A::Output>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<C, Q: BulkStatement, R, A> fmt::Debug for Bulk<'_, C, Q, R, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("query", &Q::INFO.name)
            .field("batch_size", &self.batch_size)
            .field("per_batch", &self.per_batch)
            .finish_non_exhaustive()
    }
}
