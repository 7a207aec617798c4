//! scythe, which reads the schema and the queries with a parser of its own.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_time::contender::{Contender, Step, touch};
use crate::build_time::setup::Setup;
use crate::synthetic::{self, Query, Returns, Style, Type, Value};

/// scythe, writing functions for `tokio-postgres`.
pub(crate) struct Scythe {
    pub(crate) program: PathBuf,
}

const MANIFEST: &str = r#"[workspace]

[package]
name = "scythe-output"
version = "0.1.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }
tokio-postgres = { version = "0.7", features = ["with-chrono-0_4"] }

[profile.dev.package."*"]
debug = false
"#;

/// Dollars, with a cast where scythe finds no type: it cannot tell that of `$1 + 1`.
struct Casts;

impl Style for Casts {
    fn parameter(&self, position: usize, parameter: &Value) -> String {
        match parameter.kind {
            Type::Integer => format!("${position}::integer"),
            _ => format!("${position}"),
        }
    }
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
        fs::write(project.join("Cargo.toml"), MANIFEST)?;
        fs::write(project.join("src/lib.rs"), "pub mod queries;\n")?;
        for (table, module) in synthetic::modules(queries).iter().enumerate() {
            let path = project.join(format!("queries/module_{table}.sql"));
            fs::write(path, annotated(module))?;
        }
        Ok(())
    }

    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command> {
        if step == Step::Check {
            return Some(setup.check(project));
        }
        let mut command = Command::new(&self.program);
        command.current_dir(project).arg("generate");
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
            Step::Check => touch(project),
            Step::Generate | Step::Unchanged => Ok(()),
        }
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
            query.sql(&Casts)
        );
    }
    sql
}
