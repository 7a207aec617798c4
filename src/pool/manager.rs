//! Opens connections for bb8, and says which may be lent again.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use diesel_async::pooled_connection::PoolableConnection as _;

use super::config::PoolConfig;
use super::error::PoolError;
use super::health::Gauges;
use super::open::open;
use super::target::Target;
use super::telemetry::Telemetry;
use super::waiters::Waiters;
use crate::connection::PgConnection;
use crate::trips::RoundTrips;

/// What the pool, its connections and bb8's tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) target: Target,
    pub(super) config: PoolConfig,
    pub(super) gauges: Gauges,
    pub(super) telemetry: Telemetry,
    pub(super) waiters: Waiters,
    /// Counts for all connections, where the configuration says so.
    pub(super) round_trips: Option<RoundTrips>,
}

impl Shared {
    /// Whether a connection that comes back is one too many: the base is idle
    /// without it and nobody waits. The counts may be off by what other threads
    /// do at the moment; the next connection to come back sees that.
    fn is_surplus(&self) -> bool {
        let open = self.gauges.open.load(Relaxed);
        let idle = open.saturating_sub(self.gauges.lent.load(Relaxed));
        idle >= self.config.base && self.gauges.waiting.load(Relaxed) == 0
    }
}

/// Opens connections for bb8.
pub(super) struct Manager {
    server: tokio_postgres::Config,
    shared: Arc<Shared>,
}

impl Manager {
    pub(super) fn new(server: tokio_postgres::Config, shared: Arc<Shared>) -> Self {
        Self { server, shared }
    }
}

impl bb8::ManageConnection for Manager {
    type Connection = Managed;
    type Error = Failure;

    async fn connect(&self) -> Result<Managed, Failure> {
        let Shared {
            target,
            config,
            round_trips,
            telemetry,
            ..
        } = &*self.shared;
        let since = Instant::now();
        let opened = open(&self.server, target, round_trips.as_ref());
        match tokio::time::timeout(config.wait, opened).await {
            Ok(Ok(conn)) => {
                telemetry.create.record(since.elapsed());
                Ok(Managed::new(conn, Arc::clone(&self.shared)))
            }
            Ok(Err(error)) => Err(Failure::Connect(error)),
            Err(_) => Err(Failure::Connect(PoolError::timeout(target, config.wait))),
        }
    }

    /// Looks at the client's state; the server is not asked.
    async fn is_valid(&self, managed: &mut Managed) -> Result<(), Failure> {
        if managed.conn.is_broken() {
            Err(Failure::Stale)
        } else {
            Ok(())
        }
    }

    fn has_broken(&self, managed: &mut Managed) -> bool {
        if std::thread::panicking() || managed.conn.is_broken() {
            return true;
        }
        let surplus = self.shared.is_surplus();
        if surplus {
            self.shared.gauges.closed_overflow.fetch_add(1, Relaxed);
        }
        surplus
    }
}

/// Why bb8 drops a connection or has none.
#[derive(Debug)]
pub(super) enum Failure {
    Connect(PoolError),
    /// It was found closed on checkout; another one takes its place.
    Stale,
}

/// Hands failed attempts to those who wait.
#[derive(Debug)]
pub(super) struct FailureSink(pub(super) Arc<Shared>);

impl bb8::ErrorSink<Failure> for FailureSink {
    fn sink(&self, failure: Failure) {
        if let Failure::Connect(error) = failure {
            let Shared {
                gauges, waiters, ..
            } = &*self.0;
            gauges.failed.fetch_add(1, Relaxed);
            waiters.fail(&error, gauges.open.load(Relaxed));
        }
    }

    fn boxed_clone(&self) -> Box<dyn bb8::ErrorSink<Failure>> {
        Box::new(Self(Arc::clone(&self.0)))
    }
}

/// An open connection, counted for as long as it lives.
pub(super) struct Managed {
    conn: PgConnection,
    shared: Arc<Shared>,
}

impl Managed {
    fn new(conn: PgConnection, shared: Arc<Shared>) -> Self {
        shared.gauges.open.fetch_add(1, Relaxed);
        Self { conn, shared }
    }
}

impl Drop for Managed {
    fn drop(&mut self) {
        self.shared.gauges.open.fetch_sub(1, Relaxed);
    }
}

impl Deref for Managed {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl DerefMut for Managed {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}
