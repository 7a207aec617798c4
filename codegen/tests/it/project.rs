//! Projects in temporary folders, and the servers that check them.

use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::rules::RULES;
use planwright_codegen::{Checked, Failure, Options, check};
use planwright_embedded::Settings;
use tempfile::TempDir;

/// The table of a configuration by which only these rules have anything to say: what a test is
/// not about may be odd.
pub(crate) fn only_rules(rules: &[&str]) -> String {
    let mut table = String::from("\n[rules]\n");
    for rule in RULES.iter().filter(|rule| !rules.contains(&rule.name)) {
        table.push_str(rule.name);
        table.push_str(" = \"allow\"\n");
    }
    table
}

/// A project that is removed when it is dropped.
pub(crate) struct TempProject {
    folder: TempDir,
}

impl TempProject {
    /// An empty project: a configuration, and empty folders.
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        project.write("planwright.toml", "");
        for folder in ["queries", "migrations", "generated/src"] {
            std::fs::create_dir_all(project.root().join(folder)).expect("a folder");
        }
        project
    }

    /// A project of one migration and one file of queries.
    pub(crate) fn of(schema: &str, queries: &str) -> Self {
        let project = Self::new();
        project.write("migrations/2024-01-01-000001_schema/up.sql", schema);
        project.write("queries/queries.sql", queries);
        project
    }

    /// With a configuration by which only these rules have anything to say.
    pub(crate) fn judged_by(self, rules: &[&str], config: &str) -> Self {
        self.write("planwright.toml", format!("{config}{}", only_rules(rules)));
        self
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }

    /// Copies a folder and what is below it.
    pub(crate) fn copy(&self, from: &Path, to: &str) {
        for entry in std::fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            let to = format!("{to}/{}", entry.file_name().to_str().expect("a name"));
            if entry.path().is_dir() {
                self.copy(&entry.path(), &to);
            } else {
                self.write(&to, std::fs::read(entry.path()).expect("a file"));
            }
        }
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect(path)
    }

    /// The statements of the migrations, in their order.
    pub(crate) fn migrations(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.root().join("migrations")).expect("migrations");
        let mut paths: Vec<_> = folder.map(|m| m.expect("a migration").path()).collect();
        paths.sort();
        let up = |path: &std::path::PathBuf| std::fs::read_to_string(path.join("up.sql"));
        paths
            .iter()
            .map(|path| up(path).expect("a migration"))
            .collect()
    }

    pub(crate) fn open(&self) -> Project {
        Project::discover(self.root()).expect("a project")
    }

    /// Checks the project on a server of this major version.
    pub(crate) fn check(&self, major: u32) -> Result<Checked, Failure> {
        let options = Options {
            server: server(major),
            ..Options::default()
        };
        block_on(check(&self.open(), &options))
    }
}

/// A server of exactly this major version; downloaded once where it is not installed.
pub(crate) fn server(major: u32) -> Settings {
    Settings::new().major(major).require_major(true)
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
