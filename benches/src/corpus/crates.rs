//! The generated crates of a corpus, compiled: a workspace with one crate for each case.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use planwright_codegen::files::Files;

/// What a generated crate may use of the workspace.
const DEPENDENCIES: &[&str] = &[
    "bigdecimal",
    "chrono",
    "diesel",
    "diesel-async",
    "ipnetwork",
    "planwright",
    "serde_json",
    "uuid",
];

/// A folder that becomes a workspace.
pub(super) struct Crates {
    root: PathBuf,
    names: Vec<String>,
}

impl Crates {
    pub(super) fn new(root: &Path) -> Result<Self, Box<dyn Error>> {
        std::fs::create_dir_all(root.join("cases"))?;
        Ok(Self {
            root: std::path::absolute(root)?,
            names: Vec::new(),
        })
    }

    /// Writes the crate of a case.
    pub(super) fn add(&mut self, case: &str, files: &Files) -> Result<(), Box<dyn Error>> {
        let folder = self.root.join("cases").join(case);
        for (path, text) in files {
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        let mut manifest = format!("[package]\nname = \"{case}\"\nedition = \"2024\"\n\n");
        manifest.push_str("[dependencies]\n");
        for name in DEPENDENCIES {
            let _ = writeln!(manifest, "{name}.workspace = true");
        }
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        self.names.push(case.to_owned());
        Ok(())
    }

    /// Compiles all of them. Returns what the compiler said of those that fail, by case.
    pub(super) fn check(&self) -> Result<(usize, Vec<String>), Box<dyn Error>> {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let home = home.canonicalize()?;
        std::fs::write(self.root.join("Cargo.toml"), manifest(&home)?)?;
        std::fs::copy(home.join("Cargo.lock"), self.root.join("Cargo.lock"))?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([
                "check",
                "--workspace",
                "--keep-going",
                "--message-format=short",
            ])
            .current_dir(&self.root)
            // What both use is compiled once.
            .env("CARGO_TARGET_DIR", home.join("target"));
        let output = cargo.output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let failed: BTreeSet<&str> = said
            .lines()
            .filter_map(|line| line.strip_prefix("error: could not compile `"))
            .filter_map(|rest| rest.split('`').next())
            .collect();
        if failed.is_empty() && !output.status.success() {
            return Err(said.into_owned().into());
        }
        let errors = said.lines().filter(|line| line.contains(": error"));
        let errors = errors.map(str::to_owned).collect();
        Ok((self.names.len() - failed.len(), errors))
    }
}

/// The workspace, with the versions and features that the project uses itself.
fn manifest(home: &Path) -> Result<String, Box<dyn Error>> {
    let own = std::fs::read_to_string(home.join("Cargo.toml"))?;
    let own: toml::Table = own.parse()?;
    let known = own["workspace"]["dependencies"].as_table();
    let known = known.ok_or("the workspace has no dependencies")?;
    let mut used = toml::Table::new();
    for name in DEPENDENCIES {
        let mut dependency = known[*name].clone();
        if let Some(path) = dependency.get_mut("path") {
            let of_home = path.as_str().unwrap_or(".");
            *path = home.join(of_home).display().to_string().into();
        }
        if *name == "diesel" {
            let features = dependency
                .get_mut("features")
                .and_then(toml::Value::as_array_mut);
            let more = ["network-address", "numeric", "serde_json"];
            if let Some(features) = features {
                features.extend(more.map(Into::into));
            }
        }
        used.insert((*name).to_owned(), dependency);
    }
    let mut workspace = toml::Table::new();
    workspace.insert("resolver".to_owned(), "3".into());
    workspace.insert("members".to_owned(), vec!["cases/*"].into());
    workspace.insert("dependencies".to_owned(), used.into());
    let mut manifest = toml::Table::new();
    manifest.insert("workspace".to_owned(), workspace.into());
    Ok(manifest.to_string())
}
