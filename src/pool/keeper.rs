//! The tasks of a pool: one closes what is beyond the base and not needed, one warns of
//! connections that are held for long. They end with the pool.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::Core;
use super::gauges::Reason;

/// The tasks of a pool. Dropping it ends them.
#[derive(Debug)]
pub(super) struct Keeper(Vec<JoinHandle<()>>);

impl Keeper {
    pub(super) fn start(core: &Arc<Core>) -> Self {
        let config = &core.shared.config;
        let mut tasks = Vec::new();
        if !config.overflow_idle.is_zero() {
            let sweeps = every(config.overflow_idle, Arc::downgrade(core), sweep);
            tasks.push(tokio::spawn(sweeps));
        }
        if let Some(limit) = config.leak_warning {
            let looks = every(limit, Arc::downgrade(core), move |core| warn(core, limit));
            tasks.push(tokio::spawn(looks));
        }
        Self(tasks)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn every(period: Duration, core: Weak<Core>, act: impl Fn(&Core)) {
    const SHORTEST: Duration = Duration::from_millis(1);
    let mut ticks = interval(period.max(SHORTEST));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let Some(core) = core.upgrade() else { return };
        act(&core);
    }
}

/// Closes connections beyond the base that were not needed since the last time.
///
/// It goes by how many were on loan at once. A load that swings within the time keeps what it
/// needs, so nothing is closed only to be opened again. Connections are alike: which of the idle
/// ones are closed does not matter.
fn sweep(core: &Core) {
    let gauges = &core.shared.gauges;
    let peak = gauges.peak.swap(0, Relaxed);
    let lent = gauges.lent.load(Relaxed);
    gauges.peak.fetch_max(lent, Relaxed);
    let needed = peak.max(lent).max(core.shared.config.base);
    loop {
        let state = core.inner.state();
        if state.connections <= needed || state.idle_connections == 0 {
            return;
        }
        // One at a time, so that nobody misses the others.
        let Ok(_permit) = core.permits.try_acquire() else {
            return;
        };
        let Some(Ok(mut lent)) = core.inner.get().now_or_never() else {
            return;
        };
        lent.condemn(Reason::Idle);
    }
}

fn warn(core: &Core, limit: Duration) {
    for holder in core.shared.holders.overdue(limit) {
        tracing::warn!(
            target: "planwright::pool",
            site = %holder.site,
            held_ms = holder.held.as_secs_f64() * 1e3,
            limit_ms = limit.as_secs_f64() * 1e3,
            "connection still held"
        );
    }
}
