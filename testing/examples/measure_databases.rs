//! Measures how long a test waits for its database, and for the end of it: on a private server of
//! each tested release, by one test at a time and by eight.
//!
//! `cargo run --release -p planwright-testing --example measure_databases -- migrations`
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::time::{Duration, Instant};

use planwright_testing::{Error, TestConfig};

/// Databases for each figure.
const DATABASES: usize = 48;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: measure MIGRATIONS")?;
    let folder = std::path::absolute(folder)?;
    for major in [15, 18] {
        let config = TestConfig::new().migrations(&folder).postgres(major);
        let config = &config;
        let first = Instant::now();
        one(config)?;
        println!(
            "PostgreSQL {major}: the first test waits {:.0?}",
            first.elapsed()
        );
        for threads in [1, 8] {
            let start = Instant::now();
            let times = std::thread::scope(|scope| {
                let test = || (0..DATABASES / threads).map(|_| one(config)).collect();
                let tests: Vec<_> = (0..threads).map(|_| scope.spawn(test)).collect();
                let joined = tests.into_iter().map(std::thread::ScopedJoinHandle::join);
                joined.collect::<Result<Vec<Result<Vec<_>, Error>>, _>>()
            });
            let times = times.map_err(|_| "a thread panicked")?;
            let times: Vec<_> = times.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
            let each = start.elapsed() / u32::try_from(times.len())?;
            let (made, dropped): (Vec<_>, Vec<_>) = times.into_iter().unzip();
            println!(
                "  {threads} at a time: made in {}, dropped in {}, one every {each:.1?}",
                quantiles(made),
                quantiles(dropped)
            );
        }
    }
    Ok(())
}

/// As a test is run: in a runtime of its own, with a pool.
fn one(config: &TestConfig) -> Result<(Duration, Duration), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime: there is a thread and memory");
    let start = Instant::now();
    let (database, pool) = runtime.block_on(async {
        let database = config.clone().create().await?;
        let pool = database.pool().await?;
        Ok::<_, Error>((database, pool))
    })?;
    let made = start.elapsed();
    let start = Instant::now();
    drop(pool);
    drop(runtime);
    drop(database);
    Ok((made, start.elapsed()))
}

fn quantiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: usize| times[times.len() * share / 100];
    format!("{:.1?} (p90 {:.1?})", at(50), at(90))
}
