//! On what it was measured, and with which versions.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Serialize;

/// The machine.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub cpu: String,
    pub memory_mib: u64,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let memory = line("/proc/meminfo", "MemTotal");
        let memory = memory.split_whitespace().next().map(str::parse::<u64>);
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            cpu: line("/proc/cpuinfo", "model name"),
            memory_mib: memory.and_then(Result::ok).unwrap_or(0) / 1024,
        }
    }
}

/// What a file of `/proc` says behind a name; nothing where it does not.
fn line(file: &str, name: &str) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or_else(String::new, |(_, value)| value.trim().to_owned())
}

/// The versions.
#[derive(Debug, Serialize)]
pub struct Versions {
    pub postgresql: String,
    pub rustc: String,
    pub crates: BTreeMap<String, String>,
}

impl Versions {
    /// Those of the server, and of the crates by the lock that this program was built with.
    pub fn of(postgresql: String, crates: &[&str]) -> Self {
        let rustc = Command::new("rustc").arg("--version").output();
        let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let lock: toml::Table =
            toml::from_str(include_str!("../../../Cargo.lock")).unwrap_or_default();
        let empty = Vec::new();
        let packages = lock.get("package").and_then(toml::Value::as_array);
        let field = |package: &toml::Value, name: &str| {
            package
                .get(name)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let crates = packages
            .unwrap_or(&empty)
            .iter()
            .map(|package| (field(package, "name"), field(package, "version")))
            .filter(|(name, _)| crates.contains(&name.as_str()))
            .collect();
        Self {
            postgresql,
            rustc: rustc.unwrap_or_default(),
            crates,
        }
    }
}
