//! `planwright with-server`

use std::path::Path;
use std::process::Command;

use crate::project::{Project, Run, planwright};

const URL: &str = "PLANWRIGHT_TEST_DATABASE_URL";

/// Prints the server's URL, then runs a part of a shell script.
fn with_server(folder: &Path, options: &[&str], script: &str) -> Command {
    let script = format!("echo \"${URL}\"; {script}");
    let mut command = planwright(folder);
    command.arg("with-server").args(options);
    command.args(["--", "sh", "-c", &script, env!("CARGO_BIN_EXE_planwright")]);
    command
}

/// The directory of the socket in a private server's URL.
fn socket_directory(url: &str) -> String {
    let host = url.split_once('@').expect("a user").1;
    let host = host.split_once(':').expect("a port").0;
    host.replace("%2F", "/")
}

#[test]
fn a_command_has_a_server_while_it_runs_and_nothing_is_left() {
    let project = Project::new();
    let script = format!("\"$0\" migrate status --database-url \"${URL}\"");
    let run = Run::of(&mut with_server(&project.root(), &[], &script)).exits(0);
    let (url, status) = run.stdout.split_once('\n').expect("two lines");
    assert!(status.contains("notes"), "{status}");
    let directory = socket_directory(url);
    assert!(directory.starts_with('/'), "{directory}");
    assert!(!Path::new(&directory).exists());
}

#[test]
fn the_commands_exit_code_is_the_result() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::of(&mut with_server(folder.path(), &[], "exit 7")).exits(7);
    assert_eq!(run.stderr, "");
    Run::of(&mut with_server(folder.path(), &[], "kill -TERM $$")).exits(128 + 15);
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = planwright(folder.path());
    let run = Run::of(command.args(["with-server", "--", "no-such-program"])).exits(2);
    run.tells("error: could not run `no-such-program`\n  because: No such file or directory");
}
