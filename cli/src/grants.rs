//! `planwright grants --role ROLE`

use std::path::Path;

use planwright_codegen::grants;

use crate::args::GrantsArgs;
use crate::check::{open, options};
use crate::output::{self, Problem};

/// Prints the script that grants a role what the queries need.
pub(crate) async fn run(folder: &Path, args: &GrantsArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let script = grants(&project, &options(), &args.role).await?;
    output::line(&script.trim_end());
    Ok(())
}
