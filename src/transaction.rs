//! Transactions that are run again when they lose against another one, with an isolation level,
//! a deadline, and a warning when they stay open too long.
//!
//! Savepoints are Diesel's own: [`transaction`](diesel_async::AsyncConnection::transaction) on
//! the connection inside. This module may not know any query.

mod open;

use core::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use diesel_async::{AnsiTransactionManager, TransactionManager as _};

use self::open::Open;
pub(crate) use self::open::{forget, outside, send, state};
use crate::connection::{CancelToken, PgConnection};
use crate::error::Error;

/// What other transactions are seen to do:
/// [transaction isolation](https://www.postgresql.org/docs/current/transaction-iso.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// Each statement sees what was committed before it began. PostgreSQL's default.
    ReadCommitted,
    /// All statements see what was committed before the first one began. A write to a row that
    /// another transaction changed since is a
    /// [`SerializationFailure`](crate::ErrorKind::SerializationFailure).
    RepeatableRead,
    /// As if transactions ran one after the other; one that would not is a
    /// [`SerializationFailure`](crate::ErrorKind::SerializationFailure).
    Serializable,
}

/// Whether a transaction that failed may succeed when it is run again. An application's own error
/// type, made of [`Error`] with `From`, implements it to be used in [`Transaction::run`].
pub trait Retry {
    /// Whether to run the whole transaction again.
    fn is_retryable(&self) -> bool;
}

impl Retry for Error {
    fn is_retryable(&self) -> bool {
        self.kind().is_retryable()
    }
}

/// What a [`Transaction`] runs: an async closure that can be called again, whose future is
/// [`Send`]. It is implemented for closures, and is not to be implemented.
///
/// A closure that is called again lends nothing of its own to its futures: it borrows what it
/// needs (`async |conn| …`, without `move`), and counts in an atomic or a cell.
pub trait Body<C, R>: FnMut(C) -> Self::Running {
    /// One run of it.
    type Running: Future<Output = R> + Send;
}

impl<F, C, R, Running> Body<C, R> for F
where
    F: FnMut(C) -> Running,
    Running: Future<Output = R> + Send,
{
    type Running = Running;
}

/// How a transaction is run.
///
/// | | default |
/// |---|---|
/// | isolation, read-only, deferrable | the server's |
/// | retries | 3, after a serialization failure (40001) or a deadlock (40P01) |
/// | deadline | none |
/// | warning | when open for 1 s or longer |
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use planwright::transaction::{Isolation, Transaction};
///
/// # async fn take_from_stock<C>(_: &mut C, _: i64) -> planwright::Result<u64> { Ok(1) }
/// # async fn store_order<C>(_: &mut C, _: i64) -> planwright::Result<i64> { Ok(1) }
/// # async fn example(pool: planwright::pool::Pool) -> planwright::Result<()> {
/// const ORDER: Transaction = Transaction::new()
///     .isolation(Isolation::Serializable)
///     .deadline(Duration::from_secs(5));
///
/// let mut conn = pool.get().await?;
/// let order = ORDER
///     .run(&mut conn, async |conn| {
///         take_from_stock(conn, 7).await?;
///         store_order(conn, 7).await
///     })
///     .await?;
/// # drop(order);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    name: &'static str,
    isolation: Option<Isolation>,
    read_only: bool,
    deferrable: bool,
    retries: u32,
    deadline: Option<Duration>,
    warn_after: Option<Duration>,
}

impl Default for Transaction {
    fn default() -> Self {
        Self::new()
    }
}

impl Transaction {
    /// A transaction as the server begins it, retried three times.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            name: "transaction",
            isolation: None,
            read_only: false,
            deferrable: false,
            retries: 3,
            deadline: None,
            warn_after: Some(Duration::from_secs(1)),
        }
    }

    /// What warnings call it.
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// What it sees of others.
    #[must_use]
    pub const fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// A write in it is a [`ReadOnlyTransaction`](crate::ErrorKind::ReadOnlyTransaction).
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// A serializable read-only transaction waits at its start until nothing can fail it, and
    /// then fails no other: for long reports.
    #[must_use]
    pub const fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    /// How often it is run again when it lost against another. Zero never runs it again.
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The longest that all attempts together may take. Then the statement that runs is
    /// cancelled, the transaction is rolled back, and the error is a
    /// [`Timeout`](crate::ErrorKind::Timeout), at most a second later. The connection counts as
    /// broken, because a request to cancel may reach the server late: a pool replaces it.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// From when on an open transaction is a warning; with `None` never.
    #[must_use]
    pub const fn warn_after(mut self, limit: Option<Duration>) -> Self {
        self.warn_after = limit;
        self
    }

    /// Runs `body` in a transaction, and commits it when that is `Ok`.
    ///
    /// A `body` that lost against another transaction is run again, from its start, so it does
    /// nothing that cannot be done twice outside of the database. Before each attempt it waits a
    /// random time of up to 10 ms, twice as long each time, up to 1 s.
    ///
    /// When this future is dropped, ROLLBACK goes out behind what was sent already, and the
    /// connection stays usable. A transaction that was open for long is a `tracing` warning of
    /// target `planwright::transaction`, "transaction open long", with `name`, `open_ms` and
    /// `limit_ms`.
    ///
    /// # Errors
    ///
    /// The error of `body`, of BEGIN or of COMMIT in the last attempt; beyond the deadline a
    /// [`Timeout`](crate::ErrorKind::Timeout). A connection that is in a transaction already is
    /// [`AlreadyInTransaction`](diesel::result::Error::AlreadyInTransaction).
    #[expect(
        clippy::manual_async_fn,
        reason = "an async fn cannot promise that its future is Send"
    )]
    pub fn run<'c, T, E, F>(
        self,
        conn: &'c mut PgConnection,
        mut body: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<'c, T, E, F>
    where
        F: AsyncFnMut(&mut PgConnection) -> Result<T, E>
            + for<'r> Body<&'r mut PgConnection, Result<T, E>>
            + Send,
        T: Send,
        E: From<Error> + Retry + Send,
    {
        async move {
            let Some(deadline) = self.deadline else {
                return self.attempts(conn, &mut body).await;
            };
            let token = conn.cancel_token();
            match tokio::time::timeout(deadline, self.attempts(conn, &mut body)).await {
                Ok(done) => done,
                Err(_) => {
                    self.cancel(conn, token).await;
                    Err(Error::deadline(deadline).into())
                }
            }
        }
    }

    /// Cancels the statement that runs. The request goes to the server on a way of its own, and
    /// may come so late that it meets another statement: nobody may use the connection again.
    async fn cancel(self, conn: &mut PgConnection, token: CancelToken) {
        const MOST: Duration = Duration::from_secs(1);
        AnsiTransactionManager::transaction_manager_status_mut(conn).set_in_error();
        let sent = token.cancel_query();
        if let Ok(Ok(())) = tokio::time::timeout(MOST, sent).await {
            return;
        }
        tracing::warn!(
            target: "planwright::transaction",
            name = self.name,
            "the statement beyond the deadline could not be cancelled"
        );
    }

    async fn attempts<T, E, F>(self, conn: &mut PgConnection, body: &mut F) -> Result<T, E>
    where
        F: for<'r> Body<&'r mut PgConnection, Result<T, E>>,
        E: From<Error> + Retry,
    {
        let mut attempt = 0;
        loop {
            match self.attempt(conn, body).await {
                Err(error) if error.is_retryable() && attempt < self.retries => {
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    async fn attempt<T, E, F>(self, conn: &mut PgConnection, body: &mut F) -> Result<T, E>
    where
        F: for<'r> Body<&'r mut PgConnection, Result<T, E>>,
        E: From<Error>,
    {
        let failed = |error| E::from(Error::from(error));
        outside(conn).map_err(failed)?;
        let mut open = Open::new(conn, self.name, self.warn_after);
        let begin = self.to_string();
        let started = AnsiTransactionManager::begin_transaction_sql(open.conn(), &begin).await;
        started.map_err(failed)?;
        let done = body(open.conn()).await;
        let ended = match &done {
            Ok(_) => AnsiTransactionManager::commit_transaction(open.conn()).await,
            Err(_) => AnsiTransactionManager::rollback_transaction(open.conn()).await,
        };
        if ended.is_ok() {
            open.end();
        }
        match (done, ended) {
            (Ok(_), Err(error)) => Err(failed(error)),
            // Why the transaction failed says more than why it could not be rolled back; that
            // leaves the connection broken.
            (done, _) => done,
        }
    }
}

/// The statement that begins it.
impl fmt::Display for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BEGIN")?;
        match self.isolation {
            None => {}
            Some(Isolation::ReadCommitted) => f.write_str(" ISOLATION LEVEL READ COMMITTED")?,
            Some(Isolation::RepeatableRead) => f.write_str(" ISOLATION LEVEL REPEATABLE READ")?,
            Some(Isolation::Serializable) => f.write_str(" ISOLATION LEVEL SERIALIZABLE")?,
        }
        if self.read_only {
            f.write_str(" READ ONLY")?;
        }
        if self.deferrable {
            f.write_str(" DEFERRABLE")?;
        }
        Ok(())
    }
}

/// How long to wait behind an attempt: any time up to 10 ms, and twice as long for each before,
/// up to 1 s. Transactions that met once do not meet again for having waited alike.
fn pause(attempt: u32) -> Duration {
    const FIRST: u64 = 10_000;
    const MOST: u64 = 1_000_000;
    let most = FIRST.saturating_mul(1 << attempt.min(16)).min(MOST);
    // Each hasher has keys of its own.
    let random = RandomState::new().build_hasher().finish();
    Duration::from_micros(random % most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_says_how_it_begins() {
        assert_eq!(Transaction::new().to_string(), "BEGIN");
        let report = Transaction::new()
            .isolation(Isolation::Serializable)
            .read_only()
            .deferrable();
        assert_eq!(
            report.to_string(),
            "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
        );
    }

    #[test]
    fn pauses_grow_and_differ() {
        for attempt in [0, 1, 5, 40, u32::MAX] {
            let most = Duration::from_millis(10 << attempt.min(7)).min(Duration::from_secs(1));
            let pauses: Vec<_> = (0..50).map(|_| pause(attempt)).collect();
            assert!(pauses.iter().all(|pause| *pause < most));
            assert!(pauses.iter().any(|pause| *pause != pauses[0]));
        }
    }
}
