//! A temporary folder that a later run removes where its own was killed.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "planwright-diff-";
/// A folder that is younger may have been made a moment ago, and be about to be locked.
const OLD: Duration = Duration::from_mins(1);

/// The folder of one run. The lock goes with the process, whatever ends that.
pub(super) struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    /// Makes one, and removes those whose runs are over.
    pub(super) fn new() -> io::Result<Self> {
        let all = std::env::temp_dir();
        for entry in fs::read_dir(&all)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                // Whoever it belongs to may remove it at the same time.
                let _ = remove_if_left(&entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(all)?;
        let lock = File::open(folder.path())?;
        lock.lock()?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn remove_if_left(folder: &Path) -> io::Result<()> {
    let lock = File::open(folder)?;
    let age = lock.metadata()?.modified()?.elapsed().unwrap_or_default();
    if age >= OLD && lock.try_lock().is_ok() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}
