//! `--format` and `--output`: each document is read by a parser that is not ours, or validated
//! against the published schema.

mod github;
mod json;
mod junit;
mod sarif;

use std::fs;

use crate::project::{MIGRATION, Project, QUERIES, Run};

/// How the file of mistakes ends its lines, and what stands before them.
const MORE: &str = "queries/more words.sql";

/// A project below a repository's folder, with four errors and a warning: lines that end with
/// CR and LF, characters beyond the first plane before a mistake, a message with everything that
/// formats escape, and a name that is there twice.
fn with_mistakes() -> Project {
    let project = in_a_repository();
    project.replace(QUERIES, "SELECT id, body", "SELECT id, boddy");
    project.replace(
        QUERIES,
        "-- name: delete_note :execrows\n",
        "-- name: delete_note :execrows\n-- @unbounded: it is one\n",
    );
    project.write(
        MORE,
        "-- name: smile :one\r\n\
         SELECT '😀é' AS smile, boddy\r\nFROM notes LIMIT 1;\r\n\r\n\
         -- name: odd :one\r\n\
         SELECT \"50%,a:b <&> {x}\" FROM notes LIMIT 1;\r\n\r\n\
         -- name: odd :one\r\nSELECT 1 AS one;\r\n",
    );
    project
}

/// A generated project without anything to say of it, in the folder `shop` of a repository.
fn in_a_repository() -> Project {
    let project = Project::generated();
    fs::create_dir(project.root().join("../.git")).unwrap();
    project
}

/// A migration that the server refuses, before it is asked about any query.
fn refused() -> Project {
    let project = in_a_repository();
    let up = format!("migrations/{MIGRATION}/up.sql");
    project.replace(&up, "CREATE INDEX", "CREATE INDECKS");
    project
}

/// A configuration that says what it cannot say.
fn misconfigured() -> Project {
    let project = in_a_repository();
    project.write("planwright.toml", "# One line.\nquerries = \"sql\"\n");
    project
}

/// Runs a check that writes one format, with this exit code.
fn check(project: &Project, format: &str, code: i32) -> Run {
    let run = project.run(&["check", "--format", format]).exits(code);
    assert!(!run.stderr.contains("error["), "{}", run.stderr);
    run
}

#[test]
fn a_file_gets_the_document_and_the_terminal_the_text() {
    let project = with_mistakes();
    let file = project.root().join("report.xml");
    for format in ["json", "github", "sarif", "junit"] {
        let document = check(&project, format, 1).stdout;
        let args = ["check", "--format", format, "--output", "report.xml"];
        let run = project.run(&args).exits(1).tells("error[unknown-column]");
        assert_eq!(run.stdout, "");
        assert_eq!(fs::read_to_string(&file).unwrap(), document);
    }
    // Nothing is left beside it.
    let beside = fs::read_dir(project.root()).unwrap();
    let mut names = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!names.any(|name| name.starts_with(".report")));
    let run = project.run(&["check", "--format", "json", "--output", "queries"]);
    run.exits(2).tells("error: could not write queries");
}

#[test]
fn text_can_be_written_to_a_file_too() {
    let project = with_mistakes();
    let run = project.run(&["check", "--output", "findings.txt"]).exits(1);
    assert!(run.stderr.contains(&project.read("findings.txt")));
    let project = in_a_repository();
    let run = project.run(&["check", "--output", "findings.txt"]).exits(0);
    run.says("3 queries in 1 module");
    assert_eq!(project.read("findings.txt"), "no error found\n");
}

#[test]
fn the_same_findings_are_the_same_bytes() {
    let (one, other) = (with_mistakes(), with_mistakes());
    for format in ["json", "github", "sarif", "junit"] {
        let first = check(&one, format, 1).stdout;
        assert_eq!(first, check(&other, format, 1).stdout);
        assert!(!first.contains(one.root().to_str().unwrap()));
    }
}
