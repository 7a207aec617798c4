//! `planwright migrate`
use std::path::Path;
use crate::args::MigrateArgs;
use crate::output::Problem;
pub(crate) async fn run(_f: &Path, _a: &MigrateArgs) -> Result<(), Problem> { Ok(()) }
