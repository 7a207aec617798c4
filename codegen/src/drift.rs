//! How the files on disk differ from what is generated.

use std::error::Error;

use crate::check::Checked;
use crate::config::Project;
use crate::files::{self, FileError};
use crate::lock::{LOCK_FILE, Lock};

/// How generated files differ from what is on disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that are no longer generated.
    pub stale: Vec<String>,
    /// Files with another text; a lock that cannot be read, with the reason.
    pub changed: Vec<String>,
    /// Queries that are not what the lock says, each with the reason.
    pub queries: Vec<String>,
}

impl Drift {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists = [
            ("queries", &self.queries),
            ("missing", &self.missing),
            ("stale", &self.stale),
            ("changed", &self.changed),
        ];
        for (what, list) in lists {
            for item in list {
                writeln!(f, "  {what}: {item}")?;
            }
        }
        Ok(())
    }
}

/// Compares a checked catalog with the files on disk.
///
/// # Errors
/// When a file cannot be read.
pub fn drift(project: &Project, checked: &Checked) -> Result<Drift, FileError> {
    let (on_disk, lock) = files::read_generated(project)?;
    let mut drift = Drift::default();
    for (path, text) in &checked.files {
        match on_disk.get(path) {
            None => drift.missing.push(path.clone()),
            Some(existing) if existing != text => drift.changed.push(path.clone()),
            Some(_) => {}
        }
    }
    drift.stale = on_disk
        .iter()
        .filter(|(path, text)| files::is_generated(text) && !checked.files.contains_key(*path))
        .map(|(path, _)| path.clone())
        .collect();
    match lock {
        None => drift.missing.push(LOCK_FILE.to_owned()),
        Some(text) => compare_lock(&text, &checked.lock, &mut drift),
    }
    Ok(drift)
}

fn compare_lock(text: &str, now: &Lock, drift: &mut Drift) {
    match Lock::parse(text) {
        Err(error) => {
            let reason = error.source().map(ToString::to_string).unwrap_or_default();
            let reason = reason.lines().next().unwrap_or_default();
            drift
                .changed
                .push(format!("{LOCK_FILE} (not a lock: {reason})"));
        }
        Ok(old) => {
            drift.queries = old.drifted_queries(now);
            if text != now.to_text() {
                drift.changed.push(LOCK_FILE.to_owned());
            }
        }
    }
}

/// Whether the lock speaks of the project's inputs and of the generated files as they
/// are: then nothing needs to be checked again, and no server is asked.
///
/// # Errors
/// When a file cannot be read.
pub fn lock_agrees(project: &Project) -> Result<bool, FileError> {
    let (inputs, found) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    let lock = lock.and_then(|text| Lock::parse(&text).ok());
    Ok(found.is_empty() && lock.is_some_and(|lock| lock.agrees(&inputs, &on_disk)))
}

/// What is no longer as the lock says, found without a server: each path with what
/// happened to it, or why there is no lock to ask.
///
/// # Errors
/// When a file cannot be read.
pub fn changed_since_lock(project: &Project) -> Result<Vec<String>, FileError> {
    let (inputs, _) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    Ok(match lock.as_deref().map(Lock::parse) {
        None => vec![format!("{LOCK_FILE}: missing")],
        Some(Err(error)) => vec![error.to_string()],
        Some(Ok(lock)) => lock.changed_files(&inputs, &on_disk),
    })
}
