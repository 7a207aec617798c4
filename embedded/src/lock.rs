//! Locks of the cache. They belong to the kernel: it releases them when a process
//! is killed, so a leftover lock file blocks nobody. Lock files are never removed,
//! because two processes could then hold a lock of the same name.

use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::account::Account;

/// A held lock; it is released when it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits until no other process holds the lock. `waiting` is called if it has to.
    pub(crate) fn exclusive(path: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        let lock = Self::open(path)?;
        match lock.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.file.lock().map_err(Error::io("lock", path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
        Ok(lock)
    }

    /// Waits until no other process holds the lock exclusively.
    pub(crate) fn shared(path: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        let lock = Self::open(path)?;
        match lock.file.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.file.lock_shared().map_err(Error::io("lock", path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
        Ok(lock)
    }

    /// Takes the lock if nobody holds it.
    pub(crate) fn if_free(path: &Path) -> Result<Option<Self>, Error> {
        let lock = Self::open(path)?;
        match lock.file.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::io("lock", path)(error)),
        }
    }

    /// Notes that what the lock protects was used now.
    pub(crate) fn touch(&self) -> Result<(), Error> {
        let now = std::time::SystemTime::now();
        self.file
            .set_modified(now)
            .map_err(Error::io("touch", &self.path))
    }

    fn open(path: &Path) -> Result<Self, Error> {
        let mut options = File::options();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        Ok(Self {
            file: file.map_err(Error::io("open", path))?,
            path: path.to_owned(),
        })
    }
}

/// A path beside another one, whose name has one more extension.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

/// Makes a directory of the cache. When another account runs the server, that
/// account may enter it, whatever the umask is.
pub(crate) fn make_cache_dir(dir: &Path, account: &Account) -> Result<(), Error> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        make_cache_dir(parent, account)?;
    }
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Error::io("create", dir)(error))
        }
        Ok(()) if account.is_dropped() => fs::set_permissions(dir, Permissions::from_mode(0o755))
            .map_err(Error::io("change the mode of", dir)),
        _ => Ok(()),
    }
}
