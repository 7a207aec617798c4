//! `planwright`: checks a project's SQL, generates its Rust, runs its migrations.

mod advise;
mod args;
mod bench;
mod check;
mod ci;
mod database_url;
mod diff;
mod doctor;
mod drift;
mod explain;
mod forecast;
mod format;
mod generate;
mod grants;
mod import_sqlc;
mod init;
mod measure;
mod migrate;
mod output;
mod package_name;
mod progress;
mod rules;
mod seed;
mod stats;
mod table;
mod verdict;
mod watch;
mod widths;
mod with_server;
mod wrap;

use std::process::ExitCode;

use args::{Args, Command};
use clap::Parser as _;
use output::Problem;

/// A check makes and drops millions of small values: see docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Everything is as it should be.
const FINE: u8 = 0;

fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(args)),
        Err(error) => Err(Problem::could_not(
            "start the asynchronous run time",
            &error,
        )),
    };
    match result {
        Ok(()) => ExitCode::from(FINE),
        Err(problem) => {
            output::error(&problem);
            ExitCode::from(problem.exit_code())
        }
    }
}

async fn run(args: Args) -> Result<(), Problem> {
    let folder = args.project_folder()?;
    match args.command {
        Command::Check(options) => check::run(&folder, &options).await,
        Command::Watch(options) => watch::run(&folder, &options).await,
        Command::Generate(options) => generate::run(&folder, &options).await,
        Command::Advise(options) => advise::run(&folder, &options).await,
        Command::Forecast(options) => forecast::run(&folder, &options).await,
        Command::Explain(options) => explain::run(&folder, &options).await,
        Command::Grants(options) => grants::run(&folder, &options).await,
        // It holds two whole checks.
        Command::Diff(options) => Box::pin(diff::run(&folder, &options)).await,
        Command::Rules(options) => rules::run(&options),
        Command::Doctor(options) => doctor::run(&folder, &options).await,
        Command::Drift(options) => drift::run(&folder, &options).await,
        Command::Migrate(options) => migrate::run(&folder, &options).await,
        Command::Stats(options) => stats::run(&folder, &options).await,
        Command::Seed(options) => seed::run(&folder, &options).await,
        // It holds what a whole measurement needs.
        Command::Bench(options) => Box::pin(bench::run(&folder, &options)).await,
        Command::Init(options) => init::run(&folder, &options),
        Command::ImportSqlc(options) => import_sqlc::run(&folder, &options),
        Command::WithServer(options) => with_server::run(&folder, options).await,
    }
}
