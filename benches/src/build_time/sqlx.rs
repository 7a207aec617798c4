//! The macros of sqlx, which check each query while the crate is compiled.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::build_time::contender::{Contender, Step, touch};
use crate::build_time::rust;
use crate::build_time::setup::Setup;
use crate::synthetic::{self, Query, Returns, Style, Value};

/// sqlx that asks a database, or that reads what one said before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sqlx {
    Live,
    Offline,
}

/// The version measured.
const VERSION: &str = "0.9.0";

const MANIFEST: &str = r#"[workspace]

[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }
sqlx = { version = "={version}", default-features = false, features = ["postgres", "macros", "chrono", "runtime-tokio"] }

[profile.dev.package."*"]
debug = false
"#;

/// Dollars, and columns that say whether they can be null, so that both modes agree.
struct Overrides;

impl Style for Overrides {
    fn parameter(&self, position: usize, _: &Value) -> String {
        format!("${position}")
    }

    fn column(&self, column: &Value) -> String {
        let mark = if column.nullable { '?' } else { '!' };
        format!("{} AS \"{}{mark}\"", column.expression, column.name)
    }
}

impl Contender for Sqlx {
    fn name(&self) -> &'static str {
        match self {
            Self::Live => "sqlx macros, live",
            Self::Offline => "sqlx macros, offline",
        }
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        // Cargo tells crates in a folder of compiled crates apart by their names alone.
        let name = match self {
            Self::Live => "macros-live",
            Self::Offline => "macros-offline",
        };
        let manifest = MANIFEST
            .replace("{version}", VERSION)
            .replace("{name}", name);
        Ok(rust::write(project, queries, &manifest, "", function)?)
    }

    fn prepare(&self, setup: &Setup, project: &Path) -> Result<(), Box<dyn Error>> {
        if *self == Self::Offline {
            let answers = project.join(".sqlx");
            std::fs::create_dir_all(&answers)?;
            let mut command = setup.check(project);
            command
                .env("DATABASE_URL", setup.url_with_parameter())
                .env("SQLX_OFFLINE", "false")
                .env("SQLX_OFFLINE_DIR", &answers);
            touch(project)?;
            crate::build_time::process::run(&mut command)?;
        }
        Ok(())
    }

    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command> {
        let mut command = setup.check(project);
        match self {
            Self::Live => command
                .env("DATABASE_URL", setup.url_with_parameter())
                .env("SQLX_OFFLINE", "false"),
            Self::Offline => command
                .env_remove("DATABASE_URL")
                .env("SQLX_OFFLINE", "true"),
        };
        let measured = match step {
            Step::Generate => false,
            // A changed query has no answer yet.
            Step::Edit => *self == Self::Live,
            Step::Unchanged | Step::Check => true,
        };
        measured.then_some(command)
    }

    fn before(
        &self,
        _: &Setup,
        step: Step,
        project: &Path,
        edit: usize,
    ) -> Result<(), Box<dyn Error>> {
        match step {
            Step::Edit => synthetic::edit(&project.join("src/module_0.rs"), edit),
            Step::Check => touch(project),
            Step::Generate | Step::Unchanged => Ok(()),
        }
    }

    fn needs_server(&self) -> bool {
        *self == Self::Live
    }
}

fn function(query: Query) -> String {
    let (name, row) = (query.name(), rust::row_name(query));
    let (result, fetch) = match query.returns() {
        Returns::One => (row.clone(), "fetch_one"),
        Returns::Optional => (format!("Option<{row}>"), "fetch_optional"),
        Returns::Many => (format!("Vec<{row}>"), "fetch_all"),
    };
    let arguments: Vec<String> = (query.parameters().iter())
        .map(|parameter| format!(", {}", parameter.name))
        .collect();
    let arguments = arguments.concat();
    format!(
        "{}
pub async fn {name}(conn: &mut sqlx::PgConnection{}) -> sqlx::Result<{result}> {{
    sqlx::query_as!({row}, r#\"{}\"#{arguments})
        .{fetch}(conn)
        .await
}}
",
        rust::row(query, "", |_| String::new()),
        rust::parameters(query),
        query.sql(&Overrides)
    )
}
