//! Which functions a statement executes: the analysis says of each what the server does.

use std::collections::BTreeSet;
use std::path::Path;

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use super::probe::Probe;
use crate::analyze::privileges::privileges;
use crate::config::Project;
use crate::diagnostics::Diagnostics;
use crate::schema::Security;
use crate::scratch::Options;
use crate::survey::Survey;

const SCHEMA: &str = include_str!("../../tests/grants/schema.sql");
const ROWS: &str = include_str!("../../tests/grants/rows.sql");
const ROLE: &str = "\"the clerk\"";
/// Operators are found without their schema's name.
const SEARCH_PATH: &str = "
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = lib, public', current_database());
END $$;";
/// Everything but functions.
const ALL_BUT_FUNCTIONS: &str = "
GRANT USAGE ON SCHEMA app, lib, hidden TO \"the clerk\";
GRANT ALL ON ALL TABLES IN SCHEMA app, hidden TO \"the clerk\";
GRANT ALL ON ALL SEQUENCES IN SCHEMA app, hidden TO \"the clerk\";
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA lib FROM PUBLIC;";

/// Statements, and the functions that each of them executes, all in the schema `lib`.
const CALLS: &[(&str, &[&str])] = &[
    (
        "SELECT count(*) AS n FROM app.events GROUP BY level",
        &["level_eq"],
    ),
    (
        "SELECT count(*) AS n FROM (SELECT DISTINCT level FROM app.events) d",
        &["level_eq"],
    ),
    (
        "SELECT count(*) AS n FROM (SELECT level FROM app.events UNION SELECT level FROM app.ranked) u",
        &["level_eq"],
    ),
    (
        "SELECT what FROM app.events ORDER BY level FETCH FIRST ROW WITH TIES",
        &["level_eq"],
    ),
    (
        "SELECT rank() OVER (ORDER BY level) AS n FROM app.events",
        &["level_eq"],
    ),
    (
        "SELECT rank() OVER (PARTITION BY level) AS n FROM app.events",
        &["level_eq"],
    ),
    ("SELECT what FROM app.events ORDER BY level", &[]),
    ("SELECT count(DISTINCT level) AS n FROM app.events", &[]),
    (
        "SELECT string_agg(DISTINCT what, what) AS n FROM app.events GROUP BY greatest(level, level)",
        &["level_eq"],
    ),
    (
        "SELECT (level, at) < (level, at) AS less FROM app.events",
        &[],
    ),
    (
        "SELECT greatest(level, level) IS NULL AS n FROM app.events",
        &[],
    ),
    (
        "SELECT nullif(level, level) IS NULL AS n FROM app.events",
        &["level_eq"],
    ),
    (
        "SELECT level IS DISTINCT FROM level AS n FROM app.events",
        &["level_eq"],
    ),
    (
        "SELECT what FROM app.events WHERE level IN ('1', '2')",
        &["level_eq"],
    ),
    (
        "SELECT what FROM app.events WHERE level NOT IN ('1', '2')",
        &["level_ne"],
    ),
    (
        "SELECT what FROM app.events WHERE level IN ('1','2','3','4','5','6','7','8','9')",
        &["level_eq", "level_hash"],
    ),
    (
        "SELECT what FROM app.events WHERE level NOT IN ('1','2','3','4','5','6','7','8','9')",
        &["level_eq", "level_hash"],
    ),
    (
        "SELECT what FROM app.events WHERE level IN (SELECT level FROM app.ranked)",
        &["level_eq"],
    ),
    (
        "SELECT ARRAY[level]::text[] AS names FROM app.events",
        &["level_text"],
    ),
    (
        "SELECT lib.of_aggregate(at) OVER () AS n FROM app.events",
        &["of_aggregate"],
    ),
    (
        "SELECT id, other FROM app.people",
        &["of_view_condition", "of_view_unused"],
    ),
    (
        "SELECT id FROM (SELECT * FROM app.people OFFSET 0) p",
        &["of_view_condition"],
    ),
    (
        "SELECT count(*) AS n FROM app.people",
        &["of_view_condition"],
    ),
    (
        "SELECT p::text AS row FROM app.people p",
        &["of_view", "of_view_condition", "of_view_unused"],
    ),
    ("DELETE FROM app.events WHERE at = 1", &["of_moved_row"]),
    ("DELETE FROM app.orders", &[]),
    (
        "UPDATE app.ranked_low SET note = ''",
        &["level_eq", "level_ge", "level_lt"],
    ),
    (
        "INSERT INTO app.ranked_low (level) VALUES ('1')",
        &["level_eq", "level_ge", "level_lt"],
    ),
    ("INSERT INTO app.ranked (level) VALUES ('1')", &[]),
    (
        "INSERT INTO app.events_new (at) VALUES (12)",
        &["of_partition_key"],
    ),
    (
        "UPDATE app.counted SET note = ''",
        &["of_check_not_written"],
    ),
    (
        "UPDATE app.orders SET note = '', given = given + 1",
        &[
            "of_check",
            "of_index",
            "of_other_trigger_when",
            "of_predicate",
        ],
    ),
];

#[test]
fn a_statement_executes_these_functions_on_15() {
    check(15);
}

#[test]
fn a_statement_executes_these_functions_on_18() {
    check(18);
}

fn check(major: u32) {
    let settings = Settings::new().major(major).require_major(true);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    let (said, done) = runtime.block_on(async {
        let said = said(&settings).await;
        (said, done(&settings).await)
    });
    for ((((sql, expected), said), done), number) in CALLS.iter().zip(said).zip(done).zip(1..) {
        let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(said, expected, "{number}, {sql}: what the analysis says");
        assert_eq!(done, expected, "{number}, {sql}: what the server asks for");
    }
}

/// What the analysis says of each statement.
async fn said(settings: &Settings) -> Vec<BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "planwright.toml", "");
    let schema = format!("{SCHEMA}{SEARCH_PATH}");
    write(
        folder.path(),
        "migrations/2024-01-01-000001_schema/up.sql",
        &schema,
    );
    let queries = CALLS.iter().zip(1..).map(|((sql, _), number)| {
        let command = if sql.starts_with("SELECT") {
            "many"
        } else {
            "exec"
        };
        format!("-- name: query_{number} :{command}\n{sql};\n")
    });
    write(
        folder.path(),
        "queries/queries.sql",
        &queries.collect::<String>(),
    );
    let project = Project::discover(folder.path()).expect("a project");
    let options = Options {
        server: settings.clone(),
        ..Options::default()
    };
    let mut found = Diagnostics::new();
    let survey = Survey::without_plans(&project, &options, &mut found).await;
    let survey = survey.expect("a survey");
    let security = Security::read(&survey.server.client).await;
    let security = security.expect("the catalogues");
    let probe = Probe::take(&survey, &security, "the clerk", &mut found).await;
    let trees = probe.expect("answers").expect("no refusal").trees;
    assert!(!found.has_errors(), "{}", survey.texts.failure(found));
    let functions = trees.iter().map(|tree| {
        let mut privileges = privileges(&security, tree).expect("a tree");
        privileges.complete(&survey.schema, &security);
        let functions = privileges.functions.iter();
        let functions = functions.filter_map(|oid| security.routines.get(oid));
        functions.map(|routine| routine.name.clone()).collect()
    });
    functions.collect()
}

/// Those functions without which each statement fails, when these are tried that are
/// expected of any statement. With all of them it succeeds.
async fn done(settings: &Settings) -> Vec<BTreeSet<String>> {
    let server = EmbeddedServer::start_with(settings).await;
    let server = server.expect("a server");
    let owner = connect(&server, "postgres").await;
    for statements in [SCHEMA, SEARCH_PATH, ROWS, ALL_BUT_FUNCTIONS] {
        owner.batch_execute(statements).await.expect(statements);
    }
    let functions: BTreeSet<&str> = CALLS
        .iter()
        .flat_map(|(_, names)| *names)
        .copied()
        .collect();
    let mut done = vec![BTreeSet::new(); CALLS.len()];
    for function in functions {
        for name in CALLS.iter().flat_map(|(_, names)| *names) {
            let (what, to) = if *name == function {
                ("REVOKE", "FROM")
            } else {
                ("GRANT", "TO")
            };
            let change = format!("{what} EXECUTE ON FUNCTION lib.{name} {to} {ROLE}");
            owner.batch_execute(&change).await.expect(&change);
        }
        for (number, (sql, _)) in CALLS.iter().enumerate() {
            if refuses(&server, sql).await {
                done[number].insert(function.to_owned());
            }
        }
    }
    server.stop().await.expect("the server ends");
    done
}

/// Whether the role is refused the statement, on a connection that knows nothing yet.
async fn refuses(server: &EmbeddedServer, sql: &str) -> bool {
    let client = connect(server, "the clerk").await;
    let result = client
        .batch_execute(&format!("BEGIN; {sql}; ROLLBACK"))
        .await;
    let code = result.as_ref().err().map(tokio_postgres::Error::code);
    assert!(
        matches!(code, None | Some(Some(&SqlState::INSUFFICIENT_PRIVILEGE))),
        "{sql}: {result:?}"
    );
    code.is_some()
}

async fn connect(server: &EmbeddedServer, role: &str) -> Client {
    let mut config = server.config("postgres");
    let connected = config.user(role).connect(NoTls).await;
    let (client, connection) = connected.expect("a connection");
    tokio::spawn(connection);
    client
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}
