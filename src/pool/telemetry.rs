//! How long tasks wait for a connection, and what else operators see of every pool.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::manager::Shared;
use super::target::Target;
use crate::timing::{Histogram, HistogramSnapshot};

/// The pools that are open.
static POOLS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// What a pool measures. Nothing of it is in the time of a query.
#[derive(Debug)]
pub(super) struct Telemetry {
    /// Tells pools apart that have one name.
    #[cfg(feature = "metrics")]
    id: u64,
    name: String,
    /// What it took to open each connection.
    pub(super) create: Histogram,
    /// How long each loan lasted.
    pub(super) used: Histogram,
}

impl Telemetry {
    /// The name is the configuration's, else `host:port/database`.
    pub(super) fn new(name: Option<&str>, target: &Target) -> Self {
        let named = || format!("{}/{}", target.address, target.database);
        Self {
            #[cfg(feature = "metrics")]
            id: next_id(),
            name: name.map_or_else(named, str::to_owned),
            create: Histogram::new(),
            used: Histogram::new(),
        }
    }
}

#[cfg(feature = "metrics")]
fn next_id() -> u64 {
    use std::sync::atomic::AtomicU64;

    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Relaxed)
}

/// One pool at one moment.
#[derive(Clone, Debug)]
pub(crate) struct PoolReading {
    #[cfg(feature = "metrics")]
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) idle: u32,
    pub(crate) used: u32,
    /// Connections kept open while idle.
    #[cfg(feature = "metrics")]
    pub(crate) base: u32,
    pub(crate) limit: u32,
    pub(crate) waiting: u32,
    pub(crate) timeouts: u64,
    pub(crate) wait: HistogramSnapshot,
    pub(crate) create: HistogramSnapshot,
    pub(crate) held: HistogramSnapshot,
}

/// From now on the pool is in reports, for as long as it is open.
pub(super) fn register(pool: &Arc<Shared>) {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|pool| pool.strong_count() > 0);
    pools.push(Arc::downgrade(pool));
}

/// Every open pool, by name; the times are those since the last [`reset`].
pub(crate) fn readings() -> Vec<PoolReading> {
    read(Histogram::snapshot)
}

/// The same with all times since the pool was opened.
#[cfg(feature = "metrics")]
pub(crate) fn readings_since_start() -> Vec<PoolReading> {
    read(Histogram::since_start)
}

/// Forgets the times of every pool.
pub(crate) fn reset() {
    for pool in open() {
        let Telemetry { create, used, .. } = &pool.telemetry;
        for times in [&pool.gauges.waits, create, used] {
            times.reset();
        }
    }
}

fn open() -> Vec<Arc<Shared>> {
    let pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let open = pools.iter().filter_map(Weak::upgrade);
    let mut open: Vec<_> = open.collect();
    open.sort_by(|a, b| a.telemetry.name.cmp(&b.telemetry.name));
    open
}

fn read(times: fn(&Histogram) -> HistogramSnapshot) -> Vec<PoolReading> {
    let reading = |pool: &Arc<Shared>| {
        let Shared {
            config,
            gauges,
            telemetry,
            ..
        } = &**pool;
        let used = gauges.lent.load(Relaxed);
        PoolReading {
            #[cfg(feature = "metrics")]
            id: telemetry.id,
            name: telemetry.name.clone(),
            idle: gauges.open.load(Relaxed).saturating_sub(used),
            used,
            #[cfg(feature = "metrics")]
            base: config.base,
            limit: config.max_size(),
            waiting: gauges.waiting.load(Relaxed),
            timeouts: gauges.timeouts.load(Relaxed),
            wait: times(&gauges.waits),
            create: times(&telemetry.create),
            held: times(&telemetry.used),
        }
    };
    open().iter().map(reading).collect()
}
