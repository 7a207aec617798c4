//! What a generated `:bulk` statement is.

use diesel::pg::Pg;
use diesel_async::AsyncConnectionCore;

use super::answer::Answer;
use super::batch::Batch;
use crate::error::Result;
use crate::query::CatalogQuery;

/// A generated statement that inserts the rows of a batch.
pub trait BulkStatement: CatalogQuery + 'static {
    /// A row that is given.
    type Input: Send + Sync + 'static;
    /// What a call makes of a row that RETURNING gives; `()` without RETURNING.
    type Item: Send;
    /// What a call answers with, unless it is told otherwise: [`Returned`](super::Returned) or
    /// [`Inserted`](super::Inserted).
    type Answer: Answer<Self::Item> + Default;

    /// The statement for these rows.
    fn of(batch: &Batch<Self::Input>) -> Self;

    /// Runs it, as one timed call.
    fn send<C>(self, conn: &mut C) -> impl Future<Output = Result<Sent<Self::Item>>> + Send
    where
        C: AsyncConnectionCore<Backend = Pg>;
}

/// What the statement of one batch gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent<T> {
    /// The rows of RETURNING.
    pub rows: Vec<T>,
    /// How many rows were inserted, or updated by ON CONFLICT.
    pub count: u64,
}

impl<T> Sent<T> {
    /// Of a statement with RETURNING.
    #[must_use]
    pub fn rows(rows: Vec<T>) -> Self {
        let count = rows.len() as u64;
        Self { rows, count }
    }

    /// Of a statement without RETURNING.
    #[must_use]
    pub fn count(count: u64) -> Self {
        Self {
            rows: Vec::new(),
            count,
        }
    }
}
