//! Cornucopia, which prepares each query on a running server.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_time::contender::{Contender, Step, touch};
use crate::build_time::setup::Setup;
use crate::synthetic::{self, Colons, Query, Value};

/// Cornucopia with a database that has the tables, or with a new one.
pub(crate) struct Cornucopia {
    pub(crate) program: PathBuf,
    pub(crate) fresh: bool,
}

/// Where it writes the crate.
const GENERATED: &str = "cornucopia";

impl Contender for Cornucopia {
    fn name(&self) -> &'static str {
        if self.fresh {
            "Cornucopia, a fresh database"
        } else {
            "Cornucopia"
        }
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(project.join("queries"))?;
        fs::write(project.join("schema.sql"), synthetic::migration())?;
        // The generated crate is a member, whatever is above this folder.
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"cornucopia\"]\n";
        fs::write(project.join("Cargo.toml"), workspace)?;
        for (table, module) in synthetic::modules(queries).iter().enumerate() {
            let path = project.join(format!("queries/module_{table}.sql"));
            fs::write(path, annotated(module))?;
        }
        Ok(())
    }

    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command> {
        if step == Step::Check {
            return (!self.fresh).then(|| setup.check(&project.join(GENERATED)));
        }
        let mut command = Command::new(&self.program);
        command.current_dir(project);
        if self.fresh {
            command.args(["fresh", "--url", &setup.url_of_server(), "schema.sql"]);
        } else {
            command.args(["live", &setup.url_with_host()]);
        }
        Some(command)
    }

    fn before(
        &self,
        _: &Setup,
        step: Step,
        project: &Path,
        edit: usize,
    ) -> Result<(), Box<dyn Error>> {
        match step {
            Step::Edit => synthetic::edit(&project.join(synthetic::FIRST), edit),
            Step::Check => touch(&project.join(GENERATED)),
            Step::Generate | Step::Unchanged => Ok(()),
        }
    }

    fn needs_server(&self) -> bool {
        true
    }
}

/// What may be null is said of each query.
fn annotated(module: &[Query]) -> String {
    let nullable = |values: &[Value]| {
        let names: Vec<String> = (values.iter().filter(|value| value.nullable))
            .map(|value| format!("{}?", value.name))
            .collect();
        names.join(", ")
    };
    let mut sql = String::new();
    for query in module {
        let _ = writeln!(
            sql,
            "--! {} ({}) : ({})\n{};\n",
            query.name(),
            nullable(query.parameters()),
            nullable(query.columns()),
            query.sql(&Colons)
        );
    }
    sql
}
