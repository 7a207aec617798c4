//! The directory of one running server: its data, its socket and its lock. It is
//! private to the account that runs the server. Removing what others left behind
//! is the business of `sweep`.

use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::account::Account;
use crate::spread::spread;
use crate::sweep;

/// The lock inside, held as long as a server's owner or supervisor lives.
pub(crate) const LOCK: &str = "lock";

/// A run directory of this process. Dropping it removes it, if its supervisor has not.
#[derive(Debug)]
pub(crate) struct RunDir {
    path: PathBuf,
    lock: File,
}

impl RunDir {
    /// Makes a run directory with an empty data directory inside.
    pub(crate) fn create(home: &Path, account: &Account) -> Result<Self, Error> {
        loop {
            make_home(home, account)?;
            let random = RandomState::new().build_hasher().finish() >> 32;
            let path = home.join(format!("{random:08x}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {}
                // The name is taken, or the last server has just removed the home.
                Err(error) if is_race(&error) => continue,
                Err(error) => return Err(Error::io("create", &path)(error)),
            }
            if let Some(lock) = lock(&path).map_err(Error::io("lock", &path))? {
                let run = Self { path, lock };
                run.fill(account).map_err(Error::io("create", &run.path))?;
                return Ok(run);
            }
        }
    }

    fn fill(&self, account: &Account) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(self.data())?;
        account.give(&self.data())?;
        account.give(&self.path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// A handle that keeps the lock as long as it is open, in whichever process.
    pub(crate) fn share_lock(&self) -> io::Result<File> {
        self.lock.try_clone()
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        sweep::remove(&self.path);
    }
}

/// Makes the directory that holds all run directories of the account. The last
/// server to end removes it again, perhaps already before this returns.
fn make_home(home: &Path, account: &Account) -> Result<(), Error> {
    let is_new = match DirBuilder::new().mode(0o700).create(home) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        Err(error) => return Err(Error::io("create", home)(error)),
    };
    match claim_home(home, account) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("use", home)(error)),
        _ => {
            if is_new {
                spread(home);
            }
            Ok(())
        }
    }
}

/// In a directory like `/tmp` somebody else may have made the home. Whoever of us
/// made it may not have given it to the account yet.
fn claim_home(home: &Path, account: &Account) -> io::Result<()> {
    let found = fs::symlink_metadata(home)?;
    if account.trusts(&found) && is_private_dir(&found) {
        return account.give(home);
    }
    let advice = "it is not a private directory of ours; set PLANWRIGHT_RUN_DIR to another place";
    Err(io::Error::other(advice))
}

fn is_private_dir(found: &fs::Metadata) -> bool {
    const OTHERS: u32 = 0o077;
    found.is_dir() && found.permissions().mode() & OTHERS == 0
}

fn is_race(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound
    )
}

/// Locks a new run directory. None when a sweep was faster and has removed it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let path = path.join(LOCK);
    let file = match File::create_new(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        made => made?,
    };
    if file.try_lock().is_err() {
        return Ok(None);
    }
    let is_ours = fs::metadata(&path).is_ok_and(|found| {
        file.metadata()
            .is_ok_and(|own| own.ino() == found.ino() && own.dev() == found.dev())
    });
    Ok(is_ours.then_some(file))
}
