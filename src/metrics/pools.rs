//! The metrics of pools.

use std::collections::BTreeMap;

use metrics::{Label, SharedString, counter, gauge, histogram};

use super::names::{
    COUNT, CREATE_TIME, IDLE_MAX, MAX, PENDING, POOL, STATE, TIMEOUTS, USE_TIME, WAIT_TIME,
};
use super::series::Growing;
use crate::pool::telemetry::{self, PoolReading};

/// What of the pools is with the recorder.
#[derive(Debug, Default)]
pub(super) struct Pools {
    published: BTreeMap<u64, Published>,
    /// Every name that ever had a pool: the gauges of one that is closed go back to zero.
    names: BTreeMap<String, Gauges>,
}

#[derive(Debug, Default)]
struct Published {
    timeouts: u64,
    create: Growing,
    wait: Growing,
    used: Growing,
}

/// The sums of all pools of one name.
#[derive(Debug, Default)]
struct Gauges {
    idle: u32,
    used: u32,
    base: u32,
    limit: u32,
    waiting: u32,
}

impl Pools {
    pub(super) fn publish(&mut self) {
        let readings = telemetry::readings_since_start();
        self.published
            .retain(|id, _| readings.iter().any(|reading| reading.id == *id));
        for gauges in self.names.values_mut() {
            *gauges = Gauges::default();
        }
        for reading in readings {
            self.names
                .entry(reading.name.clone())
                .or_default()
                .add(&reading);
            let published = self.published.entry(reading.id).or_default();
            published.publish(reading);
        }
        for (name, gauges) in &self.names {
            gauges.publish(&SharedString::from(name.clone()));
        }
    }
}

impl Published {
    fn publish(&mut self, reading: PoolReading) {
        let pool = [Label::new(POOL, reading.name)];
        let timeouts = reading.timeouts.saturating_sub(self.timeouts);
        counter!(TIMEOUTS, pool.iter()).increment(timeouts);
        self.timeouts = reading.timeouts;
        let series = |name: &'static str| {
            let pool = &pool;
            move || histogram!(name, pool.iter())
        };
        self.create.record(reading.create, series(CREATE_TIME));
        self.wait.record(reading.wait, series(WAIT_TIME));
        self.used.record(reading.held, series(USE_TIME));
    }
}

impl Gauges {
    fn add(&mut self, reading: &PoolReading) {
        self.idle += reading.idle;
        self.used += reading.used;
        self.base += reading.base;
        self.limit += reading.limit;
        self.waiting += reading.waiting;
    }

    fn publish(&self, name: &SharedString) {
        let pool = || Label::new(POOL, name.clone());
        for (state, count) in [("idle", self.idle), ("used", self.used)] {
            let labels = vec![pool(), Label::from_static_parts(STATE, state)];
            gauge!(COUNT, labels).set(count);
        }
        for (metric, value) in [
            (IDLE_MAX, self.base),
            (MAX, self.limit),
            (PENDING, self.waiting),
        ] {
            gauge!(metric, vec![pool()]).set(value);
        }
    }
}
