//! What timing a call costs: the timer alone, beside two reads of the clock, in one run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use planwright::QueryInfo;
use planwright::timing::{Histogram, Timer};

use crate::stats;

const REPETITIONS: usize = 31;
const CALLS: u32 = 200_000;

const INFO: QueryInfo = QueryInfo {
    name: "benches::timing",
    sql: "SELECT 1",
    operation: "SELECT",
    tables: &["notes"],
    ..QueryInfo::EMPTY
};
static TIMER: Timer = Timer::new(&INFO);

/// Prints nanoseconds a call: medians of repetitions, the contenders in turn in each.
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
    for _ in 0..REPETITIONS {
        for ((_, contender), samples) in contenders.iter().zip(&mut samples) {
            samples.push(per_call(contender));
        }
    }
    for ((name, _), samples) in contenders.iter().zip(&samples) {
        println!("{name}: {}", nanoseconds(samples));
    }
    let shared: Vec<Duration> = (0..REPETITIONS).map(|_| contended(2)).collect();
    println!(
        "a timed call, two threads on one query: {}",
        nanoseconds(&shared)
    );
}

/// The time of all calls, which [`nanoseconds`] divides.
fn per_call(contender: &dyn Fn()) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        contender();
    }
    start.elapsed()
}

fn contended(threads: usize) -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| per_call(&|| TIMER.start().finish(black_box(1))));
        }
    });
    start.elapsed()
}

/// `median (least to greatest)` of one call.
fn nanoseconds(samples: &[Duration]) -> String {
    let each = |all: Duration| all.as_secs_f64() * 1e9 / f64::from(CALLS);
    let least = samples.iter().min().copied().unwrap_or_default();
    let greatest = samples.iter().max().copied().unwrap_or_default();
    format!(
        "{:.1} ns ({:.1} to {:.1})",
        each(stats::median(samples)),
        each(least),
        each(greatest)
    )
}
