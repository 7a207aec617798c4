//! Files with holes: as long as production's, without taking room.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use super::pages::PAGE;
use crate::failure::Failure;
use crate::files::FileError;

/// A relation is cut into files of this many pages (1 GiB).
const SEGMENT: u64 = 131_072;

/// Makes a relation exactly that many pages long. Nothing reads what is cut off: a server
/// treated so only plans.
pub(super) fn resize(first: &Path, pages: u64) -> Result<(), Failure> {
    let mut left = pages;
    let mut number = 0;
    while left > 0 || segment(first, number).exists() {
        let here = left.min(SEGMENT);
        let path = segment(first, number);
        set_length(first, &path, here * PAGE).map_err(|source| FileError::write(&path, source))?;
        left -= here;
        number += 1;
    }
    Ok(())
}

fn segment(first: &Path, number: u64) -> PathBuf {
    match number {
        0 => first.to_owned(),
        _ => {
            let mut name = first.as_os_str().to_owned();
            name.push(format!(".{number}"));
            PathBuf::from(name)
        }
    }
}

/// A new segment belongs to whom the first one belongs to, so that the server can read it.
fn set_length(first: &Path, path: &Path, length: u64) -> std::io::Result<()> {
    let new = !path.exists();
    let file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    file.set_len(length)?;
    if new {
        let owner = first.metadata()?;
        chown(path, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}
