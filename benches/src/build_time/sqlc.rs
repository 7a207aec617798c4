//! sqlc, which writes Go here: what its binary can do without plugins.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_time::contender::{Contender, Step};
use crate::build_time::setup::Setup;
use crate::synthetic::{self, Query, Returns, Style, Value};

/// sqlc with its own analysis, or with that of a database.
pub(crate) struct Sqlc {
    pub(crate) program: PathBuf,
    /// The database's URL.
    pub(crate) database: Option<String>,
}

/// `sqlc.arg`, and `sqlc.narg` for what may be null. With `@name + 1` it takes the sign for a part of
/// the name.
struct Arguments;

impl Style for Arguments {
    fn parameter(&self, _: usize, parameter: &Value) -> String {
        let call = if parameter.nullable { "narg" } else { "arg" };
        format!("sqlc.{call}('{}')", parameter.name)
    }
}

impl Contender for Sqlc {
    fn name(&self) -> &'static str {
        match self.database {
            None => "sqlc, static",
            Some(_) => "sqlc, with a database",
        }
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(project.join("queries"))?;
        fs::write(project.join("schema.sql"), synthetic::migration())?;
        for (table, module) in synthetic::modules(queries).iter().enumerate() {
            let path = project.join(format!("queries/module_{table}.sql"));
            fs::write(path, annotated(module))?;
        }
        let mut sql = serde_json::json!({
            "engine": "postgresql",
            "queries": "queries",
            "schema": "schema.sql",
            "gen": { "go": { "package": "db", "out": "db", "sql_package": "pgx/v5" } }
        });
        if let Some(url) = &self.database {
            sql["database"] = serde_json::json!({ "uri": url });
        }
        let config = serde_json::json!({ "version": "2", "sql": [sql] });
        Ok(fs::write(project.join("sqlc.json"), config.to_string())?)
    }

    fn command(&self, _: &Setup, step: Step, project: &Path) -> Option<Command> {
        let mut command = Command::new(&self.program);
        command
            .current_dir(project)
            .args(["generate", "--file", "sqlc.json"]);
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

    fn needs_server(&self) -> bool {
        self.database.is_some()
    }
}

/// Names are unique in the whole Go package.
fn annotated(module: &[Query]) -> String {
    let mut sql = String::new();
    for query in module {
        let command = match query.returns() {
            Returns::One | Returns::Optional => ":one",
            Returns::Many => ":many",
        };
        let (table, name) = (query.table, query.name());
        let _ = writeln!(
            sql,
            "-- name: Table{table}_{name} {command}\n{};\n",
            query.sql(&Arguments)
        );
    }
    sql
}
