//! The servers are in statics, which no one drops: they have to end by themselves
//! when the tests do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::fixture::{POSTGRESQL_15, POSTGRESQL_18};

/// Names a file for a copy of this program to write its servers' directories to.
const REPORT: &str = "PLANWRIGHT_TEST_REPORT";

#[test]
fn the_servers_end_with_the_tests() {
    let directory = tempfile::tempdir().expect("a directory");
    let report = directory.path().join("report");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "leftovers::start_the_servers"])
        .env(REPORT, &report)
        .output();
    let output = output.expect("this program runs");
    assert!(output.status.success(), "{output:?}");

    let report = fs::read_to_string(report).expect("a report");
    let directories: Vec<_> = report.lines().map(Path::new).collect();
    assert_eq!(directories.len(), 2);
    for directory in directories {
        assert!(directory.is_absolute());
        // The supervisor removes it after the server has ended.
        let deadline = Instant::now() + Duration::from_secs(30);
        while directory.exists() {
            assert!(
                Instant::now() < deadline,
                "{} is still there",
                directory.display()
            );
            std::thread::yield_now();
        }
    }
}

/// Does nothing, unless the test above runs it in a process of its own.
#[test]
fn start_the_servers() {
    let Some(report) = std::env::var_os(REPORT) else {
        return;
    };
    let servers = [POSTGRESQL_15.server(), POSTGRESQL_18.server()];
    let directories = servers.map(|server| {
        assert!(server.socket_dir().is_dir());
        server.socket_dir().display().to_string()
    });
    fs::write(report, directories.join("\n")).expect("the report is written");
}
