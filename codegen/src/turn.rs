//! Who may write a project's generated files: one process at a time.

use std::fs::{self, File};
use std::io;

use planwright_embedded::Settings;

use crate::config::Project;

/// The turn of one process. It ends when this is dropped, and when the process ends.
#[derive(Debug)]
#[must_use = "the turn ends when it is dropped"]
pub struct Turn {
    /// Locked; where the cache cannot be written to, nobody waits for anybody.
    _file: Option<File>,
}

impl Turn {
    /// Waits until no other process of this account is checking and writing the project, so
    /// that an editor's build and one by hand neither do the same work nor write into each
    /// other's files. Files are replaced whole all the same: without a cache to keep the lock
    /// in, no turn is waited for.
    pub fn wait(project: &Project, settings: &Settings) -> Self {
        Self {
            _file: lock(project, settings).ok(),
        }
    }
}

fn lock(project: &Project, settings: &Settings) -> io::Result<File> {
    let cache = settings.cache().map_err(io::Error::other)?;
    let folder = cache.join("turns");
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join(format!("{}.lock", project.id())))?;
    file.lock()?;
    Ok(file)
}
