//! `planwright with-server -- COMMAND`

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

use planwright_embedded::{EmbeddedServer, Settings};

use crate::args::WithServerArgs;
use crate::check;
use crate::output::{self, Problem};

/// What tells the command, and the tests in it, where the server is.
const VARIABLE: &str = "PLANWRIGHT_TEST_DATABASE_URL";
/// A new server has this database.
const DATABASE: &str = "postgres";

/// Runs a command beside a private server, which ends with it.
pub(crate) async fn run(folder: &Path, args: WithServerArgs) -> Result<(), Problem> {
    let mut settings = Settings::new().progress(|step| output::note(&step));
    if let Some(major) = args.postgres {
        settings = settings.major(major).require_major(true);
    } else if let Some(major) = project_major(folder) {
        settings = settings.major(major);
    }
    let server = EmbeddedServer::start_with(&settings)
        .await
        .map_err(|error| Problem::from_error(&error))?;
    let url = server.database_url(DATABASE);
    let title = args.command.first().map(OsString::as_os_str);
    let title = title.unwrap_or_default().to_string_lossy().into_owned();
    let status = status(args.command, url).await;
    // Whatever the command did: its tests are over.
    let stopped = server.stop().await;
    let status = status.map_err(|error| Problem::could_not(&format!("run `{title}`"), &error))?;
    stopped.map_err(|error| Problem::from_error(&error))?;
    match code(status) {
        0 => Ok(()),
        code => Err(Problem::Ended(code)),
    }
}

/// The version of the project's production, where the folder is in a project.
fn project_major(folder: &Path) -> Option<u32> {
    check::open(folder).ok()?.config.postgres.version
}

async fn status(command: Vec<OsString>, url: String) -> io::Result<ExitStatus> {
    let run = move || {
        let mut words = command.into_iter();
        let program = words.next().unwrap_or_default();
        Command::new(program)
            .args(words)
            .env(VARIABLE, url)
            .status()
    };
    tokio::task::spawn_blocking(run).await?
}

/// As a shell says it: a signal is 128 and its number.
fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
