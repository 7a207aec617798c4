//! `planwright seed`

use std::collections::BTreeMap;
use std::path::Path;

use planwright_codegen::DatabaseUrl;
use planwright_codegen::seed::{Existing, Progress, Request, SeedError, Seeded, seed};

use crate::args::SeedArgs;
use crate::check::{open, options};
use crate::output::{self, Problem};
use crate::{database_url, progress};

/// Fills a database with generated rows.
pub(crate) async fn run(folder: &Path, args: &SeedArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let url = database_url::check(Some(&args.database_url), "fill")?;
    let url: DatabaseUrl = url
        .parse()
        .map_err(|error| Problem::could_not("read the database URL", &error))?;
    let existing = match (&args.truncate, args.append) {
        (Some(database), _) => Existing::Truncate(database.clone()),
        (None, true) => Existing::Append,
        (None, false) => Existing::Refuse,
    };
    let request = Request {
        rows: args.rows.iter().cloned().collect::<BTreeMap<_, _>>(),
        scale: args.scale,
        most_rows: None,
        seed: args.seed,
        existing,
    };
    let bar = progress::bar("rows");
    let filled = seed(
        &project,
        &options(),
        &url,
        &request,
        stopped(),
        follow(&bar),
    )
    .await;
    bar.finish_and_clear();
    let seeded = filled.map_err(problem)?;
    print(&seeded);
    Ok(())
}

/// Says what tables were filled with.
fn print(seeded: &Seeded) {
    for note in &seeded.notes {
        output::note(&format!("note: {note}"));
    }
    for (table, rows) in &seeded.tables {
        output::line(&format!("{table}: {rows} rows"));
    }
    let all: u64 = seeded.tables.iter().map(|(_, rows)| rows).sum();
    let tables = seeded.tables.len();
    output::line(&format!(
        "{all} rows in {tables} tables, committed and analysed"
    ));
}

/// What moves a bar of rows.
pub(crate) fn follow(bar: &indicatif::ProgressBar) -> impl FnMut(Progress<'_>) {
    |step| {
        bar.set_length(step.of);
        bar.set_position(step.done);
        bar.set_message(format!(" of {}", step.table));
    }
}

/// Is done when somebody presses Ctrl-C, from this call on.
pub(crate) fn stopped() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let interrupts = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    async move {
        #[cfg(unix)]
        if let Ok(mut interrupts) = interrupts {
            interrupts.recv().await;
            return;
        }
        // Without the signal the program ends as any other does.
        std::future::pending::<()>().await;
    }
}

/// A constraint that no row meets is a finding; anything else is in the way.
pub(crate) fn problem(error: SeedError) -> Problem {
    match error {
        SeedError::Unmet(unmet) => Problem::Findings(format!("error[unmet-constraint]: {unmet}")),
        SeedError::Project(failure) => failure.into(),
        other => Problem::from_error(&other),
    }
}
