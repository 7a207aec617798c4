//! `planwright generate`

use std::path::Path;

use planwright_codegen::Turn;
use planwright_codegen::files::write_generated;

use crate::check::{checked, open, options};
use crate::output::{self, Problem};

/// Checks the project and writes its generated code.
pub(crate) async fn run(folder: &Path) -> Result<(), Problem> {
    let project = open(folder)?;
    let _turn = Turn::wait(&project, &options().server);
    let checked = checked(&project).await?;
    let written = write_generated(&project, &checked.files, &checked.lock.to_text())
        .map_err(|error| Problem::from_error(&error))?;
    if written.is_empty() {
        output::line(&"the generated code is up to date");
    }
    for path in written {
        output::line(&format!("wrote {}/{path}", project.config.generated));
    }
    Ok(())
}
