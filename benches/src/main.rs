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
mod stats;
mod synthetic;
mod timing;

use std::error::Error;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let name = std::env::args().nth(1);
    let result: Result<(), Box<dyn Error>> = match name.as_deref() {
        Some("check") => Box::pin(check::run()).await,
        Some("build-time") => Box::pin(build_time::run(std::env::args().skip(2))).await,
        Some("calls") => calls::run().await,
        Some("loads") => loads::run().await,
        Some("timing") => {
            timing::run();
            Ok(())
        }
        Some("bulk") => bulk::run(std::env::args().skip(2)).await,
        Some("corpus") => match corpus::run(std::env::args().skip(2)).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(1),
            Err(error) => Err(error),
        },
        Some("fidelity") => fidelity::run(std::env::args().skip(2)).await,
        _ => {
            println!(
                "usage: planwright-benches check|build-time|calls|loads|timing|bulk|fidelity|corpus\n{}\n{}\n{}",
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
