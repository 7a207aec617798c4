//! Data directories kept as templates in the cache, one directory of them for
//! each set of server binaries. A template appears whole, by a rename, or not at
//! all; several processes take turns through locks. Nothing here runs a server.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::copy::{Owner, copy_tree};
use crate::lock::{Lock, beside, make_cache_dir};
use crate::wheel::hex;
use crate::{Error, Version};

/// Is raised when templates of earlier versions of this crate cannot be used any more.
const FORMAT: u32 = 1;
/// How many templates with a key are kept for each set of server binaries.
const KEPT: usize = 16;

/// The templates of one set of server binaries.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    dir: PathBuf,
    version: Version,
}

impl Store {
    /// Opens the store in a cache directory.
    pub(crate) fn open(
        cache: &Path,
        binaries: &Binaries,
        account: &Account,
    ) -> Result<Self, Error> {
        let version = binaries.version();
        let name = format!(
            "{version}-{}",
            digest(&format!("{FORMAT}\n{}", binaries.identity()))
        );
        let dir = cache.join("templates").join(name);
        make_cache_dir(&dir, account)?;
        Ok(Self { dir, version })
    }

    /// The template of a newly made data directory.
    pub(crate) fn base(&self) -> Template {
        self.template("base".to_owned(), "the first data directory".to_owned())
    }

    /// The template of a caller's key.
    pub(crate) fn keyed(&self, key: &str) -> Template {
        self.template(
            format!("key-{}", digest(key)),
            format!("the template `{key}`"),
        )
    }

    fn template(&self, name: String, title: String) -> Template {
        Template {
            path: self.dir.join(name),
            title,
            version: self.version,
        }
    }

    /// Removes the templates with a key that were not used for the longest time.
    /// One that is in use is left alone. Failing to remove one is no error.
    pub(crate) fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return;
        };
        let is_template = |name: &str| name.starts_with("key-") && !name.contains('.');
        let mut found: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_str().is_some_and(is_template))
            .map(|entry| entry.path())
            .map(|path| (last_use(&path), path))
            .collect();
        found.sort();
        for (_, path) in found.iter().rev().skip(KEPT) {
            if let Ok(Some(_lock)) = Lock::if_free(&lock_path(path)) {
                let _ = remove(path);
            }
        }
    }
}

/// A place for one template, which may be empty.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    path: PathBuf,
    title: String,
    version: Version,
}

impl Template {
    /// What the template is, for people.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Waits until nobody makes this template, and keeps others from making it.
    pub(crate) fn lock_shared(&self, waiting: impl FnOnce()) -> Result<Lock, Error> {
        Lock::shared(&lock_path(&self.path), waiting)
    }

    /// Waits until nobody uses or makes this template, and keeps others from it.
    pub(crate) fn lock_exclusive(&self, waiting: impl FnOnce()) -> Result<Lock, Error> {
        Lock::exclusive(&lock_path(&self.path), waiting)
    }

    /// Copies the template into a data directory, under either lock. False when there is none.
    pub(crate) fn copy_to(
        &self,
        data: &Path,
        account: &Account,
        lock: &Lock,
    ) -> Result<bool, Error> {
        if !self.is_usable() {
            return Ok(false);
        }
        lock.touch()?;
        copy_tree(&self.path, data, Owner::Server(account))?;
        Ok(true)
    }

    /// Keeps a copy of the data directory of a stopped server, under the exclusive lock,
    /// instead of whatever was there.
    pub(crate) fn save(&self, data: &Path, lock: &Lock) -> Result<(), Error> {
        // A leftover of a process that was killed: the lock says that nobody is writing it.
        let partial = beside(&self.path, "partial");
        remove(&partial)?;
        copy_tree(data, &partial, Owner::Us).inspect_err(|_| {
            let _ = remove(&partial);
        })?;
        remove(&self.path)?;
        fs::rename(&partial, &self.path).map_err(Error::io("move into place", &self.path))?;
        lock.touch()
    }

    /// Whether there is a data directory of the right major version. Deeper damage
    /// shows when a server starts on the copy.
    fn is_usable(&self) -> bool {
        let major = fs::read_to_string(self.path.join("PG_VERSION"));
        major.is_ok_and(|major| major.trim() == self.version.major.to_string())
            && self.path.join("global/pg_control").is_file()
    }
}

fn lock_path(template: &Path) -> PathBuf {
    beside(template, "lock")
}

fn last_use(template: &Path) -> SystemTime {
    let modified = fs::metadata(lock_path(template)).and_then(|lock| lock.modified());
    modified.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", dir)(error))
        }
        _ => Ok(()),
    }
}

/// Sixteen hexadecimal digits that stand for a text in a file name.
fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_the_last_used_templates_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let version = Version {
            major: 18,
            minor: 6,
        };
        let store = Store {
            dir: dir.path().to_owned(),
            version,
        };
        let templates: Vec<_> = (0..KEPT + 3)
            .map(|key| store.keyed(&key.to_string()))
            .collect();
        let mut locks = Vec::new();
        for (age, template) in templates.iter().enumerate() {
            fs::create_dir(&template.path).expect("a directory");
            let lock = template.lock_shared(|| {}).expect("a lock");
            let time = SystemTime::now() - Duration::from_secs(60 * age as u64);
            fs::File::open(lock_path(&template.path))
                .expect("a file")
                .set_modified(time)
                .expect("a time");
            locks.push(lock);
        }
        // The oldest one is in use, the two before it are not.
        let oldest = locks.pop();
        drop(locks);
        store.prune();
        let kept: Vec<_> = templates
            .iter()
            .map(|template| template.path.is_dir())
            .collect();
        let expected: Vec<_> = (0..KEPT + 3)
            .map(|age| age < KEPT || age == KEPT + 2)
            .collect();
        assert_eq!(kept, expected);
        drop(oldest);
    }
}
