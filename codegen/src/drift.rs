//! How the files on disk differ from what is generated.

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
    /// Files with another text.
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
        .keys()
        .filter(|path| !checked.files.contains_key(*path))
        .cloned()
        .collect();
    match lock {
        None => drift.missing.push(LOCK_FILE.to_owned()),
        Some(text) => {
            if let Ok(old) = Lock::parse(&text) {
                drift.queries = old.drifted_queries(&checked.lock);
            }
            if text != checked.lock.to_text() {
                drift.changed.push(LOCK_FILE.to_owned());
            }
        }
    }
    Ok(drift)
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
