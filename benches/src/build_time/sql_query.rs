//! Diesel's `sql_query` with `QueryableByName`, by hand: nothing checks the SQL, and it is here for
//! the time that the compiler takes.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::build_time::contender::{Contender, Step, touch};
use crate::build_time::rust;
use crate::build_time::setup::Setup;
use crate::synthetic::{Dollars, Query, Returns, Type, Value};

/// Functions around `sql_query`.
pub(crate) struct SqlQuery;

const MANIFEST: &str = r#"[workspace]

[package]
name = "by-hand"
version = "0.1.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }
diesel = { version = "=2.3.14", default-features = false, features = ["postgres_backend", "chrono"] }
diesel-async = { version = "=0.9.2", features = ["postgres"] }

[profile.dev.package."*"]
debug = false
"#;

const HEADER: &str = "use diesel::sql_types as st;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
";

impl Contender for SqlQuery {
    fn name(&self) -> &'static str {
        "sql_query by hand"
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        Ok(rust::write(project, queries, MANIFEST, HEADER, function)?)
    }

    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command> {
        (step == Step::Check).then(|| setup.check(project))
    }

    fn before(
        &self,
        _: &Setup,
        step: Step,
        project: &Path,
        _: usize,
    ) -> Result<(), Box<dyn Error>> {
        if step == Step::Check {
            touch(project)?;
        }
        Ok(())
    }
}

fn sql_type(value: &Value) -> String {
    let kind = match value.kind {
        Type::BigInt => "st::BigInt",
        Type::Integer => "st::Integer",
        Type::Text => "st::Text",
        Type::Time => "st::Timestamptz",
    };
    if value.nullable {
        format!("st::Nullable<{kind}>")
    } else {
        kind.to_owned()
    }
}

fn function(query: Query) -> String {
    let (name, row) = (query.name(), rust::row_name(query));
    let (result, load) = match query.returns() {
        Returns::One => (row, "get_result(conn).await"),
        Returns::Optional => (
            format!("Option<{row}>"),
            "get_result(conn).await.optional()",
        ),
        Returns::Many => (format!("Vec<{row}>"), "load(conn).await"),
    };
    let binds: Vec<String> = (query.parameters().iter())
        .map(|parameter| {
            format!(
                "\n        .bind::<{}, _>({})",
                sql_type(parameter),
                parameter.name
            )
        })
        .collect();
    let binds = binds.concat();
    let import = if query.returns() == Returns::Optional {
        "    use diesel::OptionalExtension as _;\n"
    } else {
        ""
    };
    format!(
        "{}
pub async fn {name}(conn: &mut AsyncPgConnection{}) -> diesel::QueryResult<{result}> {{
{import}    diesel::sql_query({:?}){binds}
        .{load}
}}
",
        rust::row(query, "#[derive(diesel::QueryableByName)]\n", |column| {
            format!("    #[diesel(sql_type = {})]\n", sql_type(column))
        }),
        rust::parameters(query),
        query.sql(&Dollars)
    )
}
