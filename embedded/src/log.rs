//! The server's log: a thread reads it as long as the server lives, so that the
//! server never waits for a reader. It keeps the end of the log in memory and
//! announces what the log tells about the server. Nothing here writes a file.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::process::ChildStderr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::watch;

/// How many lines are kept.
const KEPT: usize = 60;
/// What the supervisor writes before the server's process id.
const SUPERVISED: &str = "supervised: ";
/// What every supported server logs in the C locale once it takes connections.
const READY: &str = "database system is ready to accept connections";

/// What the log has told so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The process id of the server.
    pub(crate) pid: Option<u32>,
    /// The server takes connections, or has once taken them.
    pub(crate) ready: bool,
    /// Every process of the server has ended.
    pub(crate) ended: bool,
}

/// The log of one run of the server.
#[derive(Debug)]
pub(crate) struct ServerLog {
    lines: Arc<Mutex<VecDeque<String>>>,
    progress: watch::Receiver<Progress>,
}

impl ServerLog {
    /// Starts reading.
    pub(crate) fn read(pipe: ChildStderr) -> io::Result<Self> {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let (sender, progress) = watch::channel(Progress::default());
        let kept = Arc::clone(&lines);
        thread::Builder::new()
            .name("postgres-log".to_owned())
            .spawn(move || follow(pipe, &kept, &sender))?;
        Ok(Self { lines, progress })
    }

    /// Waits until the condition holds, or the server has ended.
    pub(crate) async fn wait_for(&self, condition: impl Fn(&Progress) -> bool) -> Progress {
        let mut progress = self.progress.clone();
        let reached = progress.wait_for(|now| now.ended || condition(now)).await;
        // The sender is gone only after it has announced the end.
        reached.map_or(
            Progress {
                ended: true,
                ..Progress::default()
            },
            |now| *now,
        )
    }

    /// The end of the log.
    pub(crate) fn tail(&self) -> String {
        let lines = lock(&self.lines);
        lines
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn follow(pipe: ChildStderr, kept: &Mutex<VecDeque<String>>, sender: &watch::Sender<Progress>) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        bytes.clear();
        if let Some(pid) = line
            .strip_prefix(SUPERVISED)
            .and_then(|pid| pid.parse().ok())
        {
            sender.send_modify(|now| now.pid = Some(pid));
            continue;
        }
        let ready = line.ends_with(READY);
        let mut lines = lock(kept);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
        drop(lines);
        if ready {
            sender.send_modify(|now| now.ready = true);
        }
    }
    sender.send_modify(|now| now.ended = true);
}

/// The lines are whole at any time, even if a reader panicked.
fn lock(lines: &Mutex<VecDeque<String>>) -> MutexGuard<'_, VecDeque<String>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}
