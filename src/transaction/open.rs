//! The state of a connection's transactions, and one that is open.

use std::time::{Duration, Instant};

use diesel::connection::{
    TransactionDepthChange, TransactionManagerStatus, ValidTransactionManagerStatus,
};
use diesel_async::{AsyncConnection, SimpleAsyncConnection as _, TransactionManager as _};
use futures_util::FutureExt as _;

use crate::connection::PgConnection;

/// What is known of the transactions of a connection.
pub(crate) fn state<C: AsyncConnection>(
    conn: &mut C,
) -> diesel::QueryResult<&mut ValidTransactionManagerStatus> {
    match C::TransactionManager::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::InError => Err(diesel::result::Error::BrokenTransactionManager),
        TransactionManagerStatus::Valid(valid) => Ok(valid),
    }
}

/// The same of a connection that has no transaction open.
pub(crate) fn outside(
    conn: &mut PgConnection,
) -> diesel::QueryResult<&mut ValidTransactionManagerStatus> {
    let state = state(conn)?;
    match state.transaction_depth() {
        None => Ok(state),
        Some(_) => Err(diesel::result::Error::AlreadyInTransaction),
    }
}

/// Sends a statement, for whose answer nobody waits: it is read when it comes. An error is one of
/// sending it, or of an answer that came at once.
pub(crate) fn send(mut conn: &PgConnection, sql: &str) -> diesel::QueryResult<()> {
    // The first poll sends it. The server may be faster than that poll.
    conn.batch_execute(sql).now_or_never().unwrap_or(Ok(()))
}

/// Tells Diesel that no transaction is open any more.
pub(crate) fn forget(conn: &mut PgConnection) {
    if let Ok(state) = state(conn) {
        while state.transaction_depth().is_some()
            && state
                .change_transaction_depth(TransactionDepthChange::DecreaseDepth)
                .is_ok()
        {}
    }
}

/// A transaction that is open, and rolled back when it is dropped before its end.
pub(super) struct Open<'a> {
    conn: &'a mut PgConnection,
    name: &'static str,
    warn_after: Option<Duration>,
    since: Instant,
    ended: bool,
}

impl<'a> Open<'a> {
    /// Before BEGIN is sent. From `warn_after` on it is a warning.
    pub(super) fn new(
        conn: &'a mut PgConnection,
        name: &'static str,
        warn_after: Option<Duration>,
    ) -> Self {
        Self {
            conn,
            name,
            warn_after,
            since: Instant::now(),
            ended: false,
        }
    }

    pub(super) fn conn(&mut self) -> &mut PgConnection {
        self.conn
    }

    /// It is committed, or rolled back.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Sends ROLLBACK; its answer is read when it comes.
    fn roll_back(&mut self) {
        if send(self.conn, "ROLLBACK").is_err() {
            // The connection is closed, and counts as broken.
            return;
        }
        forget(self.conn);
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.roll_back();
        }
        let open = self.since.elapsed();
        if let Some(limit) = self.warn_after.filter(|limit| open >= *limit) {
            tracing::warn!(
                target: "planwright::transaction",
                name = self.name,
                open_ms = open.as_secs_f64() * 1e3,
                limit_ms = limit.as_secs_f64() * 1e3,
                "transaction open long"
            );
        }
    }
}
