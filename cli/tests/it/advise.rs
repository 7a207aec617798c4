//! `planwright advise`

use crate::project::{Project, QUERIES};

/// The sample with a query that no index serves, and an index that no query uses.
fn project() -> Project {
    let project = Project::new();
    let queries = project.read(QUERIES);
    let slow =
        "\n-- name: notes_saying :many\nSELECT id, author FROM notes WHERE body = :body LIMIT 9;\n";
    project.write(QUERIES, &(queries + slow));
    let migration = "migrations/2026-01-02-000000_idx_notes_date/";
    project.write(
        &format!("{migration}up.sql"),
        "CREATE INDEX CONCURRENTLY idx_notes_date ON notes (created_at);\n",
    );
    project.write(
        &format!("{migration}metadata.toml"),
        "run_in_transaction = false\n",
    );
    project
}

#[test]
fn what_is_advised_is_printed_and_nothing_is_written() {
    let project = project();
    let files = project.files();
    let run = project.run(&["advise"]).exits(1);
    run.says("CREATE INDEX CONCURRENTLY idx_notes_body ON notes (body);")
        .says("answers seq-scan of notes::notes_saying")
        .says("DROP INDEX CONCURRENTLY idx_notes_date;")
        .says("planned without it: notes::add_note, notes::notes_of_author")
        .says("notes: index idx_notes_body (body = :body)")
        .tells("run `planwright advise --write`");
    assert_eq!(project.files(), files);
}

#[test]
fn what_is_written_answers_the_findings() {
    let project = project();
    let run = project.run(&["check"]).exits(1);
    run.tells("[seq-scan]").tells("[dead-index]");
    let run = project.run(&["advise", "--write"]).exits(0);
    let written: Vec<&str> = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("wrote "))
        .collect();
    let [create, drop] = written[..] else {
        panic!("{}", run.stdout)
    };
    assert!(create.ends_with("_idx_notes_body") && drop.ends_with("_drop_idx_notes_date"));
    assert!(drop > create && create > "migrations/2026-01-02-000000");
    for (folder, up, down) in [
        (
            create,
            "CREATE INDEX CONCURRENTLY idx_notes_body ON notes (body);\n",
            "DROP INDEX CONCURRENTLY idx_notes_body;\n",
        ),
        (
            drop,
            "DROP INDEX CONCURRENTLY idx_notes_date;\n",
            "CREATE INDEX CONCURRENTLY idx_notes_date ON public.notes USING btree (created_at);\n",
        ),
    ] {
        assert_eq!(project.read(&format!("{folder}/up.sql")), up);
        assert_eq!(project.read(&format!("{folder}/down.sql")), down);
        let metadata = project.read(&format!("{folder}/metadata.toml"));
        assert_eq!(metadata, "run_in_transaction = false\n");
    }
    let run = project.run(&["generate"]).exits(0);
    assert!(!run.stderr.contains("[seq-scan]") && !run.stderr.contains("[dead-index]"));
    project
        .run(&["advise"])
        .exits(0)
        .says("no finding of 4 queries asks for an index");
}

#[test]
fn an_error_in_the_sql_is_a_finding() {
    let project = Project::new();
    project.replace(QUERIES, "SELECT id, body", "SELECT id, boddy");
    project
        .run(&["advise"])
        .exits(1)
        .tells("error[unknown-column]");
}
