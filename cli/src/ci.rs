//! Files for a user's CI and hooks: what `planwright init --ci github --pre-commit` writes.
//!
//! They belong to the repository, whose folder may be one above the project's.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use planwright_codegen::config::Project;
use planwright_codegen::files;

use crate::output::{self, Problem};

const WORKFLOW: &str = include_str!("../templates/ci/github.yml");
const HOOK: &str = include_str!("../templates/ci/pre-commit");

/// Where a workflow is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Host {
    /// GitHub Actions.
    Github,
}

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CiArgs {
    /// Writes a workflow that checks every change.
    #[arg(long, value_enum, value_name = "HOST")]
    pub(crate) ci: Option<Host>,

    /// Writes a hook that refuses commits whose generated code is not that of their SQL.
    #[arg(long)]
    pub(crate) pre_commit: bool,
}

/// Files that are to be written.
pub(crate) struct Extras {
    repository: PathBuf,
    files: Vec<Extra>,
}

struct Extra {
    path: &'static str,
    text: String,
    executable: bool,
}

impl Extras {
    /// What is written for a project in a folder, whose crates come from a checkout.
    ///
    /// # Errors
    /// When one of the files is there already.
    pub(crate) fn plan(
        args: &CiArgs,
        folder: &Path,
        checkout: Option<&Path>,
    ) -> Result<Self, Problem> {
        let repository = folder.ancestors().find(|f| f.join(".git").exists());
        let repository = repository.unwrap_or(folder).to_owned();
        let project = relative(folder, &repository);
        let mut files = Vec::new();
        if let Some(Host::Github) = args.ci {
            let checkout = checkout.filter(|checkout| checkout.starts_with(&repository));
            let checkout = checkout.map(|checkout| relative(checkout, &repository));
            let version = Project::discover(folder).ok();
            let version = version.and_then(|project| project.config.postgres.version);
            files.push(Extra {
                path: ".github/workflows/planwright.yml",
                text: workflow(&project, checkout.as_deref(), version),
                executable: false,
            });
        }
        if args.pre_commit {
            files.push(Extra {
                path: ".githooks/pre-commit",
                text: HOOK.replace("{{project}}", &shell(&project)),
                executable: true,
            });
        }
        let extras = Self { repository, files };
        extras.are_new()?;
        Ok(extras)
    }

    fn are_new(&self) -> Result<(), Problem> {
        let there = |extra: &&Extra| self.repository.join(extra.path).exists();
        match self.files.iter().find(there) {
            None => Ok(()),
            Some(extra) => Err(Problem::CouldNotRun(format!(
                "error: {} is there already; nothing was written\n  help: move it away, or add \
                 `planwright check --frozen` to it",
                self.repository.join(extra.path).display()
            ))),
        }
    }

    /// Writes them, and says what is to be done next.
    pub(crate) fn write(&self) -> Result<(), Problem> {
        for extra in &self.files {
            let path = self.repository.join(extra.path);
            files::write(&path, &extra.text).map_err(|error| Problem::from_error(&error))?;
            if extra.executable {
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(|error| {
                    Problem::could_not(&format!("make {} executable", path.display()), &error)
                })?;
            }
            output::line(&format!("wrote {}", extra.path));
        }
        if self.files.iter().any(|extra| extra.executable) {
            output::line(&format!(
                "\nnext: `git config core.hooksPath .githooks` in {}, in every clone",
                self.repository.display()
            ));
        }
        let mut texts = self.files.iter().map(|extra| &extra.text);
        if texts.any(|text| text.contains("PLANWRIGHT_GIT")) {
            output::line(
                &"\nnext: set the variable PLANWRIGHT_GIT in the repository's settings: the URL of \
                  the Git repository that the workflow installs Planwright from",
            );
        }
        Ok(())
    }
}

/// A folder relative to one above it; `.` where the two are one.
fn relative(folder: &Path, above: &Path) -> String {
    let below = folder.strip_prefix(above).unwrap_or(Path::new(""));
    match below.to_string_lossy() {
        below if below.is_empty() => ".".to_owned(),
        below => below.into_owned(),
    }
}

/// A word of a shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A string of YAML: one of JSON is one.
fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn workflow(project: &str, checkout: Option<&str>, version: Option<u32>) -> String {
    let install = match checkout {
        Some(checkout) => format!(
            "      - name: Planwright\n        env:\n          PLANWRIGHT: {}\n        \
             run: cargo install --locked --path \"$PLANWRIGHT/cli\"\n",
            yaml(checkout)
        ),
        None => "      # The Git repository of Planwright; `vars` are set in the repository's settings.\n      \
                 - name: Planwright\n        env:\n          PLANWRIGHT_GIT: ${{ vars.PLANWRIGHT_GIT }}\n        \
                 run: cargo install --locked --git \"$PLANWRIGHT_GIT\" planwright-cli\n"
            .to_owned(),
    };
    let postgres = match version {
        Some(version) => format!(
            "      # The version of planwright.toml. Its packages come from PostgreSQL's own archive.\n      \
             - name: PostgreSQL {version}\n        run: |\n          \
             sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y\n          \
             sudo apt-get install -y --no-install-recommends postgresql-{version}\n"
        ),
        None => "      # PostgreSQL is the runner's own. Name production's version in planwright.toml, and install\n      \
                 # that here: access paths are those of its planner.\n"
            .to_owned(),
    };
    WORKFLOW
        .replace("{{project}}", &yaml(project))
        .replace("{{install}}", &install)
        .replace("{{postgres}}", &postgres)
}
