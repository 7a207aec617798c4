//! `planwright check`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::statistics::DEFAULT_ROWS;
use planwright_codegen::{
    Checked, Drift, Failure, Memory, Options, changed_since_lock, check, drift, lock_agrees,
};
use planwright_embedded::{Progress, Settings};

use crate::args::CheckArgs;
use crate::format::{Report, deliver};
use crate::output::{self, Problem};
use crate::table;
use crate::verdict::{Outcome, Stopped, Verdict};

/// Checks the project and prints its catalog.
pub(crate) async fn run(folder: &Path, args: &CheckArgs) -> Result<(), Problem> {
    let came = match Project::discover(folder) {
        Ok(project) => Outcome {
            result: verdict(&project, args).await,
            project: Some(project),
        },
        Err(error) => Outcome {
            project: None,
            result: Err(error.into()),
        },
    };
    let shown = if args.format.shows_text() {
        show(&came)
    } else {
        Ok(())
    };
    deliver(&args.format, || Report::new("check", folder, came), shown)
}

async fn verdict(project: &Project, args: &CheckArgs) -> Result<Verdict, Stopped> {
    if args.frozen && lock_agrees(project)? {
        return Ok(Verdict {
            checked: None,
            drift: Drift::default(),
            written: Vec::new(),
        });
    }
    let memory = if args.no_memory {
        Memory::None
    } else {
        Memory::Cache
    };
    let options = Options {
        memory,
        ..options()
    };
    let checked = match check(project, &options).await {
        Err(failure @ Failure::Findings { .. }) => return Err(failure.into()),
        // No server: what is seen without one is said.
        Err(failure) if args.frozen => {
            return Err(Stopped::Unchecked {
                changed: changed_since_lock(project)?,
                failure,
            });
        }
        checked => checked?,
    };
    Ok(Verdict {
        drift: drift(project, &checked)?,
        checked: Some(checked),
        written: Vec::new(),
    })
}

/// Shows readers what came of it.
fn show(came: &Outcome) -> Result<(), Problem> {
    let verdict = came.result.as_ref().map_err(Problem::from)?;
    let Some(checked) = &verdict.checked else {
        output::line(&"the lock agrees with every input and every generated file");
        return Ok(());
    };
    output::warnings(&checked.warnings, &checked.sources);
    output::line(&table::catalog(&checked.catalog, table::terminal_width()));
    output::line(&summary(checked));
    if verdict.drift.is_empty() {
        return Ok(());
    }
    Err(Problem::Findings(verdict.drift.render(output::style())))
}

/// Opens the project of a folder.
pub(crate) fn open(folder: &Path) -> Result<Project, Problem> {
    Project::discover(folder).map_err(|error| Problem::from_error(&error))
}

/// Checks a project, saying what is being done, and prints its warnings.
pub(crate) async fn checked(project: &Project) -> Result<Checked, Problem> {
    let checked = check(project, &options()).await?;
    output::warnings(&checked.warnings, &checked.sources);
    Ok(checked)
}

/// How private servers are started: saying what is being done.
pub(crate) fn options() -> Options {
    Options {
        server: Settings::new().progress(|step| match step {
            Progress::Preparing { .. } => {
                output::note(&"applying the migrations to a private server");
            }
            step => output::note(&step),
        }),
        memory: Memory::Cache,
    }
}

pub(crate) fn summary(checked: &Checked) -> String {
    let queries = checked.catalog.queries().count();
    let modules = checked.catalog.modules.len();
    let mut sizes = String::new();
    if checked.catalog.with_statistics {
        sizes.push_str("\nplanned with the statistics of a database");
    }
    if !checked.catalog.assumed.is_empty() {
        let assumed = checked.catalog.assumed.join(", ");
        let _ = write!(
            sizes,
            "\nno size is known, so {DEFAULT_ROWS} rows are assumed: {assumed}"
        );
    }
    let asked = checked.asked;
    format!(
        "{} in {}, checked on PostgreSQL {}\nanew: {}, {}, {}{sizes}",
        counted(queries, "query", "queries"),
        counted(modules, "module", "modules"),
        checked.catalog.postgres,
        counted(asked.prepared, "statement prepared", "statements prepared"),
        counted(asked.planned, "plan", "plans"),
        counted(checked.formatted, "module formatted", "modules formatted"),
    )
}

pub(crate) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
