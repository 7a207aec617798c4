//! scythe, which reads the schema and the queries with a parser of its own.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_time::contender::{Contender, Step};
use crate::build_time::setup::Setup;
use crate::synthetic::{self, Dollars, Query, Returns};

/// scythe, writing functions for `tokio-postgres`.
pub(crate) struct Scythe {
    pub(crate) program: PathBuf,
}

const CONFIG: &str = r#"[scythe]
version = "1"

[[sql]]
name = "main"
engine = "postgresql"
schema = ["schema.sql"]
queries = ["queries/*.sql"]

[[sql.gen]]
backend = "rust-tokio-postgres"
output = "src"
"#;

impl Contender for Scythe {
    fn name(&self) -> &'static str {
        "scythe, static"
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(project.join("queries"))?;
        fs::create_dir_all(project.join("src"))?;
        fs::write(project.join("schema.sql"), synthetic::migration())?;
        fs::write(project.join("scythe.toml"), CONFIG)?;
        for (table, module) in synthetic::modules(queries).iter().enumerate() {
            let path = project.join(format!("queries/module_{table}.sql"));
            fs::write(path, annotated(module))?;
        }
        Ok(())
    }

    fn command(&self, _: &Setup, step: Step, project: &Path) -> Option<Command> {
        let mut command = Command::new(&self.program);
        command.current_dir(project).arg("generate");
        (step != Step::Check).then_some(command)
    }

    fn before(
        &self,
        _: &Setup,
        step: Step,
        project: &Path,
        edit: usize,
    ) -> Result<(), Box<dyn Error>> {
        if step == Step::Edit {
            synthetic::edit(&project.join(synthetic::FIRST), edit)?;
        }
        Ok(())
    }

    fn rust(&self, _: &Path) -> Option<PathBuf> {
        None
    }
}

/// Names are unique in all modules.
fn annotated(module: &[Query]) -> String {
    let mut sql = String::new();
    for query in module {
        let command = match query.returns() {
            Returns::One => ":one",
            Returns::Optional => ":opt",
            Returns::Many => ":many",
        };
        let (table, name) = (query.table, query.name());
        let _ = writeln!(
            sql,
            "-- @name Table{table}_{name}\n-- @returns {command}\n{};\n",
            query.sql(&Dollars)
        );
    }
    sql
}
