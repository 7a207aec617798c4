//! How the server's programs are run: as the right account, with a clean
//! environment, so that the same input gives the same server on every machine.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Output};

use crate::account::Account;

/// Variables that pass through to the server's programs.
const KEPT: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];
/// Where the system's own tools are, whatever the caller's `PATH` is.
const SYSTEM: &str = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// A command that runs as the account, in `/`, with almost no environment.
pub(crate) fn server_command(program: impl AsRef<OsStr>, account: &Account) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", search_path());
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", "C").env("TZ", "UTC").current_dir("/");
    account.apply(&mut command);
    command
}

/// The caller's `PATH`, and behind it the directories of the system's own tools.
pub(crate) fn search_path() -> OsString {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    if !path.is_empty() {
        path.push(":");
    }
    path.push(SYSTEM);
    path
}

/// What a program printed, errors first, without the surrounding white space.
pub(crate) fn printed(output: &Output) -> String {
    let text = [&output.stderr, &output.stdout]
        .map(|stream| String::from_utf8_lossy(stream).trim().to_owned());
    text.join("\n").trim().to_owned()
}
