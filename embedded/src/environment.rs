//! Settings as typed become settings as usable: the variables of the environment
//! are read here, once, and nowhere else.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{Error, Settings};

/// The file name of the server's socket; its directory is private, so the port is free to choose.
pub(crate) const SOCKET: &str = ".s.PGSQL.5432";
/// As long as the name of every run directory.
const RUN_NAME: &str = "01234567";
/// The longest path of a socket, in bytes.
const SOCKET_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The variables of the environment that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    pub(crate) path: Option<OsString>,
    bin_dir: Option<OsString>,
    major: Option<OsString>,
    cache_dir: Option<OsString>,
    run_dir: Option<OsString>,
    xdg_cache_home: Option<OsString>,
    home: Option<OsString>,
    tmpdir: Option<OsString>,
}

impl Environment {
    pub(crate) fn of_process() -> Self {
        let read = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            path: read("PATH"),
            bin_dir: read("PLANWRIGHT_PG_BIN"),
            major: read("PLANWRIGHT_PG_MAJOR"),
            cache_dir: read("PLANWRIGHT_CACHE_DIR"),
            run_dir: read("PLANWRIGHT_RUN_DIR"),
            xdg_cache_home: read("XDG_CACHE_HOME"),
            home: read("HOME"),
            tmpdir: read("TMPDIR"),
        }
    }

    /// An environment in which only `PATH` is set.
    #[cfg(test)]
    pub(crate) fn of_path(path: Option<OsString>) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    /// The configured directory of server binaries.
    pub(crate) fn bin_dir(&self, settings: &Settings) -> Option<PathBuf> {
        settings
            .bin_dir
            .clone()
            .or_else(|| self.bin_dir.as_ref().map(PathBuf::from))
    }

    /// The preferred major version.
    pub(crate) fn major(&self, settings: &Settings) -> Result<Option<u32>, Error> {
        let Some(value) = &self.major else {
            return Ok(settings.major);
        };
        let text = value.to_string_lossy();
        match text.parse() {
            Ok(major) => Ok(Some(major)),
            Err(_) => Err(Error::BadMajor {
                value: text.into_owned(),
            }),
        }
    }

    /// The directory of templates and downloads.
    pub(crate) fn cache_dir(
        &self,
        settings: &Settings,
        account: &Account,
    ) -> Result<PathBuf, Error> {
        if let Some(dir) = &settings.cache_dir {
            return absolute(dir);
        }
        if let Some(dir) = &self.cache_dir {
            return absolute(Path::new(dir));
        }
        if account.is_dropped() {
            return Ok(PathBuf::from("/var/cache/planwright"));
        }
        let xdg = self
            .xdg_cache_home
            .as_ref()
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute());
        let home = || {
            self.home
                .as_ref()
                .map(|home| Path::new(home).join(".cache"))
        };
        let base = xdg.or_else(home).ok_or(Error::NoCacheDir)?;
        Ok(base.join("planwright"))
    }

    /// The directory that holds the directories of all running servers of the account.
    pub(crate) fn run_home(
        &self,
        settings: &Settings,
        account: &Account,
    ) -> Result<PathBuf, Error> {
        let home = |base: &Path| base.join(format!("planwright-{}", account.uid()));
        let configured = settings
            .run_dir
            .as_deref()
            .or(self.run_dir.as_deref().map(Path::new));
        if let Some(base) = configured {
            let base = absolute(base)?;
            check_socket(&home(&base))?;
            account.check_access(&base)?;
            return Ok(home(&base));
        }
        let usable = |base: &&Path| {
            base.is_absolute() && check_socket(&home(base)).is_ok() && account.can_use(base)
        };
        let tmpdir = self.tmpdir.as_deref().map(Path::new).filter(usable);
        Ok(home(tmpdir.unwrap_or(Path::new("/tmp"))))
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(Error::io("resolve", path))
}

/// Fails when a server's socket under this directory would have too long a path.
fn check_socket(home: &Path) -> Result<(), Error> {
    let socket = home.join(RUN_NAME).join(SOCKET);
    let length = socket.as_os_str().len();
    if length <= SOCKET_LIMIT {
        return Ok(());
    }
    Err(Error::SocketPath {
        socket,
        length,
        limit: SOCKET_LIMIT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_overrides_the_major_and_must_be_a_number() {
        let settings = Settings::new().major(15);
        let mut environment = Environment::default();
        assert_eq!(environment.major(&settings).expect("15"), Some(15));
        environment.major = Some("18".into());
        assert_eq!(environment.major(&settings).expect("18"), Some(18));
        environment.major = Some("newest".into());
        let error = environment.major(&settings).expect_err("not a number");
        assert!(
            error
                .to_string()
                .contains("PLANWRIGHT_PG_MAJOR is `newest`"),
            "{error}"
        );
    }

    #[test]
    fn a_setting_wins_over_the_environment_for_directories() {
        let environment = Environment {
            bin_dir: Some("/env/bin".into()),
            cache_dir: Some("/env/cache".into()),
            ..Environment::default()
        };
        let account = Account::detect().expect("an account");
        let typed = Settings::new()
            .bin_dir("/typed/bin")
            .cache_dir("/typed/cache");
        assert_eq!(
            environment.bin_dir(&typed),
            Some(PathBuf::from("/typed/bin"))
        );
        assert_eq!(
            environment.bin_dir(&Settings::new()),
            Some(PathBuf::from("/env/bin"))
        );
        let cache = environment
            .cache_dir(&typed, &account)
            .expect("a directory");
        assert_eq!(cache, Path::new("/typed/cache"));
        let cache = environment
            .cache_dir(&Settings::new(), &account)
            .expect("a directory");
        assert_eq!(cache, Path::new("/env/cache"));
    }

    #[test]
    fn a_long_tmpdir_is_passed_over_but_a_long_configured_directory_is_an_error() {
        let long = format!("/tmp/{}", "x".repeat(90));
        let environment = Environment {
            tmpdir: Some(long.clone().into()),
            ..Environment::default()
        };
        let account = Account::detect().expect("an account");
        let run = environment
            .run_home(&Settings::new(), &account)
            .expect("a directory");
        assert!(!run.starts_with(&long), "{}", run.display());
        let error = environment.run_home(&Settings::new().run_dir(&long), &account);
        let text = error.expect_err("too long").to_string();
        assert!(
            text.contains("this system allows") && text.contains("Settings::run_dir"),
            "{text}"
        );
    }
}
