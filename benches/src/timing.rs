//! What timing a call costs: the timer alone, beside two reads of the clock, in one run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use planwright::QueryInfo;
use planwright::timing::{Histogram, Timer};

use crate::stats;

const BATCHES: usize = 2_001;
/// So few that most batches are over before the scheduler gives the core to others.
const CALLS: u32 = 1_000;
const SHARED_BATCHES: usize = 11;
/// So many that starting the threads does not count.
const SHARED_CALLS: u32 = 200_000;

const INFO: QueryInfo = QueryInfo {
    name: "benches::timing",
    sql: "SELECT 1",
    operation: "SELECT",
    tables: &["notes"],
    ..QueryInfo::EMPTY
};
static TIMER: Timer = Timer::new(&INFO);

/// Prints nanoseconds a call: medians of batches, the contenders in turn.
pub(crate) fn run() {
    let histogram = Histogram::new();
    let contenders: [(&str, &dyn Fn()); 4] = [
        ("two reads of the clock", &|| {
            let start = black_box(Instant::now());
            black_box(start.elapsed());
        }),
        ("a record into a histogram", &|| {
            histogram.record(black_box(Duration::from_micros(57)));
        }),
        ("a timed call: clock and records", &|| {
            TIMER.start().finish(black_box(1));
        }),
        ("a timed call that is cancelled", &|| {
            drop(black_box(TIMER.start()));
        }),
    ];
    let mut samples = vec![Vec::new(); contenders.len()];
    for _ in 0..BATCHES {
        for ((_, contender), samples) in contenders.iter().zip(&mut samples) {
            samples.push(batch(CALLS, contender));
        }
    }
    let clock = stats::median(&samples[0]).as_secs_f64();
    for ((name, _), samples) in contenders.iter().zip(&samples) {
        let ratio = stats::median(samples).as_secs_f64() / clock;
        println!("{name}: {}, {ratio:.2} of the clock", each(CALLS, samples));
    }
    let shared: Vec<Duration> = (0..SHARED_BATCHES).map(|_| shared()).collect();
    println!(
        "a timed call, two threads on one query: {}",
        each(SHARED_CALLS, &shared)
    );
}

/// The time of so many calls.
fn batch(calls: u32, contender: &dyn Fn()) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        contender();
    }
    start.elapsed()
}

/// The time of two threads that share a timer, for so many calls of each.
fn shared() -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| batch(SHARED_CALLS, &|| TIMER.start().finish(black_box(1))));
        }
    });
    start.elapsed()
}

/// `median (least to greatest)` of one call.
fn each(calls: u32, batches: &[Duration]) -> String {
    let each = |all: Duration| all.as_secs_f64() * 1e9 / f64::from(calls);
    let least = batches.iter().min().copied().unwrap_or_default();
    let greatest = batches.iter().max().copied().unwrap_or_default();
    format!(
        "{:.1} ns ({:.1} to {:.1})",
        each(stats::median(batches)),
        each(least),
        each(greatest)
    )
}
