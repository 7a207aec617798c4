//! A project of one test, and how the program is run on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The checkout that is tested.
pub(crate) const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// The sample's queries, relative to the project.
pub(crate) const QUERIES: &str = "queries/notes.sql";
/// The sample's migration.
pub(crate) const MIGRATION: &str = "2026-01-01-000000_notes";

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails with both outputs unless the exit code is this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "no {text:?} in\n{}",
            self.stdout
        );
        self
    }

    #[track_caller]
    pub(crate) fn tells(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in\n{}",
            self.stderr
        );
        self
    }
}

/// The program in a folder, with nothing in its environment that changes what it does.
pub(crate) fn planwright(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_planwright"));
    command.current_dir(folder);
    for variable in ["CI", "COLUMNS", "DATABASE_URL", "PLANWRIGHT_FROZEN"] {
        command.env_remove(variable);
    }
    command
}

/// A project named `shop`, as `planwright init` makes it.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut init = planwright(folder.path());
        init.args(["init", "shop", "--planwright-path", CHECKOUT]);
        Run::of(&mut init).exits(0);
        Self { folder }
    }

    /// With its code generated.
    pub(crate) fn generated() -> Self {
        let project = Self::new();
        project.run(&["generate"]).exits(0);
        project
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(planwright(&self.root()).args(args))
    }

    /// Runs where no server can be found.
    pub(crate) fn run_without_server(&self, args: &[&str]) -> Run {
        let nothing = tempfile::tempdir().unwrap();
        let mut command = planwright(&self.root());
        command.args(args).env("PATH", "");
        Run::of(command.env("PLANWRIGHT_PG_BIN", nothing.path()))
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text that is there.
    #[track_caller]
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        replace(&self.root().join(path), from, to);
    }

    /// Every file of the project by path.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    files.insert(path, bytes);
                }
            }
        }
        files
    }
}

/// Replaces a text that is there.
#[track_caller]
pub(crate) fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "no {from:?} in\n{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}
