//! A connection on loan from the pool.

use core::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use super::manager::{Manager, Shared};
use crate::connection::PgConnection;
use crate::pipeline::Pipeline;
use crate::trips::RoundTrips;

/// A connection on loan; dropping it gives it back. It can be moved into a
/// spawned task.
///
/// `&mut conn` goes into generated functions and Diesel's own, and
/// [`transaction`](diesel_async::AsyncConnection::transaction) works on it. To
/// send several queries at once, share the [`PgConnection`] beneath:
///
/// ```no_run
/// # async fn names(_: &mut &planwright::PgConnection) {}
/// # async fn example(conn: planwright::pool::Connection) {
/// let (mut a, mut b) = (&*conn, &*conn);
/// futures_util::future::join(names(&mut a), names(&mut b)).await;
/// # }
/// ```
pub struct Connection {
    // Goes back before it stops counting as lent: `Drop` order is field order.
    inner: bb8::PooledConnection<'static, Manager>,
    loan: Loan,
}

impl Connection {
    pub(super) fn new(inner: bb8::PooledConnection<'static, Manager>, shared: Arc<Shared>) -> Self {
        Self {
            inner,
            loan: Loan::new(shared),
        }
    }

    /// What counts for all connections of its pool, where the configuration says so.
    pub(crate) fn round_trips(&self) -> Option<&RoundTrips> {
        self.loan.shared.round_trips.as_ref()
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl Pipeline for Connection {
    fn pipeline(&self) -> &PgConnection {
        self
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("target", &self.loan.shared.target)
            .field("since", &self.loan.since)
            .finish_non_exhaustive()
    }
}

/// Counts a connection as lent, and warns where that lasted too long.
struct Loan {
    shared: Arc<Shared>,
    since: Instant,
}

impl Loan {
    fn new(shared: Arc<Shared>) -> Self {
        shared.gauges.lent.fetch_add(1, Relaxed);
        Self {
            shared,
            since: Instant::now(),
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.shared.gauges.lent.fetch_sub(1, Relaxed);
        let held = self.since.elapsed();
        self.shared.telemetry.used.record(held);
        let Some(limit) = self.shared.config.leak_warning else {
            return;
        };
        if held >= limit {
            tracing::warn!(
                target: "planwright::pool",
                held_ms = held.as_secs_f64() * 1e3,
                limit_ms = limit.as_secs_f64() * 1e3,
                "connection held long"
            );
        }
    }
}
