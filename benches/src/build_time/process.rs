//! Runs a program to its end, and says how long it took and what memory it held.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// What a run cost.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// From the start of the process to its end.
    pub(crate) elapsed: Duration,
    /// The memory of the process, or of the largest of those it waited for, in MiB.
    pub(crate) peak: f64,
}

/// How often the memory of a tree of processes is read.
const SAMPLE: Duration = Duration::from_millis(4);

/// Runs a command.
pub(crate) fn run(command: &mut Command) -> Result<Run, Box<dyn Error>> {
    let output = tempfile::tempfile()?;
    let start = Instant::now();
    let mut child = spawn(command, &output)?;
    let ended = child.wait4()?;
    let elapsed = start.elapsed();
    succeeded(command, ended.status, output)?;
    #[expect(clippy::cast_precision_loss, reason = "bytes of a memory")]
    let peak = ended.rusage.maxrss as f64 / MIB;
    Ok(Run { elapsed, peak })
}

/// Runs a command, and adds up what it, its descendants and another tree of processes hold
/// together at the worst moment, in MiB. Shared pages count once. The reading slows the run down,
/// so its time is not told.
pub(crate) fn peak_of_tree(
    command: &mut Command,
    server: Option<u32>,
) -> Result<f64, Box<dyn Error>> {
    let output = tempfile::tempfile()?;
    let mut child = spawn(command, &output)?;
    let roots: Vec<u32> = server.into_iter().chain([child.id()]).collect();
    let mut peak = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = peak.max(tree_memory(&roots));
        std::thread::sleep(SAMPLE);
    };
    succeeded(command, status, output)?;
    Ok(peak)
}

fn spawn(command: &mut Command, output: &fs::File) -> std::io::Result<Child> {
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output.try_clone()?)
        .spawn()
}

/// The end of what a command said, when it failed. The URL of a database is never in it: the
/// servers are private ones without a password.
fn succeeded(
    command: &Command,
    status: ExitStatus,
    mut output: fs::File,
) -> Result<(), Box<dyn Error>> {
    use std::io::Seek as _;
    if status.success() {
        return Ok(());
    }
    let mut text = Vec::new();
    output.rewind()?;
    output.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(30)..].join("\n");
    let program = command.get_program().to_string_lossy();
    Err(format!("`{program}` ended with {status}:\n{tail}").into())
}

const MIB: f64 = 1024.0 * 1024.0;

/// What the processes below some roots hold, each page divided among those who share it.
fn tree_memory(roots: &[u32]) -> f64 {
    let parents = parents();
    let below = |mut process: u32| {
        while !roots.contains(&process) {
            match parents.get(&process) {
                Some(&parent) => process = parent,
                None => return false,
            }
        }
        true
    };
    (parents.keys().filter(|&&process| below(process)))
        .filter_map(|process| proportional(*process))
        .sum()
}

/// Each process with its parent, as Linux tells.
fn parents() -> BTreeMap<u32, u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| {
            let process: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
            // The name is in parentheses and may hold anything; state and parent follow it.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
            Some((process, parent.parse().ok()?))
        })
        .collect()
}

fn proportional(process: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = text.lines().find(|line| line.starts_with("Pss:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
