//! Several statements under way on one connection at once, so that they share a round trip,
//! and several that see one state of the database.
//!
//! PostgreSQL takes the next statement before the answer to the last one was read, and answers
//! in their order
//! ([pipelining](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING)).
//! This module may not know any query.

use diesel::connection::TransactionDepthChange;
use diesel::pg::Pg;
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection as _};
use futures_util::future::join;

/// Wait until all are done or one fails, and poll in the order in which they are written:
/// generated functions send with them what can go out together.
pub use futures_util::future::{try_join, try_join3, try_join4, try_join5};

use crate::connection::PgConnection;
use crate::error::Result;
use crate::transaction::{outside, send, state};

/// A connection on which several statements can be under way at once.
///
/// A generated function asks for one where it loads several things in one round trip.
/// Every other function is content with any
/// [`AsyncConnectionCore`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot have several statements under way at once",
    label = "needs a `PgConnection`",
    note = "where it is a guard of another pool, pass the connection inside: `&mut *conn`"
)]
pub trait Pipeline: AsyncConnectionCore<Backend = Pg> {
    /// The connection; each statement takes a reference of its own, `&mut &*conn`.
    fn pipeline(&self) -> &PgConnection;
}

impl Pipeline for PgConnection {
    fn pipeline(&self) -> &PgConnection {
        self
    }
}

impl Pipeline for &PgConnection {
    fn pipeline(&self) -> &PgConnection {
        self
    }
}

impl<C: Pipeline> Pipeline for &mut C {
    fn pipeline(&self) -> &PgConnection {
        C::pipeline(self)
    }
}

impl<M> Pipeline for bb8::PooledConnection<'_, M>
where
    M: bb8::ManageConnection,
    M::Connection: Pipeline,
{
    fn pipeline(&self) -> &PgConnection {
        M::Connection::pipeline(self)
    }
}

/// Runs `load` in one transaction that sees one state of the database, that of its first
/// statement, and writes nothing: REPEATABLE READ, READ ONLY.
///
/// Outside of it each statement of a load plan sees what is committed when that statement
/// begins (READ COMMITTED), so a child may be newer than its parent. There is no round trip
/// more: BEGIN goes out with the first statement, and nobody waits for the answer to COMMIT,
/// since a transaction that wrote nothing has nothing to lose by it.
///
/// When this future is dropped before it is done, the connection counts as one with an open
/// transaction: a pool rolls it back, as it does after
/// [`transaction`](diesel_async::AsyncConnection::transaction).
///
/// # Errors
///
/// The error of `load`, else that of BEGIN. A connection that is in a transaction already is
/// [`AlreadyInTransaction`](diesel::result::Error::AlreadyInTransaction): what a transaction
/// sees is decided by its first statement.
///
/// # Examples
///
/// ```no_run
/// # async fn customers_with_messages<C: planwright::Pipeline>(_: &mut C, _: i64) -> planwright::Result<Vec<()>> { Ok(vec![]) }
/// # async fn example(pool: planwright::pool::Pool) -> planwright::Result<()> {
/// let mut conn = pool.get().await?;
/// let customers = planwright::in_snapshot(&mut conn, async |conn| {
///     customers_with_messages(conn, 20).await
/// })
/// .await?;
/// # drop(customers);
/// # Ok(())
/// # }
/// ```
pub async fn in_snapshot<T, F>(conn: &mut PgConnection, load: F) -> Result<T>
where
    F: AsyncFnOnce(&mut &PgConnection) -> Result<T>,
{
    const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    outside(conn)?.change_transaction_depth(TransactionDepthChange::IncreaseDepth)?;
    let shared = &*conn;
    let begin = async { (&mut &*shared).batch_execute(BEGIN).await };
    // BEGIN is polled first, so it is sent first.
    let (started, loaded) = join(begin, load(&mut &*shared)).await;
    let ended = send(shared, "COMMIT");
    if started.is_ok() && ended.is_ok() {
        state(conn)?.change_transaction_depth(TransactionDepthChange::DecreaseDepth)?;
    }
    let loaded = loaded?;
    started?;
    Ok(loaded)
}
