//! The script that watches over a server.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const SCRIPT: &str = include_str!("../../src/supervisor.sh");

/// A process that is not yet a server: the first signals are lost on it.
const YOUNG: &str =
    r#"trap "" QUIT; trap "trap - TERM" TERM; echo young >&2; while :; do sleep 0.1; done"#;

#[test]
fn a_server_that_loses_the_first_signals_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    std::fs::create_dir(&run).unwrap();
    let mut supervisor = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(&run)
        .args(["sh", "-c", YOUNG])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(supervisor.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap() == "young"));
    // Its end is the end of who wanted the server.
    drop(supervisor.stdin.take());
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || ended.send(supervisor.wait().map(|status| status.success())));
    let end = end.recv_timeout(Duration::from_mins(1));
    assert!(end.expect("it has ended").unwrap());
    assert!(!run.exists(), "the directory is removed");
}
