//! `planwright init`
use std::path::Path;
use crate::args::InitArgs;
use crate::output::Problem;
pub(crate) fn run(_f: &Path, _a: &InitArgs) -> Result<(), Problem> { Ok(()) }
