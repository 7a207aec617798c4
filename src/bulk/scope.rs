//! The transaction of a call, or its savepoint in one that is open already.

use diesel::QueryResult;
use diesel::connection::TransactionDepthChange;
use diesel::pg::Pg;
use diesel_async::{AsyncConnection, TransactionManager as _};
use futures_util::FutureExt as _;

use crate::transaction::state;

/// How many transactions and savepoints are open on a connection.
pub(super) fn depth<C>(conn: &mut C) -> QueryResult<u32>
where
    C: AsyncConnection<Backend = Pg>,
{
    Ok(state(conn)?.transaction_depth().map_or(0, u32::from))
}

/// A transaction or savepoint that is rolled back when it is dropped before its end.
pub(super) struct Scope<'a, C: AsyncConnection<Backend = Pg>> {
    conn: &'a mut C,
    /// What rolls it back.
    roll_back: String,
    ended: bool,
}

impl<'a, C: AsyncConnection<Backend = Pg>> Scope<'a, C> {
    pub(super) async fn begin(conn: &'a mut C) -> QueryResult<Self> {
        let outer = depth(conn)?;
        C::TransactionManager::begin_transaction(conn).await?;
        let roll_back = match outer {
            0 => "ROLLBACK".to_owned(),
            // The name that Diesel's transaction manager gives it.
            outer => format!("ROLLBACK TO SAVEPOINT diesel_savepoint_{outer}"),
        };
        Ok(Self {
            conn,
            roll_back,
            ended: false,
        })
    }

    pub(super) fn conn(&mut self) -> &mut C {
        self.conn
    }

    pub(super) async fn commit(mut self) -> QueryResult<()> {
        let done = C::TransactionManager::commit_transaction(self.conn).await;
        self.ended = true;
        done
    }

    pub(super) async fn roll_back(mut self) -> QueryResult<()> {
        let done = C::TransactionManager::rollback_transaction(self.conn).await;
        self.ended = true;
        done
    }

    /// Sends what rolls it back, behind what was sent already; the answer is read when it comes.
    /// Where it cannot be sent the transaction counts as open, so a pool replaces the connection.
    fn give_up(&mut self) -> QueryResult<()> {
        let sent = self.conn.batch_execute(&self.roll_back).now_or_never();
        sent.unwrap_or(Ok(()))?;
        state(self.conn)?.change_transaction_depth(TransactionDepthChange::DecreaseDepth)
    }
}

impl<C: AsyncConnection<Backend = Pg>> Drop for Scope<'_, C> {
    fn drop(&mut self) {
        if !self.ended {
            // An error leaves the connection broken, and its pool sees that.
            let _broken = self.give_up();
        }
    }
}
