//! `planwright check`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::statistics::DEFAULT_ROWS;
use planwright_codegen::{Checked, Options, changed_since_lock, check, drift, lock_agrees};
use planwright_embedded::{Progress, Settings};

use crate::args::CheckArgs;
use crate::output::{self, Problem};
use crate::table;

/// Checks the project and prints its catalog.
pub(crate) async fn run(folder: &Path, args: &CheckArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    if args.frozen {
        if lock_agrees(&project).map_err(|e| Problem::from_error(&e))? {
            output::line(&"the lock agrees with every input and every generated file");
            return Ok(());
        }
        for change in changed_since_lock(&project).map_err(|e| Problem::from_error(&e))? {
            output::note(&format!("since the last generation: {change}"));
        }
    }
    let checked = checked(&project).await?;
    output::line(&table::catalog(&checked.catalog, table::terminal_width()));
    output::line(&summary(&checked));
    let drift = drift(&project, &checked).map_err(|e| Problem::from_error(&e))?;
    if drift.is_empty() {
        return Ok(());
    }
    Err(Problem::Findings(format!(
        "error[drift]: the generated code is not what the SQL and the migrations give\n{drift}\
         run `planwright generate`, and commit the changes"
    )))
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
    }
}

fn summary(checked: &Checked) -> String {
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
    format!(
        "{} in {}, checked on PostgreSQL {}{sizes}",
        counted(queries, "query", "queries"),
        counted(modules, "module", "modules"),
        checked.catalog.postgres
    )
}

fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
