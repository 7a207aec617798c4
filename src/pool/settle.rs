//! Brings a connection that comes back to rest, out of its holder's way: what is still running is
//! waited for, and an open transaction is rolled back. What cannot be brought to rest is closed.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use diesel_async::pooled_connection::PoolableConnection as _;
use tokio::time::timeout;

use super::gauges::Reason;
use super::manager::Managed;
use super::{Lendable, Lent};
use crate::transaction;
use crate::trips::LinkState;

/// How long a statement that nobody waits for may run on. Then it is cancelled.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long the end of a transaction, sent and not waited for, may be on its way to the socket.
const ON_ITS_WAY: Duration = Duration::from_millis(10);

/// Whether a connection can go back as it is: nothing runs on it, or it will be closed anyway.
pub(super) fn is_at_rest(managed: &mut Managed) -> bool {
    if is_in_test(managed) {
        return true;
    }
    match managed.link.state() {
        LinkState::Closed => true,
        LinkState::Idle => !has_transaction(managed),
        LinkState::Busy | LinkState::InTransaction => {
            managed.is_broken() && !has_transaction(managed)
        }
    }
}

/// Whether its transaction is one of a test, which is there to be shared.
pub(super) fn is_in_test(conn: &mut Lendable) -> bool {
    has_transaction(conn) && !conn.is_broken()
}

/// Brings it to rest, or makes sure that it is closed.
pub(super) async fn settle(lent: &mut Lent) {
    let settled = timeout(PATIENCE, quiet(lent)).await;
    match settled {
        // It counts as broken.
        _ if lent.link.state() == LinkState::Closed => {}
        Ok(Ok(())) => {}
        Ok(Err(reason)) => lent.condemn(reason),
        Err(_) => {
            lent.condemn(Reason::Unanswered);
            let token = lent.cancel_token();
            // In vain or not, the connection is closed.
            let _ = timeout(Duration::from_secs(1), token.cancel_query()).await;
        }
    }
}

async fn quiet(lent: &mut Lent) -> Result<(), Reason> {
    let link = Arc::clone(&lent.link);
    link.until(|state| state != LinkState::Busy).await;
    if has_transaction(lent) {
        return roll_back(lent).await;
    }
    // COMMIT or ROLLBACK may have been given to the driver already.
    let ended = link.until(|state| state == LinkState::Idle);
    match timeout(ON_ITS_WAY, ended).await {
        Ok(()) => Ok(()),
        Err(_) => roll_back(lent).await,
    }
}

async fn roll_back(lent: &mut Lent) -> Result<(), Reason> {
    let done = lent.batch_execute("ROLLBACK").await;
    if done.is_err() || lent.link.state() != LinkState::Idle {
        return Err(Reason::InTransaction);
    }
    transaction::forget(lent);
    lent.rolled_back();
    Ok(())
}

/// Whether Diesel knows of an open transaction. One that it has given up is broken, and closed.
fn has_transaction(conn: &mut Lendable) -> bool {
    transaction::state(conn).is_ok_and(|state| state.transaction_depth().is_some())
}
