//! The process that watches over one run of the server, as `supervisor.sh`
//! describes. It notices the end of its parent, however that came, by the end of
//! a socket; no signal handler and no `pre_exec` is needed for it. Only this module
//! starts servers.

use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use tokio::time::timeout;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::blocking::blocking;
use crate::command::server_command;
use crate::log::ServerLog;
use crate::run_dir::RunDir;
use crate::{Error, conf};

const SCRIPT: &str = include_str!("supervisor.sh");
const SHELL: &str = "/bin/sh";
/// The answer to a halt.
const HALTED: &str = "halted\n";

/// How a running server is ended while its directory is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Halt {
    /// Cleanly: clients are cut off, and everything is written.
    Stop,
    /// Like a power failure.
    Kill,
}

/// One run of the server. Dropping it ends the server at once and removes its directory.
#[derive(Debug)]
pub(crate) struct Supervisor {
    child: Child,
    /// None once the supervisor shall end.
    control: Option<UnixStream>,
    log: ServerLog,
}

impl Supervisor {
    /// Starts the server on the data directory of the run directory.
    pub(crate) fn launch(
        binaries: &Binaries,
        account: &Account,
        run: &RunDir,
        listen: Option<Ipv4Addr>,
    ) -> Result<Self, Error> {
        let shell = Path::new(SHELL);
        let (control, theirs) =
            UnixStream::pair().map_err(Error::io("make a socket for", run.path()))?;
        let lock = run
            .share_lock()
            .map_err(Error::io("share the lock of", run.path()))?;
        let mut command = server_command(shell, account);
        command
            .args(["-c", SCRIPT, "sh"])
            .arg(run.path())
            .arg(binaries.program("postgres"))
            .arg("-D")
            .arg(run.data())
            .args(conf::arguments(run.path(), listen))
            .stdin(OwnedFd::from(theirs))
            .stdout(lock)
            .stderr(Stdio::piped())
            // Ctrl-C at the terminal ends the parent, and only thereby the server.
            .process_group(0);
        let mut child = command.spawn().map_err(Error::io("run", shell))?;
        let Some(pipe) = child.stderr.take() else {
            unreachable!("the error stream is a pipe")
        };
        let log = ServerLog::read(pipe).map_err(Error::io("start a thread for", run.path()))?;
        Ok(Self {
            child,
            control: Some(control),
            log,
        })
    }

    /// Waits until the server takes connections, and returns its process id.
    pub(crate) async fn ready(
        &self,
        binaries: &Binaries,
        run: &RunDir,
        limit: Duration,
    ) -> Result<u32, Error> {
        let waited = timeout(
            limit,
            self.log.wait_for(|now| now.ready && now.pid.is_some()),
        )
        .await;
        match waited {
            Ok(now) if !now.ended => Ok(now.pid.unwrap_or_default()),
            Ok(_) => Err(Error::server_exited(
                binaries.version(),
                &run.data(),
                self.log.tail(),
            )),
            Err(_) => Err(self.timed_out("become ready", run, limit)),
        }
    }

    /// Ends the server, keeps its directory, and waits until all its processes are gone.
    pub(crate) async fn halt(
        &mut self,
        how: Halt,
        run: &RunDir,
        limit: Duration,
    ) -> Result<(), Error> {
        self.tell(match how {
            Halt::Stop => "stop",
            Halt::Kill => "kill",
        });
        if timeout(limit, self.log.wait_for(|_| false)).await.is_err() {
            return Err(self.timed_out("stop", run, limit));
        }
        self.hear().await
    }

    /// Waits for the answer to a halt. Without it the process id of the ended server
    /// would still exist for a moment, and the next server would believe in it.
    async fn hear(&mut self) -> Result<(), Error> {
        let Some(control) = &self.control else {
            return Ok(());
        };
        let mut control = control
            .try_clone()
            .map_err(Error::io("listen to", Path::new(SHELL)))?;
        blocking(move || {
            let mut answer = [0; HALTED.len()];
            // A supervisor that was killed does not answer, and its socket ends.
            let _ = control.read_exact(&mut answer);
            Ok(())
        })
        .await
    }

    /// Ends the supervisor of a halted server whose directory another one has taken over.
    pub(crate) fn leave(mut self) {
        self.tell("leave");
    }

    /// The end of the server's log.
    pub(crate) fn log_tail(&self) -> String {
        self.log.tail()
    }

    /// A supervisor that is gone cannot be told anything; the directory's owner sees to the rest.
    fn tell(&mut self, word: &str) {
        if let Some(control) = &mut self.control {
            let _ = writeln!(control, "{word}");
        }
    }

    fn timed_out(&self, action: &'static str, run: &RunDir, timeout: Duration) -> Error {
        Error::Timeout {
            dir: run.data(),
            action,
            timeout,
            log: self.log.tail(),
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.control = None;
        let _ = self.child.wait();
    }
}
