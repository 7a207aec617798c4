//! `grants`: on a schema with everything that a permission check may look at, the script
//! is what is expected; every query runs with it, and without any part of it one does not.

use std::path::Path;

use planwright_codegen::{Failure, Options, grants};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::project::{TempProject, block_on, server};

const SCHEMA: &str = include_str!("../grants/schema.sql");
const QUERIES: &str = include_str!("../grants/queries.sql");
const ROWS: &str = include_str!("../grants/rows.sql");
/// Every single privilege of a role.
const PRIVILEGES: &str = include_str!("../../../tests/it/privileges.sql");
/// Needs quotes; policies of the schema are made for it.
const ROLE: &str = "the clerk";

/// What everybody may do, the role is to be granted itself.
const NOTHING_FOR_EVERYBODY: &str = "
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public, app, lib, hidden FROM PUBLIC;";

fn script(project: &TempProject, major: u32, role: &str) -> Result<String, Failure> {
    let options = Options {
        server: server(major),
        ..Options::default()
    };
    block_on(grants(&project.open(), &options, role))
}

#[test]
fn the_script_is_the_same_on_both() {
    let project = TempProject::of(SCHEMA, QUERIES).judged_by(&[], "");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grants/expected.sql");
    for major in [15, 18] {
        let script = script(&project, major, ROLE).expect("a script");
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            std::fs::write(&path, &script).expect("the expectation");
        }
        let expected = std::fs::read_to_string(&path).expect("the expectation");
        assert!(
            script == expected,
            "on {major}; UPDATE=1 writes this\n{script}"
        );
    }
}

#[test]
fn the_privileges_are_enough_and_none_is_spare() {
    for major in [15, 18] {
        let project = TempProject::of(SCHEMA, QUERIES).judged_by(&[], "");
        let script = script(&project, major, ROLE).expect("a script");
        let checked = project.check(major).expect("a catalog");
        let queries = checked.catalog.queries();
        let queries: Vec<(&str, &str)> = queries
            .map(|query| (query.name.as_str(), query.sql.as_str()))
            .collect();
        block_on(async {
            let (server, owner) = prepared(major).await;
            prove(&server, &owner, &script, &queries).await;
            server.stop().await.expect("the server ends");
        });
    }
}

/// A server with the schema and rows, where nobody may do anything, and its owner.
async fn prepared(major: u32) -> (EmbeddedServer, Client) {
    let server = EmbeddedServer::start_with(&server(major)).await;
    let server = server.expect("a server");
    let owner = connect(&server, "postgres").await;
    for statements in [SCHEMA, ROWS, NOTHING_FOR_EVERYBODY] {
        owner.batch_execute(statements).await.expect(statements);
    }
    (server, owner)
}

/// Runs the queries with the script's privileges, and with all but each one of them.
async fn prove(server: &EmbeddedServer, owner: &Client, script: &str, queries: &[(&str, &str)]) {
    owner.batch_execute(script).await.expect(script);
    let granted = PRIVILEGES.replace("ROLE", &format!("\"{ROLE}\""));
    let granted = texts(owner, &granted).await;
    assert_eq!(run(server, queries).await, Ok(()), "{script}");
    let mut spare = Vec::new();
    for privilege in &granted {
        change(owner, "REVOKE", privilege, "FROM").await;
        let result = run(server, queries).await;
        let code = result.as_ref().err().map(|(_, code)| code);
        // A schema that may not be used is left out of the search path.
        let unknown = *privilege == "USAGE ON SCHEMA public";
        let refused = code == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
            || unknown && code == Some(&SqlState::UNDEFINED_TABLE);
        if !refused {
            spare.push(format!("{privilege}: {result:?}"));
        }
        change(owner, "GRANT", privilege, "TO").await;
    }
    assert!(spare.is_empty(), "{}\n{queries:?}", spare.join("\n"));
    assert_eq!(run(server, queries).await, Ok(()));
}

async fn change(owner: &Client, what: &str, privilege: &str, to: &str) {
    let statement = format!("{what} {privilege} {to} \"{ROLE}\"");
    owner.batch_execute(&statement).await.expect(&statement);
}

/// Runs every query as the role, on a connection of its own, and undoes what they did.
/// The first that fails ends it.
async fn run(server: &EmbeddedServer, queries: &[(&str, &str)]) -> Result<(), (String, SqlState)> {
    let client = connect(server, ROLE).await;
    client.batch_execute("BEGIN").await.expect("a transaction");
    for (name, sql) in queries {
        if let Err(error) = client.batch_execute(sql).await {
            let code = error.code().cloned().expect("the server's error");
            return Err((format!("{name}: {:?}", error.as_db_error()), code));
        }
    }
    Ok(())
}

async fn connect(server: &EmbeddedServer, role: &str) -> Client {
    let mut config = server.config("postgres");
    let (client, connection) = config
        .user(role)
        .connect(NoTls)
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}

async fn texts(client: &Client, query: &str) -> Vec<String> {
    let rows = client.simple_query(query).await.expect("rows");
    let texts = rows.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_catalog_with_errors_has_no_script() {
    let project = TempProject::of(
        "CREATE TABLE t (a int NOT NULL);",
        "-- name: nothing :many\nSELECT b FROM t;\n",
    );
    let failure = script(&project, 15, "app").expect_err("no script");
    assert!(matches!(failure, Failure::Findings { .. }), "{failure:?}");
    assert!(
        failure.to_string().contains("error[unknown-column]"),
        "{failure}"
    );
}

#[test]
fn nobody_and_everybody_are_no_roles() {
    let project = TempProject::of("", "");
    for role in ["", "public", "none"] {
        let failure = script(&project, 15, role)
            .expect_err("no script")
            .to_string();
        assert!(failure.starts_with(&format!("`{role}` is not the name of a role: ")));
    }
}

/// Without the first schema of the path the server would find another table.
#[test]
fn a_schema_is_needed_where_its_table_hides_another() {
    let project = TempProject::of(
        "CREATE SCHEMA a;
         CREATE SCHEMA b;
         CREATE TABLE a.t (id int NOT NULL);
         CREATE TABLE b.t (id int NOT NULL);
         DO $$ BEGIN
             EXECUTE format('ALTER DATABASE %I SET search_path = a, b', current_database());
         END $$;",
        "-- name: all_of_t :many\nSELECT id FROM t;\n",
    );
    for major in [15, 18] {
        let script = script(&project, major, "app").expect("a script");
        let statements: Vec<&str> = script.lines().filter(|l| l.starts_with("GRANT")).collect();
        let expected = [
            "GRANT USAGE ON SCHEMA a TO app;",
            "GRANT SELECT (id) ON TABLE a.t TO app;",
        ];
        assert_eq!(statements, expected);
    }
}

/// A line break would end a comment, and what follows would be run.
#[test]
fn a_role_of_any_name_is_no_sql() {
    let project = TempProject::of(
        "CREATE TABLE t (a int NOT NULL);",
        "-- name: all_of_t :many\nSELECT a FROM t;\n",
    );
    let script = script(&project, 15, "x\"\nDROP TABLE t; --").expect("a script");
    let statements = script.lines().filter(|line| !line.starts_with("--"));
    let statements: Vec<&str> = statements.filter(|line| !line.is_empty()).collect();
    let expected = [
        "GRANT USAGE ON SCHEMA public TO \"x\"\"",
        "DROP TABLE t; --\";",
        "GRANT SELECT (a) ON TABLE public.t TO \"x\"\"",
        "DROP TABLE t; --\";",
    ];
    assert_eq!(statements, expected);
}
