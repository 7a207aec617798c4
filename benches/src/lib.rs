//! Measurements that a sceptic can repeat.
//!
//! `cargo run --release -p planwright-benches -- check` measures the checker on
//! generated catalogs; `-- build-time` measures building beside other generators and macros, on
//! the same queries; `-- calls` measures generated calls beside raw
//! `tokio-postgres`, interleaved in one run on the same rows and transport;
//! `-- loads` measures the ways to load what belongs to rows, beside one query for each row and
//! beside the same by hand;
//! `-- timing` measures what timing a call costs;
//! `-- bulk` measures `:bulk` and `:copy` beside UNNEST and COPY by hand;
//! `-- peers` (with `--features peers`) measures generated calls beside what other libraries do;
//! `-- fidelity SCHEMA.sql QUERIES.sql...` compares plans made from a statistics snapshot
//! with those of the database that it was taken from;
//! `-- corpus FOLDER` generates catalogs of another generator, and compares parameters and
//! columns with what that says of them.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod build_time;
mod bulk;
mod calls;
mod check;
mod corpus;
mod fidelity;
mod loads;
mod order;
#[cfg(feature = "peers")]
mod peers;
mod stats;
mod synthetic;
mod timing;

use std::error::Error;
use std::process::ExitCode;

/// What the command line asks for.
#[must_use]
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    #[cfg(feature = "peers")]
    if arguments.first().is_some_and(|name| name == "peers") {
        return peers::main(&arguments[1..]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(arguments)),
        Err(error) => {
            println!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Vec<String>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let name = arguments.next();
    let result: Result<(), Box<dyn Error>> = match name.as_deref() {
        Some("check") => Box::pin(check::run()).await,
        Some("build-time") => Box::pin(build_time::run(arguments)).await,
        Some("calls") => calls::run().await,
        Some("loads") => loads::run().await,
        Some("timing") => {
            timing::run();
            Ok(())
        }
        Some("bulk") => bulk::run(arguments).await,
        Some("corpus") => match corpus::run(arguments).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(1),
            Err(error) => Err(error),
        },
        Some("fidelity") => fidelity::run(arguments).await,
        _ => {
            println!(
                "usage: planwright-benches check|build-time|calls|loads|timing|bulk|peers|fidelity|corpus\n{}\n{}\n{}",
                build_time::USAGE,
                fidelity::USAGE,
                corpus::USAGE
            );
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error}");
            ExitCode::from(2)
        }
    }
}
