//! `planwright doctor`

use std::path::Path;

use planwright_embedded::{EmbeddedServer, Settings};
use serde_json::Value;
use tokio_postgres::{Client, NoTls};

use crate::project::{MIGRATION, Project, QUERIES, Run, planwright};

/// A server of each release that counts statements.
const RELEASES: [u32; 2] = [15, 18];

async fn server(major: u32, counts: bool) -> EmbeddedServer {
    let settings = Settings::new().major(major).require_major(true);
    let settings = if counts {
        settings.setting("shared_preload_libraries", "pg_stat_statements")
    } else {
        settings
    };
    let server = EmbeddedServer::start_with(&settings).await.unwrap();
    server.create_database("shop").await.unwrap();
    server
}

async fn client(server: &EmbeddedServer) -> Client {
    let (client, connection) = server.config("shop").connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs statements, and makes what they count visible to others.
async fn make(client: &Client, statements: &str) {
    for statement in [statements, "SELECT pg_stat_force_next_flush()"] {
        let done = client.batch_execute(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
}

fn doctor(folder: &Path, url: &str, args: &[&str]) -> Run {
    let mut program = planwright(folder);
    Run::of(program.args(["doctor", "--database-url", url]).args(args))
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{}", run.stdout))
}

fn section<'a>(report: &'a Value, name: &str) -> &'a Value {
    let sections = report["sections"].as_array().unwrap();
    let section = sections.iter().find(|section| section["name"] == name);
    section.unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_database_has_no_findings() {
    let folder = tempfile::tempdir().unwrap();
    for major in RELEASES {
        let server = server(major, true).await;
        let client = client(&server).await;
        make(
            &client,
            "CREATE EXTENSION pg_stat_statements; CREATE TABLE notes (id int PRIMARY KEY);
             INSERT INTO notes SELECT generate_series(1, 1000); ANALYZE",
        )
        .await;
        let url = server.database_url("shop");
        let run = doctor(folder.path(), &url, &[]).exits(0);
        assert_eq!(run.stderr, "");
        let run = run
            .says(&format!("PostgreSQL {major}"))
            .says("role `postgres`");
        run.says("lock-waits: nothing found")
            .says("duplicate-indexes: nothing found")
            .says("there is no planwright.toml here or above");
        let run = doctor(folder.path(), &url, &["--format", "json"]).exits(0);
        let report = json(&run);
        assert_eq!(report["version"], 1);
        assert_eq!(report["healthy"], true);
        assert_eq!(report["server"]["database"], "shop");
        assert_eq!(report["sections"].as_array().unwrap().len(), 12);
        assert_eq!(
            section(&report, "index-usage")["rows"][0]["index"],
            "notes_pkey"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_found_with_what_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    for major in RELEASES {
        let server = server(major, true).await;
        let client = client(&server).await;
        make(
            &client,
            "CREATE EXTENSION pg_stat_statements;
             CREATE TABLE notes (id int PRIMARY KEY, author int, body text);
             INSERT INTO notes SELECT n, n % 2, repeat('x', 100) FROM generate_series(1, 120000) n;
             CREATE INDEX notes_body ON notes (body);
             CREATE INDEX notes_id_author ON notes (id, author); CREATE INDEX twice ON notes (id)",
        )
        .await;
        let unique = "CREATE UNIQUE INDEX CONCURRENTLY notes_author ON notes (author)";
        client.batch_execute(unique).await.unwrap_err();
        make(&client, "DELETE FROM notes WHERE id % 4 > 0").await;
        make(&client, "ANALYZE notes").await;
        make(
            &client,
            &"SELECT count(*) FROM notes WHERE author = 0;".repeat(60),
        )
        .await;
        make(&client, "BEGIN; SELECT FROM notes LIMIT 1").await;

        let url = server.database_url("shop");
        let patient = ["--long-transaction", "0", "--slow-statement", "0"];
        let run = doctor(folder.path(), &url, &patient).exits(1);
        run.says("mend: SELECT pg_terminate_backend(")
            .says("index `public.notes_author` on `public.notes` is invalid")
            .says("mend: REINDEX INDEX CONCURRENTLY public.notes_author;")
            .says("table `public.notes` (")
            .says("75.0 % of the rows of `public.notes`")
            .says("mend: VACUUM (ANALYZE) public.notes;")
            .says("mend: DROP INDEX CONCURRENTLY public.notes_id_author;")
            .says("index `public.twice` on `public.notes`")
            .says("(no catalog) SELECT count(*) FROM notes WHERE author = $1 takes ")
            .tells("findings");
        // One section, as data.
        let args = ["--section", "invalid-indexes", "--format", "json"];
        let report = json(&doctor(folder.path(), &url, &args).exits(1));
        assert_eq!(report["findings"], 1);
        let invalid = section(&report, "invalid-indexes");
        assert_eq!(
            invalid["findings"][0]["remedy"],
            "REINDEX INDEX CONCURRENTLY public.notes_author"
        );
        assert_eq!(invalid["rows"][0]["is_unique"], true);
        // One that has nothing to say.
        doctor(folder.path(), &url, &["--section", "lock-waits"]).exits(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_have_the_names_of_the_catalog() {
    let project = Project::new();
    project.write(
        QUERIES,
        "-- name: by_author :many
-- @unbounded: a test
SELECT id, -- the key
       body FROM notes WHERE author = :author AND id IN (1, 2, 3);

-- name: search :many
SELECT id FROM notes WHERE id > -1 /*[ author */ AND author = :author /*] */ LIMIT 10;

-- name: few :many
SELECT body FROM notes LIMIT 5;

-- name: fewer :many
SELECT body FROM notes LIMIT 2;

-- name: years :many
-- @unbounded: a test
SELECT extract(year FROM created_at)::int AS year FROM notes WHERE body IS NOT NULL AND true;
",
    );
    for major in RELEASES {
        let server = server(major, true).await;
        let client = client(&server).await;
        make(&client, "CREATE EXTENSION pg_stat_statements").await;
        make(
            &client,
            &project.read(&format!("migrations/{MIGRATION}/up.sql")),
        )
        .await;
        client
            .batch_execute("SELECT pg_stat_statements_reset()")
            .await
            .unwrap();
        let author: &(dyn tokio_postgres::types::ToSql + Sync) = &"ada";
        for (sql, params) in [
            (
                "SELECT id, -- the key\n       body FROM notes WHERE author = $1 AND id IN (1, 2, 3)",
                &[author][..],
            ),
            ("SELECT id FROM notes WHERE id > -1  LIMIT 10", &[]),
            (
                "SELECT id FROM notes WHERE id > -1  AND author = $1  LIMIT 10",
                &[author],
            ),
            ("SELECT body FROM notes LIMIT 2", &[]),
            (
                "SELECT extract(year FROM created_at)::int AS year FROM notes \
                 WHERE body IS NOT NULL AND true",
                &[],
            ),
            // Of another text, and named by its comment.
            (
                "SELECT id, body FROM notes /*action='by_author',controller='notes'*/",
                &[],
            ),
            ("SELECT author FROM notes", &[]),
        ] {
            client.query(sql, params).await.unwrap();
        }
        make(&client, "BEGIN; COMMIT").await;

        let url = server.database_url("shop");
        let args = ["--section", "statement-costs", "--format", "json"];
        let report = json(&doctor(&project.root(), &url, &args).exits(0));
        let rows = section(&report, "statement-costs")["rows"]
            .as_array()
            .unwrap();
        let calls = |name: &str| {
            let row = rows.iter().find(|row| row["query"] == name);
            row.unwrap_or_else(|| panic!("no {name} in {rows:#?}"))["calls"].clone()
        };
        assert_eq!(calls("notes::by_author"), 2);
        assert_eq!(calls("notes::search"), 2, "variants are one query");
        assert_eq!(calls("notes::few or notes::fewer"), 1);
        assert_eq!(calls("notes::years"), 1);
        let unknown: Vec<&Value> = rows.iter().filter(|row| row["kind"] == "unknown").collect();
        let unknown: Vec<&Value> = unknown.iter().map(|row| &row["statement"]).collect();
        assert!(
            unknown.contains(&&Value::from("SELECT author FROM notes")),
            "{unknown:?}"
        );
        let share: f64 = rows.iter().map(|row| row["share"].as_f64().unwrap()).sum();
        assert!((share - 1.0).abs() < 1e-6, "{share}");
        assert!(rows.iter().any(|row| row["kind"] == "session"));

        let run = doctor(&project.root(), &url, &[]).exits(0);
        run.says("notes::by_author").says("of no catalog take");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_extension_the_doctor_says_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    for major in RELEASES {
        let bare = server(major, false).await;
        let url = bare.database_url("shop");
        let run = doctor(folder.path(), &url, &[]).exits(1);
        run.says("put pg_stat_statements into shared_preload_libraries")
            .says("mend: CREATE EXTENSION pg_stat_statements;");
        // Made, and not loaded.
        make(&client(&bare).await, "CREATE EXTENSION pg_stat_statements").await;
        doctor(folder.path(), &url, &[])
            .exits(1)
            .says("put pg_stat_statements into shared_preload_libraries");
        // Loaded, and not made.
        let counting = server(major, true).await;
        let run = doctor(folder.path(), &counting.database_url("shop"), &[]).exits(1);
        run.says("this database has no view of them");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_role_may_not_see_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for major in RELEASES {
        let server = server(major, true).await;
        let client = client(&server).await;
        make(
            &client,
            "CREATE EXTENSION pg_stat_statements; CREATE ROLE plain LOGIN;
             CREATE TABLE notes (body text);
             INSERT INTO notes SELECT repeat('x', 100) FROM generate_series(1, 100000); ANALYZE notes;
             SELECT 1 AS mine",
        )
        .await;
        let url = server
            .database_url("shop")
            .replace("//postgres@", "//plain@");
        let sections = ["--section", "lock-waits,table-bloat,statement-costs"];
        let run = doctor(folder.path(), &url, &sections).exits(0);
        run.says("role `plain` may not look into 1 session of other roles")
            .says("`GRANT pg_read_all_stats TO plain` lets it")
            .says("role `plain` may not read `public.notes`")
            .says("role `plain` may not see the text of ");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_holds_a_table_keeps_no_section_but_its_own_from_being_read() {
    let folder = tempfile::tempdir().unwrap();
    for major in RELEASES {
        let server = server(major, true).await;
        let client = client(&server).await;
        make(&client, "CREATE TABLE notes (id int PRIMARY KEY)").await;
        make(&client, "BEGIN; LOCK TABLE notes").await;
        let url = server.database_url("shop");
        let args = ["--section", "index-builds,table-bloat", "--format", "json"];
        let run = doctor(folder.path(), &url, &args).exits(2);
        run.tells("could not read table-bloat");
        let report = json(&doctor(folder.path(), &url, &args).exits(2));
        assert_eq!(report["healthy"], false);
        assert_eq!(section(&report, "index-builds")["state"], "healthy");
        let bloat = section(&report, "table-bloat");
        assert_eq!(bloat["state"], "failed");
        let why = bloat["failure"].as_str().unwrap();
        assert!(why.contains("lock timeout"), "{why}");
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    for url in [
        "postgres://ada:geheim@127.0.0.1:1/shop",
        "postgres://ada:ge@heim@127.0.0.1:1/shop",
    ] {
        let run = doctor(folder.path(), url, &[]).exits(2);
        assert!(
            !run.stderr.contains("heim") && !run.stdout.contains("heim"),
            "{run:?}"
        );
    }
    let mut program = planwright(folder.path());
    Run::of(program.args(["doctor"]))
        .exits(2)
        .tells("no database to look at");
    doctor(
        folder.path(),
        "postgres://db/shop",
        &["--section", "weather"],
    )
    .exits(2);
}
