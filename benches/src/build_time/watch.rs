//! One query is edited while `planwright watch` keeps a server up: from the save to the line that
//! says what came of it.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::build_time::setup::Setup;
use crate::synthetic;

/// How often the query is edited.
const EDITS: usize = 15;

/// How long each edit of a project of so many queries took.
pub(crate) fn edits(setup: &Setup, queries: usize) -> Result<Vec<Duration>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    synthetic::write(folder.path(), queries)?;
    let mut watch = Watch::start(setup.planwright(setup.cache.path(), folder.path()))?;
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

/// Runs a program until standard input ends, which it does also when the bench is killed.
const SUPERVISED: &str = r#""$@" & exec >&-; read -r _; kill $!; wait $!"#;

/// The process, which is ended with this value; its server ends with it.
struct Watch(Child);

impl Watch {
    fn start(mut planwright: Command) -> io::Result<Self> {
        planwright.arg("watch");
        let mut shell = Command::new("sh");
        shell.args(["-c", SUPERVISED, "sh"]);
        shell.arg(planwright.get_program());
        shell.args(planwright.get_args());
        shell.envs(
            planwright
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        if let Some(folder) = planwright.get_current_dir() {
            shell.current_dir(folder);
        }
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        shell.stderr(Stdio::null()).spawn().map(Self)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It may have ended by itself.
        let _ = self.0.wait();
    }
}
