//! `planwright explain`

use crate::project::Project;

#[test]
fn a_query_is_explained_whole() {
    let project = Project::new();
    let run = project.run(&["explain", "notes_of_author"]).exits(0);
    for line in [
        "notes::notes_of_author  queries/notes.sql",
        "The newest notes of one author.",
        "  WHERE author = :author",
        "  :max_rows  int8  not null  how many notes at most",
        "  any number of rows (:many)",
        "    body        text         null",
        "  notes: index idx_notes_author_date (author = :author), ~1k rows",
        "round trips: 1",
    ] {
        let has = run.stdout.lines().any(|l| l == line);
        assert!(has, "no line {line:?} in\n{}", run.stdout);
    }
    let whole = project.run(&["explain", "notes::notes_of_author"]).exits(0);
    assert_eq!(whole.stdout, run.stdout);
}

#[test]
fn the_nearest_query_is_suggested() {
    let project = Project::new();
    let run = project.run(&["explain", "note_of_author"]).exits(2);
    run.tells("no query `note_of_author`")
        .tells("did you mean `notes_of_author`?");
    let run = project.run(&["explain", "notes::ad_note"]).exits(2);
    run.tells("did you mean `notes::add_note`?");
    let run = project
        .run(&["explain", "something_else_altogether"])
        .exits(2);
    run.tells("`planwright check` lists every query");
}

#[test]
fn a_name_of_two_modules_needs_its_module() {
    let project = Project::new();
    project.write(
        "queries/more.sql",
        "-- name: add_note :one\nSELECT count(*) AS n FROM notes;\n",
    );
    let run = project.run(&["explain", "add_note"]).exits(2);
    run.tells("`add_note` could be any of more::add_note, notes::add_note");
    project
        .run(&["explain", "more::add_note"])
        .exits(0)
        .says("n  int8");
}
