//! `planwright check`

use std::fs;
use std::path::Path;

use crate::project::{CHECKOUT, Project, QUERIES, Run, planwright};

#[test]
fn the_table_has_every_query_and_every_column() {
    let mut run = Project::generated().run(&["check"]).exits(0);
    for heading in [
        "query",
        "command",
        "parameters",
        "columns",
        "access path",
        "round",
        "trips",
    ] {
        run = run.says(heading);
    }
    for text in [
        "add_note",
        "notes_of_author",
        "delete_note",
        ":execrows",
        "body text?",
        "created_at timestamptz",
        "notes: index notes_pkey (id = :id)",
        "3 queries in 1 module, checked on PostgreSQL",
    ] {
        run = run.says(text);
    }
}

/// The agent's catalog as it is committed: types, nullability and access paths do not
/// depend on which of the two checked.
#[test]
fn the_catalog_is_the_same_on_15_and_18() {
    for major in ["15", "18"] {
        let mut check = planwright(Path::new(CHECKOUT));
        Run::of(check.arg("check").env("PLANWRIGHT_PG_MAJOR", major))
            .exits(0)
            .says(&format!("checked on PostgreSQL {major}"));
        // The maintenance pack, whose queries read the server's own tables.
        let mut check = planwright(&Path::new(CHECKOUT).join("maintenance"));
        Run::of(check.arg("check").env("PLANWRIGHT_PG_MAJOR", major))
            .exits(0)
            .says(&format!("checked on PostgreSQL {major}"));
    }
}

#[test]
fn the_table_is_no_wider_than_asked_for() {
    let project = Project::generated();
    for width in [80, 100, 200] {
        let mut command = planwright(&project.root());
        let run = Run::of(command.arg("check").env("COLUMNS", width.to_string())).exits(0);
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= width, "wider than {width}: {line}");
        }
        run.says("notes_of_author").says("created_at");
    }
}

#[test]
fn an_error_in_the_sql_is_a_finding() {
    let project = Project::generated();
    project.replace(QUERIES, "SELECT id, body", "SELECT id, boddy");
    let run = project.run(&["check"]).exits(1);
    let run = run
        .tells("error[unknown-column]")
        .tells("queries/notes.sql:");
    assert_eq!(run.stdout, "");
}

#[test]
fn without_a_project_the_program_says_how_to_start_one() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::of(planwright(folder.path()).arg("check")).exits(2);
    run.tells("no planwright.toml in")
        .tells("`planwright init`");
}

#[test]
fn drift_is_a_finding_that_names_the_file() {
    let project = Project::generated();
    let notes = project.read("generated/src/notes.rs");
    project.write("generated/src/notes.rs", &notes.replace("i64", "i32"));
    project.write("generated/src/old.rs", &notes);
    project.write(
        "generated/src/own.rs",
        "// Written by hand, so nobody's business.\n",
    );
    fs::remove_file(project.root().join("generated/src/lib.rs")).unwrap();
    let run = project.run(&["check"]).exits(1);
    assert!(!run.stderr.contains("own.rs"), "{}", run.stderr);
    run.tells("error[generated-missing]: `generated/src/lib.rs`")
        .tells("error[generated-stale]: `generated/src/old.rs`")
        .tells("error[generated-edited]: `generated/src/notes.rs`")
        .tells("-    pub id: i32,")
        .tells("+    pub id: i64,")
        .tells("run `planwright generate`");
}

#[test]
fn a_frozen_check_needs_no_server_where_the_lock_agrees() {
    let project = Project::generated();
    let run = project.run_without_server(&["check", "--frozen"]).exits(0);
    run.says("the lock agrees");
    // The same environment has indeed no server.
    project.run_without_server(&["check"]).exits(2);
}

#[test]
fn a_frozen_check_names_what_changed_even_without_a_server() {
    let project = Project::generated();
    project.replace(QUERIES, "LIMIT :max_rows", "LIMIT 10");
    project.replace(QUERIES, "-- @param max_rows: how many notes at most\n", "");
    let run = project.run_without_server(&["check", "--frozen"]).exits(2);
    run.tells("error[query-file-changed]: `queries/notes.sql`")
        .tells("is not a usable directory of PostgreSQL server binaries");
    let run = project.run(&["check", "--frozen"]).exits(1);
    run.tells("error[query-file-changed]: `queries/notes.sql`")
        .tells("error[query-signature]: query `notes::notes_of_author`")
        .tells("error[generated-outdated]: `generated/src/notes.rs`");
}

#[test]
fn a_frozen_check_without_a_lock_says_so() {
    let run = Project::new().run(&["check", "--frozen"]).exits(1);
    run.tells("error[lock-missing]: `generated/catalog.lock`");
}
