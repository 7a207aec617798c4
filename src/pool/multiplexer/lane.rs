//! One of the shared connections, whichever it is at the moment.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use crate::PgConnection;

/// A place for a connection.
#[derive(Debug, Default)]
pub(super) struct Lane {
    current: Mutex<Option<Current>>,
    /// Held by who opens a connection for it.
    opening: Arc<AsyncMutex<()>>,
    in_flight: AtomicU32,
}

#[derive(Debug)]
struct Current {
    conn: Arc<PgConnection>,
    /// When it is to be replaced.
    until: Option<Instant>,
}

impl Lane {
    /// Its connection, unless that is known to have ended.
    pub(super) fn current(&self) -> Option<Arc<PgConnection>> {
        let current = self.lock();
        let conn = &current.as_ref()?.conn;
        (!conn.is_closed()).then(|| Arc::clone(conn))
    }

    /// Whether its connection has ended, or is too old.
    pub(super) fn wants_another(&self) -> bool {
        self.lock().as_ref().is_none_or(|current| {
            let old = current.until.is_some_and(|until| Instant::now() >= until);
            old || current.conn.is_closed()
        })
    }

    pub(super) fn set(&self, conn: PgConnection, recycle: Option<Duration>) -> Arc<PgConnection> {
        let conn = Arc::new(conn);
        let recycle = recycle.filter(|recycle| !recycle.is_zero());
        *self.lock() = Some(Current {
            conn: Arc::clone(&conn),
            until: recycle.and_then(|recycle| Instant::now().checked_add(recycle)),
        });
        conn
    }

    /// How many callers have a share of it.
    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight.load(Relaxed)
    }

    /// Waits until nobody else opens a connection for it.
    pub(super) async fn opening(&self) -> AsyncMutexGuard<'_, ()> {
        self.opening.lock().await
    }

    /// The same, unless somebody does.
    pub(super) fn try_opening(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.opening).try_lock_owned().ok()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's share of a lane, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    lane: Arc<Lane>,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    pub(super) fn take(lane: &Arc<Lane>, permit: OwnedSemaphorePermit) -> Self {
        lane.in_flight.fetch_add(1, Relaxed);
        Self {
            lane: Arc::clone(lane),
            _permit: permit,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lane.in_flight.fetch_sub(1, Relaxed);
    }
}
