//! What every contender can be asked to do.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::build_time::setup::Setup;

/// What is measured, in the order of a round.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Step {
    /// Everything is checked and generated.
    Generate,
    /// The same after one query has changed.
    Edit,
    /// The same when nothing has changed.
    Unchanged,
    /// `cargo check` of the crate after a touch, its dependencies built before.
    Check,
}

impl Step {
    pub(crate) const ALL: [Self; 4] = [Self::Generate, Self::Edit, Self::Unchanged, Self::Check];

    /// As the table and the file of figures name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Generate => "check and generate",
            Self::Edit => "one query changed",
            Self::Unchanged => "nothing changed",
            Self::Check => "cargo check after a touch",
        }
    }
}

/// One tool, in one way to use it.
pub(crate) trait Contender {
    /// As the table names it.
    fn name(&self) -> &'static str;

    /// Writes a project of so many queries.
    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>>;

    /// What is done once, outside of every time, after the dependencies are compiled.
    fn prepare(&self, _setup: &Setup, _project: &Path) -> Result<(), Box<dyn Error>> {
        Ok(())
    }

    /// What a step runs; nothing for a step that the contender does not have.
    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command>;

    /// Makes the state that a step starts from, outside of its time.
    fn before(
        &self,
        setup: &Setup,
        step: Step,
        project: &Path,
        edit: usize,
    ) -> Result<(), Box<dyn Error>>;

    /// Whether it asks the server that runs all the time.
    fn needs_server(&self) -> bool {
        false
    }
}

/// Makes a crate look changed to Cargo.
pub(crate) fn touch(rust: &Path) -> Result<(), Box<dyn Error>> {
    let file = std::fs::File::options()
        .append(true)
        .open(rust.join("src/lib.rs"))?;
    Ok(file.set_modified(SystemTime::now())?)
}
