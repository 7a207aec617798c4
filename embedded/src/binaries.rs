//! One directory of server binaries, proven usable by running them.
//! Where to look is the business of `search`.

use std::path::{Path, PathBuf};

use crate::Version;
use crate::account::Account;
use crate::command::{printed, server_command};

/// The oldest major version that is supported.
pub(crate) const OLDEST: u32 = 14;

/// A usable directory of server binaries.
#[derive(Clone, Debug)]
pub(crate) struct Binaries {
    dir: PathBuf,
    version: Version,
    banner: String,
}

impl Binaries {
    /// Looks at a directory; the error is the reason why it is not usable.
    pub(crate) fn inspect(dir: &Path, account: &Account) -> Result<Self, String> {
        for name in ["postgres", "initdb"] {
            if !dir.join(name).is_file() {
                return Err(format!("it holds no `{name}`"));
            }
        }
        let output = server_command(dir.join("postgres"), account)
            .arg("--version")
            .output()
            .map_err(|error| format!("`postgres --version` cannot be run: {error}"))?;
        let banner = printed(&output);
        if !output.status.success() {
            return Err(format!("`postgres --version` failed: {banner}"));
        }
        let version = Version::from_banner(&banner)
            .ok_or_else(|| format!("`postgres --version` printed `{banner}`"))?;
        if version.major < OLDEST {
            return Err(format!(
                "its version is {version}, and {OLDEST} is the oldest supported"
            ));
        }
        Ok(Self {
            dir: dir.to_owned(),
            version,
            banner,
        })
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The path of one program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// What tells these binaries from others: data directories are only shared among equals.
    pub(crate) fn identity(&self) -> String {
        format!("{}\n{}", self.banner, self.dir.display())
    }
}
