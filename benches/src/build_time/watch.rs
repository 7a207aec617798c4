//! One query is edited while `planwright watch` keeps a server up: from the save to the line that
//! says what came of it.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use crate::build_time::setup::Setup;
use crate::synthetic;

/// How often the query is edited.
const EDITS: usize = 15;

/// How long each edit of a project of so many queries took.
pub(crate) fn edits(setup: &Setup, queries: usize) -> Result<Vec<Duration>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    synthetic::write(folder.path(), queries)?;
    let mut command = setup.planwright(setup.cache.path(), folder.path());
    let mut watch = Watch(
        command
            .arg("watch")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let output = watch.0.stdout.take().ok_or("its output is not there")?;
    let mut output = BufReader::new(output);
    until(&mut output, "watching ")?;
    let mut took = Vec::new();
    for edit in 0..EDITS {
        let start = Instant::now();
        synthetic::edit(&folder.path().join(synthetic::FIRST), edit)?;
        until(&mut output, "1 changed, none with an error")?;
        took.push(start.elapsed());
    }
    Ok(took)
}

/// Reads up to a line that begins so.
fn until(output: &mut BufReader<ChildStdout>, beginning: &str) -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if line.starts_with(beginning) {
            return Ok(());
        }
        line.clear();
    }
    Err(format!("`planwright watch` ended before it said `{beginning}`").into())
}

/// The process, which is ended with this value; its server ends with it.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
