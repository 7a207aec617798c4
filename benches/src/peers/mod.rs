//! `planwright-benches peers [CASE...]`: generated calls beside what other libraries do. A private
//! server has the schema of the agent's catalog and some rows; every contender has a connection to
//! it over the same Unix socket, and all take turns in one process on one thread.
//!
//! Each contender is one file, written as its library's documentation does it; [`Contender`] says
//! what each case is. Times are ratios to the median of [`raw`] on the same set of fresh
//! connections, so that what the machine does at the moment is in both.

#![allow(
    unreachable_pub,
    missing_docs,
    clippy::struct_field_names,
    reason = "derives ask for `pub`, and columns have their names; nothing leaves the program"
)]

mod case;
mod chart;
mod contender;
mod cornucopia;
mod counts;
mod data;
mod diesel_dsl;
mod diesel_sql;
mod diesel_sync;
mod dsl;
mod enums;
mod machine;
mod measure;
mod options;
mod ours;
mod pools;
mod raw;
mod raw_pipelined;
mod report;
mod rows;
mod schema;
mod sea_orm;
mod sqlx;
mod statements;

use std::process::ExitCode;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use planwright::PgConnection;
use planwright_embedded::EmbeddedServer;
use tokio::runtime::{Builder, Runtime};

use self::contender::{Entry, Result};
use self::counts::Counts;
use self::data::Data;
use self::machine::{Machine, Versions};
use self::measure::Measurement;
use self::options::{Options, What};
use self::report::{Figures, Line, Measured, Report};

/// Every contender; the first is what the others are measured by.
const CONTENDERS: [Entry; 10] = [
    Entry::of::<raw::Raw>(),
    Entry::of::<raw_pipelined::RawPipelined>(),
    Entry::of::<ours::Generated<PgConnection>>(),
    Entry::of::<ours::Generated<AsyncPgConnection>>(),
    Entry::of::<cornucopia::Cornucopia>(),
    Entry::of::<diesel_dsl::DieselAsync>(),
    Entry::of::<diesel_sql::DieselSql>(),
    Entry::of::<diesel_sync::DieselSync>(),
    Entry::of::<sqlx::Sqlx>(),
    Entry::of::<sea_orm::SeaOrm>(),
];

/// What the command line asks for.
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(problem) => {
            println!("error: {problem}\n{}", options::usage());
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    match &options.what {
        What::Measure => measure(&runtime, options),
        What::Counts { url, scratch } => {
            let data = runtime.block_on(Data::of(url, scratch, options.many))?;
            let counts = counts::count(&runtime, data, &options.cases, options.pools)?;
            println!("{}", serde_json::to_string(&counts)?);
            Ok(())
        }
        What::Calls {
            contender,
            calls,
            url,
            scratch,
        } => runtime.block_on(async {
            let data = Data::of(url, scratch, 1).await?;
            counts::calls(&data, contender, *calls).await
        }),
    }
}

/// Two threads, for tasks that share a pool.
fn threads() -> Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    Ok(builder.worker_threads(2).enable_all().build()?)
}

fn measure(runtime: &Runtime, options: &Options) -> Result<()> {
    let server = runtime.block_on(EmbeddedServer::start())?;
    let data = runtime.block_on(data::fill(&server, options.many))?;
    let data = Arc::new(data);
    let counts = counts::allocations(&data, &options.cases, options.pools)?;
    let measurement = Measurement {
        runtime,
        data: &data,
        entries: &CONTENDERS,
        quick: options.quick,
        repetitions: options.repetitions(),
    };
    let mut cases = Vec::new();
    for case in &options.cases {
        let mut contenders = Vec::new();
        for (number, mut figures) in measurement.case(*case)? {
            let entry = CONTENDERS[number];
            count(&mut figures, &counts, case.name(), entry.name);
            if options.callgrind && case.name() == "one-row" {
                figures.instructions = Some(counts::instructions(&data, entry.name)?);
            }
            contenders.push(Line {
                contender: entry.name,
                library: entry.library,
                figures,
            });
        }
        cases.push(Measured {
            case: case.name(),
            title: case.title(options.many),
            contenders,
        });
    }
    if options.pools {
        cases.push(measure_pools(&data, options, &counts)?);
    }
    let report = report(&server, options, cases);
    runtime.block_on(server.stop())?;
    println!("{}", report.markdown());
    std::fs::create_dir_all(&options.out)?;
    let json = serde_json::to_string_pretty(&report)? + "\n";
    std::fs::write(options.out.join("run-time.json"), json)?;
    std::fs::write(options.out.join("run-time.svg"), chart::svg(&report))?;
    println!(
        "run-time.json and run-time.svg are in {}",
        options.out.display()
    );
    Ok(())
}

fn measure_pools(data: &Arc<Data>, options: &Options, counts: &Counts) -> Result<Measured> {
    let mut contenders = Vec::new();
    let measured = measure::pools(&threads()?, data, options.quick, options.repetitions())?;
    for (entry, mut figures) in pools::ALL.into_iter().zip(measured) {
        count(&mut figures, counts, "pool", entry.name);
        contenders.push(Line {
            contender: entry.name,
            library: entry.library,
            figures,
        });
    }
    Ok(Measured {
        case: "pool",
        title: format!("{} tasks, a pool of {}", pools::TASKS, pools::CONNECTIONS),
        contenders,
    })
}

/// Puts the counts to the figures.
fn count(figures: &mut Figures, counts: &Counts, case: &str, name: &str) {
    if let Some((count, bytes)) = counts.get(case).and_then(|counts| counts.get(name)) {
        figures.allocations = Some(*count);
        figures.allocated_bytes = Some(*bytes);
    }
}

fn report(server: &EmbeddedServer, options: &Options, cases: Vec<Measured>) -> Report {
    let mut crates: Vec<&str> = CONTENDERS.iter().map(|entry| entry.library).collect();
    crates.extend(pools::ALL.iter().map(|entry| entry.library));
    crates.extend(["pq-src", "tokio"]);
    Report {
        command: options.command.clone(),
        quick: options.quick,
        repetitions: options.repetitions(),
        machine: Machine::here(),
        versions: Versions::of(server.version().to_string(), &crates),
        cases,
    }
}
