//! Removes run directories whose owner and supervisor are both gone: after a
//! crash of the machine, or when both were killed. A directory whose lock is held
//! is never touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::command::search_path;
use crate::run_dir::LOCK;

/// A directory without a lock is being made, unless it is older than this.
const YOUNG: Duration = Duration::from_mins(10);
/// How long a server may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Removes the stale run directories of the account, which are all in one directory.
pub(crate) fn sweep(home: &Path, account: &Account) {
    let Ok(entries) = fs::read_dir(home) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        if entry
            .metadata()
            .is_ok_and(|found| found.is_dir() && account.trusts(&found))
        {
            remove_if_stale(&entry.path());
        }
    }
}

fn remove_if_stale(run: &Path) {
    let lock = run.join(LOCK);
    if !fs::symlink_metadata(&lock).is_ok_and(|found| found.is_file()) {
        let modified = fs::metadata(run).and_then(|found| found.modified());
        if modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > YOUNG)) {
            remove(run);
        }
        return;
    }
    let Ok(lock) = File::open(lock) else { return };
    if lock.try_lock().is_ok() {
        remove(run);
    }
}

/// Ends a server that still runs in the directory, and removes the directory.
/// What cannot be removed now is tried again at the next sweep.
pub(crate) fn remove(run: &Path) {
    if !run.exists() {
        let _ = run.parent().map(fs::remove_dir);
        return;
    }
    let data = run.join("data");
    let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    if let Some(pid) = state.lines().next().and_then(|line| line.parse().ok()) {
        end(pid, &data);
    }
    // A killed server leaves its System V shared memory, named in the seventh line.
    let segment = state
        .lines()
        .nth(6)
        .and_then(|line| line.split_whitespace().nth(1));
    if let Some(segment) = segment {
        quietly(Command::new("ipcrm").args(["-m", segment]));
    }
    let _ = fs::remove_dir_all(run);
    // It is not empty while another server runs.
    let _ = run.parent().map(fs::remove_dir);
}

/// Ends the server with this process id, if it still is the server of this data directory.
fn end(pid: u32, data: &Path) {
    let start = Instant::now();
    let mut signal = "-QUIT";
    while is_server(pid, data) {
        quietly(
            Command::new("/bin/sh")
                .args(["-c", r#"kill "$1" "$2""#, "sh", signal])
                .arg(pid.to_string()),
        );
        if start.elapsed() > PATIENCE {
            signal = "-KILL";
        }
        if start.elapsed() > 2 * PATIENCE {
            return;
        }
        // The server is nobody's child here, so its end cannot be waited for.
        sleep(Duration::from_millis(10));
    }
}

/// Process ids are used again: the process counts only if its arguments name the data directory.
fn is_server(pid: u32, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}/cmdline"));
    let arguments = if Path::new("/proc/self").exists() {
        fs::read(process).unwrap_or_default()
    } else {
        let listed = Command::new("ps")
            .args(["-o", "args=", "-p"])
            .arg(pid.to_string())
            .output();
        listed.map(|output| output.stdout).unwrap_or_default()
    };
    let name = data.as_os_str().as_encoded_bytes();
    arguments.windows(name.len()).any(|part| part == name)
}

fn quietly(command: &mut Command) {
    command.env("PATH", search_path());
    let _ = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}
