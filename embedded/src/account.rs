//! Which system account runs the server's processes. PostgreSQL refuses to run
//! as root, so root hands them to `postgres`, else `nobody`; anyone else runs
//! them as themselves. Nothing here may create or change an account.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, io};

use crate::Error;
use crate::command::search_path;

/// The account that runs the server's processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    uid: u32,
    /// Set when this process is root: the account to change to.
    drop_to: Option<Identity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Identity {
    name: String,
    gid: u32,
}

/// Prints our own user id, then the first of the accounts that exists.
const LOOK_UP: &str = r#"id -u
for name in postgres nobody; do
    uid=$(id -u "$name" 2>/dev/null) && gid=$(id -g "$name" 2>/dev/null) &&
        echo "$name $uid $gid" && break
done"#;

impl Account {
    /// Finds the account; it is looked up once per process.
    pub(crate) fn detect() -> Result<Self, Error> {
        static DETECTED: OnceLock<Account> = OnceLock::new();
        if let Some(account) = DETECTED.get() {
            return Ok(account.clone());
        }
        let shell = Path::new("/bin/sh");
        let output = Command::new(shell)
            .args(["-c", LOOK_UP])
            .env("PATH", search_path())
            .output()
            .map_err(Error::io("run", shell))?;
        let account = Self::parse(&String::from_utf8_lossy(&output.stdout))?;
        Ok(DETECTED.get_or_init(|| account).clone())
    }

    fn parse(ids: &str) -> Result<Self, Error> {
        let mut lines = ids.lines();
        let own: u32 = lines
            .next()
            .and_then(|line| line.parse().ok())
            .ok_or(Error::NoAccount)?;
        if own != 0 {
            return Ok(Self {
                uid: own,
                drop_to: None,
            });
        }
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut identity = || {
            let name = words.next()?.to_owned();
            let uid = words.next()?.parse().ok()?;
            let gid = words.next()?.parse().ok()?;
            Some(Self {
                uid,
                drop_to: Some(Identity { name, gid }),
            })
        };
        identity()
            .filter(|account| account.uid != 0)
            .ok_or(Error::NoAccount)
    }

    /// Whether this process is root, and the server's processes are not.
    pub(crate) fn is_dropped(&self) -> bool {
        self.drop_to.is_some()
    }

    pub(crate) fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether the account owns the directory, or root is about to give it to the account.
    pub(crate) fn trusts(&self, found: &fs::Metadata) -> bool {
        found.uid() == self.uid || (self.is_dropped() && found.uid() == 0)
    }

    /// Makes the command run as the account.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Some(identity) = &self.drop_to {
            command.uid(self.uid).gid(identity.gid);
        }
    }

    /// Gives a path to the account.
    pub(crate) fn give(&self, path: &Path) -> io::Result<()> {
        match &self.drop_to {
            Some(identity) => chown(path, Some(self.uid), Some(identity.gid)),
            None => Ok(()),
        }
    }

    /// Fails when the account cannot enter a directory that we can.
    pub(crate) fn check_access(&self, dir: &Path) -> Result<(), Error> {
        let Some(identity) = &self.drop_to else {
            return Ok(());
        };
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", r#"cd -- "$1""#, "sh"])
            .arg(dir)
            .stderr(std::process::Stdio::null());
        self.apply(&mut command);
        let entered = command
            .status()
            .map_err(Error::io("run", Path::new("/bin/sh")))?
            .success();
        if entered {
            return Ok(());
        }
        Err(Error::NoAccess {
            path: dir.to_owned(),
            account: identity.name.clone(),
        })
    }

    /// Whether the account can make a directory inside this one.
    pub(crate) fn can_use(&self, dir: &Path) -> bool {
        let Ok(found) = dir.metadata() else {
            return false;
        };
        // Root makes the directory, but the account must reach it.
        found.is_dir() && (!self.is_dropped() || found.permissions().mode() & 0o003 == 0o003)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_user_stays_itself() {
        let account = Account::parse("1000\npostgres 101 104\n").expect("an account");
        assert_eq!(
            account,
            Account {
                uid: 1000,
                drop_to: None
            }
        );
    }

    #[test]
    fn root_drops_to_the_account_that_was_found() {
        let account = Account::parse("0\nnobody 65534 65533\n").expect("an account");
        let identity = Identity {
            name: "nobody".to_owned(),
            gid: 65533,
        };
        assert_eq!(
            account,
            Account {
                uid: 65534,
                drop_to: Some(identity)
            }
        );
    }

    #[test]
    fn root_without_an_account_is_an_error() {
        let error = Account::parse("0\n").expect_err("no account");
        assert!(error.to_string().contains("never runs as root"), "{error}");
        assert!(
            Account::parse("0\npostgres 0 0\n").is_err(),
            "an alias of root is no account"
        );
    }
}
