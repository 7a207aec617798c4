//! Brings a failed connection attempt to a task that waits for one.
//!
//! bb8 opens connections in tasks of its own, and a failure there leaves the
//! waiting task to its time limit. Here each waiting task joins a list, and a
//! failure goes to the one that waits longest; to all of them when no
//! connection is open, because then none can come back to serve the others.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::error::PoolError;

/// The tasks that wait for a connection, by age.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    /// Changed under the lock only, and read without it by every checkout.
    failures: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    waiting: BTreeMap<u64, oneshot::Sender<PoolError>>,
    last: Option<PoolError>,
}

/// One task's place in the list, given up when dropped.
#[derive(Debug)]
pub(super) struct Waiter<'a> {
    waiters: &'a Waiters,
    place: u64,
    receiver: oneshot::Receiver<PoolError>,
}

impl Waiters {
    /// How many attempts have failed so far.
    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Acquire)
    }

    /// Joins the list, or hears at once of a failure since there were `seen`.
    pub(super) fn join(&self, seen: u64) -> Result<Waiter<'_>, PoolError> {
        let mut state = self.lock();
        if let (true, Some(error)) = (self.failures() > seen, &state.last) {
            return Err(error.clone());
        }
        let (sender, receiver) = oneshot::channel();
        let place = state.next;
        state.next += 1;
        state.waiting.insert(place, sender);
        Ok(Waiter {
            waiters: self,
            place,
            receiver,
        })
    }

    /// An attempt failed while `open` connections were open.
    pub(super) fn fail(&self, error: &PoolError, open: u32) {
        let mut state = self.lock();
        self.failures.fetch_add(1, Ordering::Release);
        state.last = Some(error.clone());
        while let Some((_, sender)) = state.waiting.pop_first() {
            let heard = sender.send(error.clone()).is_ok();
            if heard && open > 0 {
                break;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter<'_> {
    /// Waits for a failure, for ever when there is none.
    pub(super) async fn failed(&mut self) -> PoolError {
        match (&mut self.receiver).await {
            Ok(error) => error,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.waiters.lock().waiting.remove(&self.place);
    }
}
