//! Finds the row that the server refuses, by inserting parts of its batch.

use core::ops::Range;

use diesel::pg::Pg;
use diesel_async::AsyncConnection;

use super::batch::Batch;
use super::statement::BulkStatement;
use crate::error::{Error, ErrorKind};

/// Whether an error may be that of a row, and not that of the call.
pub(super) fn is_of_a_row(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::TooManyRows
            | ErrorKind::SerializationFailure
            | ErrorKind::Deadlock
            | ErrorKind::ReadOnlyTransaction
            | ErrorKind::Timeout
            | ErrorKind::LockTimeout
            | ErrorKind::Connection
            | ErrorKind::Decode
    )
}

/// A row that the server refuses.
pub(super) struct Refused {
    /// Its position in the batch.
    pub(super) row: usize,
    /// What the server says of it.
    pub(super) error: Error,
}

/// What became of a part of a batch.
enum Part {
    Inserted,
    Refused(Error),
}

/// The row without which the batch would not have failed, found in about log2 of its length
/// steps. It is called in a transaction that is as it was before the batch, and that is rolled
/// back afterwards. `None` where no single row is the cause, or where something else went wrong.
///
/// Halves that the server takes stay, since a row may clash with an earlier one. A row that
/// clashes only within one statement (ON CONFLICT DO UPDATE of the same row twice) is not found
/// so: then ever shorter beginnings of the batch are tried, each as one statement.
pub(super) async fn narrow<C, Q>(conn: &mut C, batch: &Batch<Q::Input>) -> Option<Refused>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
{
    execute(conn, "SAVEPOINT planwright_narrow").await?;
    // What fails without a row is not the fault of one: a privilege, a column that is gone.
    if let Part::Refused(_) = attempt::<C, Q>(conn, batch, 0..0, false).await? {
        return None;
    }
    let found = search::<C, Q>(conn, batch, true).await?;
    if found.is_some() {
        return found;
    }
    execute(conn, "ROLLBACK TO SAVEPOINT planwright_narrow").await?;
    search::<C, Q>(conn, batch, false).await?
}

/// Looks for the first row with which a beginning of the batch is refused. With `keep`, what is
/// taken stays and is not sent again. The outer `None` is an error that is not a row's.
async fn search<C, Q>(conn: &mut C, batch: &Batch<Q::Input>, keep: bool) -> Option<Option<Refused>>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
{
    let (mut taken, mut refused) = (0, batch.rows().len());
    loop {
        let last = refused - taken <= 1;
        let end = if last {
            refused
        } else {
            taken + (refused - taken) / 2
        };
        let start = if keep { taken } else { 0 };
        match attempt::<C, Q>(conn, batch, start..end, keep && !last).await? {
            Part::Refused(error) if last => return Some(Some(Refused { row: taken, error })),
            Part::Inserted if last => return Some(None),
            Part::Refused(_) => refused = end,
            Part::Inserted => taken = end,
        }
    }
}

/// Inserts a part of the batch. Without `keep` it is taken back. Nobody called for it, so it is
/// no timed call.
async fn attempt<C, Q>(
    conn: &mut C,
    batch: &Batch<Q::Input>,
    range: Range<usize>,
    keep: bool,
) -> Option<Part>
where
    C: AsyncConnection<Backend = Pg>,
    Q: BulkStatement,
{
    execute(conn, "SAVEPOINT planwright_part").await?;
    let statement = Q::of(&batch.part(range));
    match conn.execute_returning_count(statement).await {
        Ok(_) if keep => {
            execute(conn, "RELEASE SAVEPOINT planwright_part").await?;
            Some(Part::Inserted)
        }
        Ok(_) => {
            execute(conn, "ROLLBACK TO SAVEPOINT planwright_part").await?;
            Some(Part::Inserted)
        }
        Err(error) => {
            execute(conn, "ROLLBACK TO SAVEPOINT planwright_part").await?;
            let error = Error::failed(Q::INFO, error);
            is_of_a_row(&error).then_some(Part::Refused(error))
        }
    }
}

/// What cannot be executed ends the search.
async fn execute<C>(conn: &mut C, sql: &str) -> Option<()>
where
    C: AsyncConnection<Backend = Pg>,
{
    conn.batch_execute(sql).await.ok()
}
