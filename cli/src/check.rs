//! `planwright check`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::statistics::DEFAULT_ROWS;
use planwright_codegen::{Checked, Memory, Options, changed_since_lock, check, drift, lock_agrees};
use planwright_embedded::{Progress, Settings};

use crate::args::CheckArgs;
use crate::output::{self, Problem};
use crate::table;

/// Checks the project and prints its catalog.
pub(crate) async fn run(folder: &Path, args: &CheckArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    if args.frozen && lock_agrees(&project).map_err(|e| Problem::from_error(&e))? {
        output::line(&"the lock agrees with every input and every generated file");
        return Ok(());
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
    let checked = match checked_with(&project, &options).await {
        // No server: what is seen without one is said.
        Err(Problem::CouldNotRun(why)) if args.frozen => {
            let changed = changed_since_lock(&project).map_err(|e| Problem::from_error(&e))?;
            return Err(Problem::CouldNotRun(changed.render(output::style()) + &why));
        }
        checked => checked?,
    };
    output::line(&table::catalog(&checked.catalog, table::terminal_width()));
    output::line(&summary(&checked));
    let drift = drift(&project, &checked).map_err(|e| Problem::from_error(&e))?;
    if drift.is_empty() {
        return Ok(());
    }
    Err(Problem::Findings(drift.render(output::style())))
}

/// Opens the project of a folder.
pub(crate) fn open(folder: &Path) -> Result<Project, Problem> {
    Project::discover(folder).map_err(|error| Problem::from_error(&error))
}

/// Checks a project, saying what is being done, and prints its warnings.
pub(crate) async fn checked(project: &Project) -> Result<Checked, Problem> {
    checked_with(project, &options()).await
}

async fn checked_with(project: &Project, options: &Options) -> Result<Checked, Problem> {
    let checked = check(project, options).await?;
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
        "{} in {}, checked on PostgreSQL {}\nanew: {}, {}{sizes}",
        counted(queries, "query", "queries"),
        counted(modules, "module", "modules"),
        checked.catalog.postgres,
        counted(asked.prepared, "statement prepared", "statements prepared"),
        counted(asked.planned, "plan", "plans"),
    )
}

fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
