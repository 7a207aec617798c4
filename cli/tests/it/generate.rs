//! `planwright generate`

use std::os::unix::fs::MetadataExt as _;

use crate::project::{Project, QUERIES};

#[test]
fn a_second_run_writes_nothing() {
    let project = Project::new();
    let run = project.run(&["generate"]).exits(0);
    run.says("wrote generated/src/notes.rs")
        .says("wrote generated/src/lib.rs")
        .says("wrote generated/catalog.lock");
    let files = project.files();
    let run = project.run(&["generate"]).exits(0);
    assert_eq!(run.stdout, "the generated code is up to date\n");
    assert_eq!(project.files(), files);
}

#[test]
fn only_what_changed_is_written() {
    let project = Project::generated();
    let lib = project.root().join("generated/src/lib.rs");
    let before = std::fs::metadata(&lib).unwrap();
    project.replace(QUERIES, "ORDER BY created_at DESC", "ORDER BY created_at");
    let run = project.run(&["generate"]).exits(0);
    assert_eq!(
        run.stdout,
        "wrote generated/src/notes.rs\nwrote generated/catalog.lock\n"
    );
    // A file that is written is another file: it is renamed into its place.
    let after = std::fs::metadata(&lib).unwrap();
    assert_eq!(
        (after.ino(), after.modified().unwrap()),
        (before.ino(), before.modified().unwrap())
    );
    project.run(&["check"]).exits(0);
}

#[test]
fn a_finding_leaves_everything_as_it_was() {
    let project = Project::generated();
    project.write(
        "queries/more.sql",
        "-- name: fine :one\nSELECT count(*) AS n FROM notes;\n",
    );
    project.replace(
        QUERIES,
        "FROM notes\nWHERE author",
        "FROM nodes\nWHERE author",
    );
    let files = project.files();
    project
        .run(&["generate"])
        .exits(1)
        .tells("error[unknown-table]");
    assert_eq!(project.files(), files);
}

#[test]
fn code_of_a_removed_file_is_removed() {
    let project = Project::generated();
    let generated = project.root().join("generated/src");
    project.write(
        "queries/more.sql",
        "-- name: notes :one\nSELECT count(*) AS n FROM notes;\n",
    );
    project
        .run(&["generate"])
        .exits(0)
        .says("wrote generated/src/more.rs");
    std::fs::remove_file(project.root().join("queries/more.sql")).unwrap();
    project.run(&["generate"]).exits(0);
    assert!(!generated.join("more.rs").exists());
    project.run(&["check"]).exits(0);
}
