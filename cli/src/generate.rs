//! `planwright generate`

use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::files::write_generated;
use planwright_codegen::{Drift, Turn, check};

use crate::args::GenerateArgs;
use crate::check::options;
use crate::format::{Report, deliver};
use crate::output::{self, Problem};
use crate::verdict::{Outcome, Stopped, Verdict};

/// Checks the project and writes its generated code.
pub(crate) async fn run(folder: &Path, args: &GenerateArgs) -> Result<(), Problem> {
    let came = match Project::discover(folder) {
        Ok(project) => Outcome {
            result: verdict(&project).await,
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
    deliver(
        &args.format,
        || Report::new("generate", folder, came),
        shown,
    )
}

async fn verdict(project: &Project) -> Result<Verdict, Stopped> {
    let options = options();
    let _turn = Turn::wait(project, &options.server);
    let checked = check(project, &options).await?;
    let written = write_generated(project, &checked.files, &checked.lock.to_text())?;
    Ok(Verdict {
        checked: Some(checked),
        drift: Drift::default(),
        written,
    })
}

/// Shows readers what came of it.
fn show(came: &Outcome) -> Result<(), Problem> {
    let verdict = came.result.as_ref().map_err(Problem::from)?;
    if let Some(checked) = &verdict.checked {
        output::warnings(&checked.warnings, &checked.sources);
    }
    if verdict.written.is_empty() {
        output::line(&"the generated code is up to date");
    }
    let generated = came.project.as_ref();
    let generated = generated.map_or("", |project| project.config.generated.as_str());
    for path in &verdict.written {
        output::line(&format!("wrote {generated}/{path}"));
    }
    Ok(())
}
