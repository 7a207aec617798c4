//! The project that is checked with a snapshot.

use std::error::Error;
use std::path::{Path, PathBuf};

use planwright_codegen::config::Project;
use planwright_codegen::statistics::Snapshot;
use planwright_codegen::statistics::pull::{Pulled, Values};
use planwright_codegen::{Checked, Options, check, pull};
use planwright_embedded::Settings;
use tempfile::TempDir;

use super::facts::with_parameters;
use super::production::{DATABASE, Production};

/// No rule judges plans.
const WITHOUT_RULES: &str = "
[rules]
dead-index = \"allow\"
duplicate-index = \"allow\"
foreign-key-unindexed = \"allow\"
migration-safety = \"allow\"
seq-scan = \"allow\"
sort-unindexed = \"allow\"
";

/// A project in a temporary folder.
pub(super) struct TempProject {
    folder: TempDir,
    options: Options,
}

impl TempProject {
    /// Writes the migrations.
    pub(super) fn new(migrations: &[&str], settings: &Settings) -> std::io::Result<Self> {
        let project = Self {
            folder: tempfile::tempdir()?,
            options: Options {
                server: settings.clone(),
                ..Options::default()
            },
        };
        for folder in ["queries", "generated/src"] {
            std::fs::create_dir_all(project.folder.path().join(folder))?;
        }
        project.write("planwright.toml", WITHOUT_RULES)?;
        for (number, up) in migrations.iter().enumerate() {
            let path = format!("migrations/2024-01-01-{number:06}_{number}/up.sql");
            project.write(&path, up)?;
        }
        Ok(project)
    }

    /// Writes queries: a file of one statement without annotations becomes a query of the
    /// file's name, with parameters instead of constants if so wanted.
    pub(super) fn write_queries(&self, files: &[PathBuf], parameters: bool) -> std::io::Result<()> {
        for file in files {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let digit = stem.starts_with(|c: char| c.is_ascii_digit());
            let stem = format!("{}{stem}", if digit { "q" } else { "" });
            let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            let mut sql = std::fs::read_to_string(file)?;
            if !sql.contains("-- name:") {
                let query = if parameters {
                    with_parameters(&sql)
                } else {
                    sql
                };
                sql = format!("-- name: {name} :many\n{query}");
            }
            self.write(&format!("queries/{name}.sql"), &sql)?;
        }
        Ok(())
    }

    /// Takes a snapshot of production.
    pub(super) async fn pull(
        &self,
        production: &Production,
        values: &Values,
    ) -> Result<Pulled, Box<dyn Error>> {
        let url = production.server.database_url(DATABASE).parse()?;
        Ok(pull(&self.open()?, &self.options, &url, values).await?)
    }

    /// Checks the project with a snapshot.
    pub(super) async fn check(&self, snapshot: &Snapshot) -> Result<Checked, Box<dyn Error>> {
        self.write("statistics/snapshot.toml", &snapshot.to_text())?;
        Ok(check(&self.open()?, &self.options).await?)
    }

    fn open(&self) -> Result<Project, Box<dyn Error>> {
        Ok(Project::discover(self.folder.path())?)
    }

    fn write(&self, path: &str, text: &str) -> std::io::Result<()> {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        std::fs::write(path, text)
    }
}
