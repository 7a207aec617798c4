//! What a caller may choose, as typed. The variables of the environment that
//! stand in for it are read in `environment`; nothing here touches the system.

use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::account::Account;
use crate::environment::Environment;
use crate::{Error, Progress};

type Report = Arc<dyn Fn(Progress) + Send + Sync>;

/// How to find, configure and start a server. The default suits most builds and tests.
///
/// # Examples
///
/// ```
/// use planwright_embedded::Settings;
///
/// let settings = Settings::new()
///     .major(18)
///     .setting("autovacuum", "on")
///     .progress(|step| eprintln!("{step}"));
/// # let _ = settings;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Settings {
    pub(crate) bin_dir: Option<PathBuf>,
    pub(crate) major: Option<u32>,
    pub(crate) require_major: bool,
    pub(crate) download: bool,
    pub(crate) cache_dir: Option<PathBuf>,
    pub(crate) run_dir: Option<PathBuf>,
    pub(crate) server: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    pub(crate) listen: Option<Ipv4Addr>,
    progress: Option<Report>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bin_dir: None,
            major: None,
            require_major: false,
            download: true,
            cache_dir: None,
            run_dir: None,
            server: Vec::new(),
            timeout: Duration::from_mins(1),
            listen: None,
            progress: None,
        }
    }
}

impl Settings {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses the server binaries of this directory and no other. It must hold
    /// `postgres` and `initdb`. Without it, `PLANWRIGHT_PG_BIN` counts.
    pub fn bin_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.bin_dir = Some(dir.into());
        self
    }

    /// Prefers a major version, such as 18. `PLANWRIGHT_PG_MAJOR` overrides it.
    /// A major that is not installed is downloaded where that is possible; else the
    /// newest installed server is used, unless [`require_major`](Self::require_major) forbids it.
    pub fn major(mut self, major: u32) -> Self {
        self.major = Some(major);
        self
    }

    /// Makes a server of another major version than the preferred one an error.
    pub fn require_major(mut self, required: bool) -> Self {
        self.require_major = required;
        self
    }

    /// Whether server binaries may be downloaded when none are installed. True by default.
    pub fn download(mut self, allowed: bool) -> Self {
        self.download = allowed;
        self
    }

    /// Where templates and downloads are kept. Without it, `PLANWRIGHT_CACHE_DIR`
    /// counts, then `planwright` in `XDG_CACHE_HOME` or `~/.cache`. For root the
    /// default is `/var/cache/planwright`: the account that runs the server cannot
    /// enter root's home.
    pub fn cache_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(dir.into());
        self
    }

    /// Where the directories of running servers are made. Without it,
    /// `PLANWRIGHT_RUN_DIR` counts, then `TMPDIR` if it is usable and short enough
    /// for a socket, then `/tmp`.
    pub fn run_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.run_dir = Some(dir.into());
        self
    }

    /// Adds a server setting, as in `postgresql.conf`. The last value of a name counts.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.server.push((name.into(), value.into()));
        self
    }

    /// How long the server may take to become ready, and to stop. A minute by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Also listens on TCP, port 5432 of an address such as `127.0.7.1`. Without it the server
    /// listens on its Unix socket alone, which nobody else can enter. On TCP every account of the
    /// machine can connect, and `pg_hba.conf` trusts those who come from `127.0.0.1`: it is for
    /// tests of what Unix sockets do not have, such as TLS.
    pub fn listen(mut self, address: Ipv4Addr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Is called at every step that may take a while, from any thread.
    pub fn progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// Where templates and downloads are kept: what [`cache_dir`](Self::cache_dir) says.
    ///
    /// # Errors
    /// When nothing says where, and there is no home directory.
    pub fn cache(&self) -> Result<PathBuf, Error> {
        let account = Account::detect()?;
        Environment::of_process().cache_dir(self, &account)
    }

    pub(crate) fn report(&self, step: Progress) {
        if let Some(report) = &self.progress {
            report(step);
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("bin_dir", &self.bin_dir)
            .field("major", &self.major)
            .field("require_major", &self.require_major)
            .field("download", &self.download)
            .field("cache_dir", &self.cache_dir)
            .field("run_dir", &self.run_dir)
            .field("server", &self.server)
            .field("timeout", &self.timeout)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}
