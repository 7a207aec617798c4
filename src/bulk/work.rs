//! The batches of one call, sent one after the other.

use core::marker::PhantomData;

use diesel::pg::Pg;
use diesel_async::AsyncConnection;

use super::answer::Answer;
use super::batch::Batch;
use super::narrow::{Refused, is_of_a_row, narrow};
use super::progress::Counter;
use super::scope::Scope;
use super::statement::{BulkStatement, Sent};
use crate::error::{Error, ErrorKind, Result};

/// How many batches of a transaction have a savepoint of their own. The server keeps the
/// numbers of so many subtransactions at hand; with more, every other session's snapshots look
/// them up on disk (`PGPROC_MAX_CACHED_SUBXIDS` is 64).
const SAVEPOINTS: usize = 48;

/// What is still to do, and what came of what was done.
pub(super) struct Work<'c, Q, R: Iterator, A> {
    pub(super) batches: Batches<R>,
    pub(super) answer: A,
    pub(super) counter: Counter<'c>,
    pub(super) statement: PhantomData<fn() -> Q>,
}

impl<Q, R, A> Work<'_, Q, R, A>
where
    Q: BulkStatement,
    R: Iterator<Item = Q::Input> + Send,
    A: Answer<Q::Item>,
{
    /// Each batch is a transaction of its own.
    pub(super) async fn separately<C>(&mut self, conn: &mut C, first: Batch<Q::Input>) -> Result<()>
    where
        C: AsyncConnection<Backend = Pg>,
    {
        let mut next = Some(first);
        while let Some(batch) = next {
            match Q::of(&batch).send(conn).await {
                Ok(sent) => self.took(&batch, sent),
                Err(error) => {
                    let refused = if is_of_a_row(&error) {
                        alone::<C, Q>(conn, &batch).await
                    } else {
                        None
                    };
                    return Err(self.failed(error, refused, self.counter.rows()));
                }
            }
            next = self.batches.take();
        }
        Ok(())
    }

    /// All batches are in one transaction, or in a savepoint of the one that is open.
    pub(super) async fn together<C>(&mut self, conn: &mut C, first: Batch<Q::Input>) -> Result<()>
    where
        C: AsyncConnection<Backend = Pg>,
    {
        let failed = |error| Error::failed(Q::INFO, error);
        let mut scope = Scope::begin(conn).await.map_err(failed)?;
        match self.inside(scope.conn(), first).await {
            Ok(()) => scope.commit().await.map_err(failed),
            Err(error) => {
                // Why a row was refused says more than why that could not be rolled back; the
                // connection counts as broken then.
                let _broken = scope.roll_back().await;
                Err(error)
            }
        }
    }

    async fn inside<C>(&mut self, conn: &mut C, first: Batch<Q::Input>) -> Result<()>
    where
        C: AsyncConnection<Backend = Pg>,
    {
        let mut next = Some(first);
        let mut number = 0;
        while let Some(batch) = next {
            let saved = number < SAVEPOINTS;
            if saved {
                let sql = match number {
                    0 => "SAVEPOINT planwright_batch",
                    _ => "RELEASE SAVEPOINT planwright_batch; SAVEPOINT planwright_batch",
                };
                let done = conn.batch_execute(sql).await;
                done.map_err(|error| Error::failed(Q::INFO, error))?;
            }
            match Q::of(&batch).send(conn).await {
                Ok(sent) => self.took(&batch, sent),
                Err(error) => {
                    // Without a savepoint of its own the batches before are gone, and a row that
                    // refers to one of theirs would be refused for that.
                    let lost = !saved && error.kind() == ErrorKind::ForeignKeyViolation;
                    let refused = if is_of_a_row(&error) && !lost {
                        restored::<C, Q>(conn, &batch).await
                    } else {
                        None
                    };
                    return Err(self.failed(error, refused, 0));
                }
            }
            next = self.batches.take();
            number += 1;
        }
        Ok(())
    }

    fn took(&mut self, batch: &Batch<Q::Input>, sent: Sent<Q::Item>) {
        self.answer.take(sent);
        self.counter.add(batch.rows().len());
    }

    /// The error of the row that was found, or else that of its batch.
    fn failed(&self, of_batch: Error, refused: Option<Refused>, committed: u64) -> Error {
        let row = refused.as_ref().map(|r| self.counter.rows() + r.row as u64);
        let error = refused.map_or(of_batch, |refused| refused.error);
        error.of_given(row, committed)
    }
}

/// Looks for a row in a transaction of its own, which leaves nothing behind.
async fn alone<C, Q>(conn: &mut C, batch: &Batch<Q::Input>) -> Option<Refused>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
{
    let mut scope = Scope::begin(conn).await.ok()?;
    let found = narrow::<C, Q>(scope.conn(), batch).await;
    // A connection on which that fails counts as broken.
    let _broken = scope.roll_back().await;
    found
}

/// Looks for a row where the transaction was before its batch.
async fn restored<C, Q>(conn: &mut C, batch: &Batch<Q::Input>) -> Option<Refused>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
{
    let back = conn.batch_execute("ROLLBACK TO SAVEPOINT planwright_batch");
    back.await.ok()?;
    narrow::<C, Q>(conn, batch).await
}

/// Takes rows from an iterator, a batch at a time.
pub(super) struct Batches<R: Iterator> {
    rows: core::iter::Peekable<core::iter::Fuse<R>>,
    size: usize,
}

impl<R: Iterator> Batches<R> {
    pub(super) fn new(rows: R, size: usize) -> Self {
        Self {
            rows: rows.fuse().peekable(),
            size: size.max(1),
        }
    }

    /// The next batch; no batch is empty.
    pub(super) fn take(&mut self) -> Option<Batch<R::Item>> {
        let rows: Vec<R::Item> = self.rows.by_ref().take(self.size).collect();
        (!rows.is_empty()).then(|| Batch::new(rows))
    }

    /// Whether there are no more rows.
    pub(super) fn is_done(&mut self) -> bool {
        self.rows.peek().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_batch_is_empty_and_none_is_too_long() {
        let lengths = |rows: usize, size: usize| {
            let mut batches = Batches::new(0..rows, size);
            let all = core::iter::from_fn(|| batches.take());
            all.map(|batch| batch.rows().len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(0, 2), [0; 0]);
        assert_eq!(lengths(4, 2), [2, 2]);
        assert_eq!(lengths(5, 2), [2, 2, 1]);
        assert_eq!(lengths(2, 0), [1, 1]);
    }

    #[test]
    fn the_last_batch_is_known_before_it_is_sent() {
        let mut batches = Batches::new(0..4, 2);
        batches.take();
        assert!(!batches.is_done());
        batches.take();
        assert!(batches.is_done());
    }
}
