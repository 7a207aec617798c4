//! A connection on loan from the pool.

use core::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use super::gauges::Reason;
use super::manager::{Managed, Shared};
use super::settle::{is_at_rest, settle};
use super::{Lendable, Lent};
use crate::pipeline::Pipeline;
use crate::trips::RoundTrips;

/// A connection on loan; dropping it gives it back. It can be moved into a
/// spawned task.
///
/// `&mut conn` goes into generated functions and Diesel's own, and
/// [`transaction`](diesel_async::AsyncConnection::transaction) works on it. To
/// send several queries at once, share the [`PgConnection`](crate::PgConnection) beneath:
///
/// ```no_run
/// # async fn names(_: &mut &planwright::PgConnection) {}
/// # async fn example(conn: planwright::pool::Connection) {
/// let (mut a, mut b) = (&*conn, &*conn);
/// futures_util::future::join(names(&mut a), names(&mut b)).await;
/// # }
/// ```
pub struct Connection {
    // Both are there until it is dropped.
    lent: Option<Lent>,
    slot: Option<Slot>,
    holding: Holding,
}

impl Connection {
    pub(super) fn new(
        lent: Lent,
        permit: OwnedSemaphorePermit,
        shared: Arc<Shared>,
        site: &'static Location<'static>,
    ) -> Self {
        Self {
            lent: Some(lent),
            slot: Some(Slot::new(permit, Arc::clone(&shared))),
            holding: Holding::new(shared, site),
        }
    }

    /// What counts for all connections of its pool, where the configuration says so.
    pub(crate) fn round_trips(&self) -> Option<&RoundTrips> {
        self.holding.shared.round_trips.as_ref()
    }

    fn managed(&self) -> &Managed {
        match &self.lent {
            Some(lent) => lent,
            None => unreachable!("it is there until it is dropped"),
        }
    }
}

impl Deref for Connection {
    type Target = Lendable;

    fn deref(&self) -> &Lendable {
        self.managed()
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Lendable {
        match &mut self.lent {
            Some(lent) => lent,
            None => unreachable!("it is there until it is dropped"),
        }
    }
}

impl Pipeline for Connection {
    fn pipeline(&self) -> &Lendable {
        self
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("target", &self.holding.shared.server.target)
            .field("site", &self.holding.site)
            .field("since", &self.holding.since)
            .finish_non_exhaustive()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let (Some(mut lent), Some(slot)) = (self.lent.take(), self.slot.take()) else {
            return;
        };
        if std::thread::panicking() || is_at_rest(&mut lent) {
            drop(lent);
            drop(slot);
        } else if let Ok(runtime) = Handle::try_current() {
            // It is lent again when it is at rest, and counts as checked out until then.
            runtime.spawn(async move {
                settle(&mut lent).await;
                drop(lent);
                drop(slot);
            });
        } else {
            lent.condemn(Reason::Unanswered);
            drop(lent);
            drop(slot);
        }
    }
}

/// One of the places of a pool, taken.
struct Slot {
    shared: Arc<Shared>,
    /// Given back after the connection, so that whoever gets it finds one.
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    fn new(permit: OwnedSemaphorePermit, shared: Arc<Shared>) -> Self {
        shared.gauges.lend();
        Self {
            shared,
            _permit: permit,
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.shared.gauges.lent.fetch_sub(1, Relaxed);
    }
}

/// Who holds a connection. Warns where that lasted too long.
struct Holding {
    shared: Arc<Shared>,
    site: &'static Location<'static>,
    since: Instant,
    number: u64,
}

impl Holding {
    fn new(shared: Arc<Shared>, site: &'static Location<'static>) -> Self {
        let since = Instant::now();
        let number = shared.holders.begin(site, since);
        Self {
            shared,
            site,
            since,
            number,
        }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.shared.holders.end(self.number);
        let held = self.since.elapsed();
        self.shared.telemetry.used.record(held);
        let Some(limit) = self.shared.config.leak_warning else {
            return;
        };
        if held >= limit {
            tracing::warn!(
                target: "planwright::pool",
                site = %self.site,
                held_ms = held.as_secs_f64() * 1e3,
                limit_ms = limit.as_secs_f64() * 1e3,
                "connection held long"
            );
        }
    }
}
