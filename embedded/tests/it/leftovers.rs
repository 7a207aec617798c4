//! Nothing stays behind: no process and no directory, however the end comes.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use planwright_embedded::{EmbeddedServer, Settings};

use crate::helpers::{is_alive, signal, value, wait_until_gone};

/// Set for a copy of this test program that holds a server until it is killed.
const HOLDER: &str = "PLANWRIGHT_TEST_HOLDER";

#[tokio::test]
async fn dropping_leaves_nothing() {
    let server = EmbeddedServer::start().await.expect("a server");
    let (pid, dir) = (server.pid(), server.socket_dir().to_owned());
    assert!(is_alive(pid) && dir.is_dir());
    drop(server);
    assert!(!is_alive(pid), "the server");
    assert!(!dir.exists(), "its directory");
}

#[tokio::test]
async fn stopping_leaves_nothing_even_with_a_client_connected() {
    let server = EmbeddedServer::start().await.expect("a server");
    let (pid, dir) = (server.pid(), server.socket_dir().to_owned());
    let _client = crate::helpers::connect(&server, "postgres").await;
    server.stop().await.expect("a clean stop");
    assert!(!is_alive(pid), "the server");
    assert!(!dir.exists(), "its directory");
}

#[tokio::test]
async fn dropping_a_killed_or_restarted_server_leaves_nothing() {
    let server = EmbeddedServer::start().await.expect("a server");
    server.restart().await.expect("a restart");
    server.kill().await.expect("a kill");
    let dir = server.socket_dir().to_owned();
    drop(server);
    assert!(!dir.exists());
}

#[tokio::test]
async fn dropping_leaves_nothing_when_the_supervisor_was_killed() {
    let server = EmbeddedServer::start().await.expect("a server");
    let (pid, dir) = (server.pid(), server.socket_dir().to_owned());
    assert!(signal("-KILL", parent_of(pid)));
    drop(server);
    wait_until_gone(pid, &dir);
}

#[tokio::test]
async fn a_killed_process_leaves_nothing() {
    let mut holder = Holder::start();
    holder.child.kill().expect("a kill");
    holder.child.wait().expect("an end");
    wait_until_gone(holder.pid, &holder.dir);
}

#[tokio::test]
async fn an_interrupt_of_the_supervisor_leaves_nothing() {
    let holder = Holder::start();
    assert!(signal("-TERM", parent_of(holder.pid)));
    wait_until_gone(holder.pid, &holder.dir);
}

#[tokio::test]
async fn what_a_killed_supervisor_leaves_is_swept_at_the_next_start() {
    // Not where other processes sweep, too.
    let run = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o755))
        .tempdir();
    let run = run.expect("a directory");
    let settings = Settings::new().run_dir(run.path());
    let mut holder = Holder::start_in(Some(run.path()));
    let living = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    assert!(signal("-KILL", parent_of(holder.pid)));
    holder.child.kill().expect("a kill");
    holder.child.wait().expect("an end");
    assert!(is_alive(holder.pid) && holder.dir.is_dir());
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    wait_until_gone(holder.pid, &holder.dir);
    assert_eq!(
        value(&living, "postgres", "SELECT 'yes'").await,
        "yes",
        "a living one is left alone"
    );
    drop(server);
}

/// Another process that holds a server.
struct Holder {
    child: Child,
    pid: u32,
    dir: PathBuf,
}

impl Holder {
    fn start() -> Self {
        Self::start_in(None)
    }

    fn start_in(run: Option<&Path>) -> Self {
        let program = std::env::current_exe().expect("the test program");
        let mut child = Command::new(program)
            .args(["--exact", "leftovers::hold_a_server", "--nocapture"])
            .env(HOLDER, "1")
            .envs(run.map(|run| ("PLANWRIGHT_RUN_DIR", run)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test program");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let lines = output.lines().map(|line| line.expect("a line"));
        let told: Vec<_> = lines
            .filter_map(|line| Some(line.split_once("HOLDING ")?.1.to_owned()))
            .take(1)
            .collect();
        let (pid, dir) = told
            .first()
            .and_then(|line| line.split_once(' '))
            .expect("a server");
        Self {
            pid: pid.parse().expect("a number"),
            dir: dir.into(),
            child,
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Does nothing as a test: it is the program of `Holder`.
#[tokio::test]
#[allow(clippy::print_stdout, reason = "it talks to its parent")]
async fn hold_a_server() {
    if std::env::var_os(HOLDER).is_some() {
        let server = EmbeddedServer::start().await.expect("a server");
        println!("HOLDING {} {}", server.pid(), server.socket_dir().display());
        std::future::pending::<()>().await;
    }
}

fn parent_of(pid: u32) -> u32 {
    let output = Command::new("ps")
        .args(["-o", "ppid=", "-p"])
        .arg(pid.to_string())
        .output();
    let output = String::from_utf8(output.expect("ps").stdout).expect("digits");
    let parent = output.trim().parse().expect("a process id");
    assert!(parent > 1, "the supervisor is the parent");
    parent
}
