//! Opens connections for bb8, and says which may be lent again.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use diesel_async::pooled_connection::PoolableConnection as _;

use super::Lendable;
use super::config::PoolConfig;
use super::error::{PoolError, PoolErrorKind};
use super::gauges::{Gauges, Reason};
use super::holders::Holders;
use super::open::{Opened, open};
use super::server::Server;
use super::settle::is_in_test;
use super::telemetry::Telemetry;
use super::waiters::Waiters;
use crate::trips::{Link, LinkState, RoundTrips};

/// What the pool, its connections and its tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) server: Arc<Server>,
    pub(super) config: PoolConfig,
    pub(super) gauges: Gauges,
    pub(super) telemetry: Telemetry,
    pub(super) waiters: Waiters,
    pub(super) holders: Holders,
    /// Counts for all connections, where the configuration says so.
    pub(super) round_trips: Option<RoundTrips>,
}

impl Shared {
    /// Whether a connection that comes back is one too many, where those beyond the base do not
    /// stay: the base is idle without it and nobody waits. The counts may be off by what other
    /// threads do at the moment; the next connection to come back sees that.
    fn is_surplus(&self) -> bool {
        let open = self.gauges.open.load(Relaxed);
        let idle = open.saturating_sub(self.gauges.lent.load(Relaxed));
        self.config.overflow_idle.is_zero()
            && idle >= self.config.base
            && self.gauges.waiting.load(Relaxed) == 0
    }

    /// Opens a connection. When the server has just gone away, it is tried once more.
    async fn open(&self) -> Result<Opened, PoolError> {
        /// A server that is restarted needs a moment.
        const PAUSE: Duration = Duration::from_millis(200);
        let attempt = || open(&self.server, self.round_trips.as_ref());
        match attempt().await {
            Err(error) if self.was_there() && error.kind().may_pass() => {
                self.gauges.not_created.fetch_add(1, Relaxed);
                tokio::time::sleep(PAUSE.min(self.config.wait / 4)).await;
                attempt().await
            }
            done => done,
        }
    }

    /// Whether the server was ever seen.
    fn was_there(&self) -> bool {
        self.gauges.created.load(Relaxed) > 0
    }
}

impl PoolErrorKind {
    /// Whether a server that was there before may be back soon.
    fn may_pass(self) -> bool {
        matches!(self, Self::Unreachable | Self::NotReady)
    }
}

/// Opens connections for bb8.
pub(super) struct Manager(pub(super) Arc<Shared>);

impl bb8::ManageConnection for Manager {
    type Connection = Managed;
    type Error = Failure;

    async fn connect(&self) -> Result<Managed, Failure> {
        let shared = &self.0;
        let limit = shared.config.wait;
        let opened = async {
            let since = Instant::now();
            let Opened { conn, link } = shared.open().await?;
            shared.telemetry.create.record(since.elapsed());
            Ok(Managed::new(conn, link, Arc::clone(shared)))
        };
        match tokio::time::timeout(limit, opened).await {
            Ok(done) => done.map_err(Failure::Connect),
            Err(_) => {
                let late = PoolError::timeout(&shared.server.target, limit);
                Err(Failure::Connect(late))
            }
        }
    }

    /// Before a connection is lent. The server is not asked.
    async fn is_valid(&self, managed: &mut Managed) -> Result<(), Failure> {
        let reason = managed.reason().or_else(|| match managed.link.state() {
            LinkState::Idle => None,
            LinkState::Closed => Some(Reason::Broken),
            // It came back before all that it was given had been sent.
            LinkState::Busy => Some(Reason::Unanswered),
            LinkState::InTransaction if is_in_test(managed) => None,
            LinkState::InTransaction => Some(Reason::InTransaction),
        });
        match reason {
            None => Ok(()),
            Some(reason) => {
                managed.condemn(reason);
                Err(Failure::Stale)
            }
        }
    }

    /// When a connection comes back, and when it is dropped for whatever reason.
    fn has_broken(&self, managed: &mut Managed) -> bool {
        if std::thread::panicking() {
            managed.condemn(Reason::Broken);
        }
        if let Some(reason) = managed.fault() {
            managed.condemn(reason);
        } else if self.0.is_surplus() {
            managed.condemn(Reason::Idle);
        }
        managed.condemned.is_some()
    }
}

/// Why bb8 drops a connection or has none.
#[derive(Debug)]
pub(super) enum Failure {
    Connect(PoolError),
    /// It may not be lent; another one takes its place.
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
            gauges.not_created.fetch_add(1, Relaxed);
            waiters.fail(&error, gauges.open.load(Relaxed));
        }
    }

    fn boxed_clone(&self) -> Box<dyn bb8::ErrorSink<Failure>> {
        Box::new(Self(Arc::clone(&self.0)))
    }
}

/// An open connection, counted for as long as it lives.
pub(super) struct Managed {
    conn: Lendable,
    pub(super) link: Arc<Link>,
    born: Instant,
    /// Why it will not be lent again.
    condemned: Option<Reason>,
    shared: Arc<Shared>,
}

impl Managed {
    fn new(conn: Lendable, link: Arc<Link>, shared: Arc<Shared>) -> Self {
        shared.gauges.open.fetch_add(1, Relaxed);
        shared.gauges.created.fetch_add(1, Relaxed);
        Self {
            conn,
            link,
            born: Instant::now(),
            condemned: None,
            shared,
        }
    }

    /// It will be closed when it is given back. The first reason counts.
    pub(super) fn condemn(&mut self, reason: Reason) {
        self.condemned.get_or_insert(reason);
    }

    /// What it had open is rolled back.
    pub(super) fn rolled_back(&self) {
        self.shared.gauges.rolled_back.fetch_add(1, Relaxed);
    }

    /// Why it cannot be lent again, whatever it does at the moment. Its age is looked at only
    /// when it is to be lent.
    fn reason(&mut self) -> Option<Reason> {
        self.fault()
            .or_else(|| self.is_old().then_some(Reason::Recycled))
    }

    /// What is wrong with it, whatever its age.
    fn fault(&mut self) -> Option<Reason> {
        self.condemned
            .or_else(|| self.conn.is_broken().then_some(Reason::Broken))
    }

    fn is_old(&self) -> bool {
        let recycle = self.shared.config.recycle;
        recycle.is_some_and(|recycle| !recycle.is_zero() && self.born.elapsed() >= recycle)
    }
}

impl Drop for Managed {
    fn drop(&mut self) {
        let gauges = &self.shared.gauges;
        gauges.open.fetch_sub(1, Relaxed);
        // bb8 drops by itself only what is too old.
        gauges.close(self.condemned.unwrap_or(Reason::Recycled));
    }
}

impl Deref for Managed {
    type Target = Lendable;

    fn deref(&self) -> &Lendable {
        &self.conn
    }
}

impl DerefMut for Managed {
    fn deref_mut(&mut self) -> &mut Lendable {
        &mut self.conn
    }
}
