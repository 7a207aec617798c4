//! Copies a data directory, on all cores. A file system that can share blocks
//! between copies does so. Owner and modes come out as the server wants them.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

use crate::Error;
use crate::account::Account;

/// More threads than this gain nothing.
const THREADS: usize = 8;

/// Who owns the copy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner<'a> {
    /// This process, as with any file that it makes.
    Us,
    /// The account that runs the server.
    Server(&'a Account),
}

/// Copies the content of one directory into another one, which may exist.
pub(crate) fn copy_tree(from: &Path, to: &Path, owner: Owner<'_>) -> Result<(), Error> {
    let mut files = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(dir) = pending.pop() {
        let target = to.join(&dir);
        make_dir(&target, owner).map_err(Error::io("create", &target))?;
        let source = from.join(&dir);
        for entry in fs::read_dir(&source).map_err(Error::io("read", &source))? {
            let entry = entry.map_err(Error::io("read", &source))?;
            let path = dir.join(entry.file_name());
            match entry.file_type().map_err(Error::io("read", &source))? {
                kind if kind.is_dir() => pending.push(path),
                _ => files.push(path),
            }
        }
    }
    copy_files(from, to, &files, owner)
}

fn make_dir(path: &Path, owner: Owner<'_>) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.and_then(|()| give(path, owner)),
    }
}

fn copy_files(from: &Path, to: &Path, files: &[PathBuf], owner: Owner<'_>) -> Result<(), Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let target = to.join(file);
            copy_file(&from.join(file), &target, owner).map_err(Error::io("copy to", &target))?;
        }
        Ok(())
    };
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(THREADS);
    thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let first = work();
        workers.into_iter().fold(first, |result, worker| {
            result.and(
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        })
    })
}

fn copy_file(from: &Path, to: &Path, owner: Owner<'_>) -> io::Result<()> {
    let found = fs::metadata(from)?;
    // Blocks are counted in units of 512 bytes, whatever the file system's own.
    if found.len() > found.blocks() * 512 {
        copy_with_holes(from, to)?;
    } else {
        fs::copy(from, to)?;
    }
    give(to, owner)
}

/// Forged relation files are gigabytes of holes, which the standard library would write
/// out as zeros: only what holds data is copied.
fn copy_with_holes(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::create(to)?;
    let found = source.metadata()?;
    let mut at = 0;
    while let Some(start) = data_from(&source, at)? {
        let end = seek(&source, SeekFrom::Hole(start))?;
        io::Seek::seek(&mut source, io::SeekFrom::Start(start))?;
        io::Seek::seek(&mut target, io::SeekFrom::Start(start))?;
        io::copy(&mut io::Read::take(&mut source, end - start), &mut target)?;
        at = end;
    }
    target.set_len(found.len())?;
    target.set_permissions(found.permissions())
}

/// Where data begins at a byte or after it; nothing when only a hole follows.
fn data_from(file: &File, at: u64) -> io::Result<Option<u64>> {
    match seek(file, SeekFrom::Data(at)) {
        Ok(start) => Ok(Some(start)),
        Err(Errno::NXIO) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn give(path: &Path, owner: Owner<'_>) -> io::Result<()> {
    match owner {
        Owner::Us => Ok(()),
        Owner::Server(account) => account.give(path),
    }
}
