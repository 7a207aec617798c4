//! `planwright watch`, with files saved beside it.

use std::fs;
use std::io::{BufRead as _, BufReader, PipeReader};
use std::process::Child;

use crate::project::{MIGRATION, Project, QUERIES, planwright};

/// The command at work; what it prints is read line by line.
struct Watching {
    child: Child,
    lines: BufReader<PipeReader>,
}

impl Watching {
    fn start(project: &Project, args: &[&str]) -> Self {
        let (read, write) = std::io::pipe().unwrap();
        let mut command = planwright(&project.root());
        command.arg("watch").args(args);
        command.stdout(write.try_clone().unwrap()).stderr(write);
        let mut watching = Self {
            child: command.spawn().unwrap(),
            lines: BufReader::new(read),
        };
        // The ends of the pipe that are to be written to are the child's alone.
        drop(command);
        watching.until("Ctrl-C ends it");
        watching
    }

    /// Everything up to a line with this text.
    #[track_caller]
    fn until(&mut self, text: &str) -> String {
        let mut read = String::new();
        loop {
            let start = read.len();
            let bytes = self.lines.read_line(&mut read).unwrap();
            assert!(bytes > 0, "it ended before {text:?}:\n{read}");
            if read[start..].contains(text) {
                return read;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As editors save: beside, then renamed.
fn save(project: &Project, path: &str, text: &str) {
    let beside = project.root().join("beside.tmp");
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, project.root().join(path)).unwrap();
}

#[test]
fn a_save_shows_what_it_changed_or_what_is_wrong() {
    let project = Project::generated();
    let mut watching = Watching::start(&project, &[]);

    project.replace(QUERIES, "SELECT id, body", "SELECT body, id");
    let shown = watching.until("after the save");
    assert!(shown.contains("notes_of_author"), "{shown}");
    assert!(!shown.contains("add_note"), "it did not change\n{shown}");
    assert!(shown.contains("1 changed"), "{shown}");
    assert!(shown.contains("1 prepared and 1 planned anew"), "{shown}");

    project.replace(QUERIES, "SELECT body, id", "SELECT boddy, id");
    let shown = watching.until("1 error found");
    assert!(shown.contains("error[unknown-column]"), "{shown}");
    project.replace(QUERIES, "SELECT boddy, id", "SELECT body, id");
    watching.until("0 changed, none with an error");

    // A migration: another server, on which the query has another type.
    let migration = format!("migrations/{MIGRATION}/up.sql");
    project.replace(&migration, "timestamptz", "timestamp");
    let shown = watching.until("after the save");
    assert!(shown.contains("timestamp"), "{shown}");

    // A configuration that cannot be read, and its mending.
    let config = project.read("planwright.toml");
    project.write("planwright.toml", "queries = 1\n");
    watching.until("invalid type");
    project.write("planwright.toml", &config);
    project.replace(&migration, "timestamp", "timestamptz");
    watching.until("after the save");
}

#[test]
fn a_warning_is_shown_once() {
    let project = Project::generated();
    let mut watching = Watching::start(&project, &[]);
    let many = "-- name: all_notes :many\n-- @scan notes: few\nSELECT id FROM notes;\n";
    save(&project, "queries/many.sql", many);
    let shown = watching.until("after the save");
    let warnings = shown.matches("warning[unbounded]").count();
    assert!(warnings == 1 && shown.contains(", 1 warning,"), "{shown}");

    let more = "-- name: every_note :many\n-- @scan notes: few\nSELECT body FROM notes;\n";
    save(&project, "queries/more.sql", more);
    let shown = watching.until("after the save");
    assert!(
        shown.contains("`every_note`") && shown.contains(", 2 warnings,"),
        "{shown}"
    );
    assert!(
        !shown.contains("`all_notes`"),
        "it was shown before\n{shown}"
    );

    // The same warning, further down.
    save(&project, "queries/many.sql", &format!("\n{many}"));
    save(&project, "queries/more.sql", &more.replace("body", "id"));
    let shown = watching.until("1 changed");
    assert!(!shown.contains("warning["), "{shown}");

    let nine = "-- name: all_notes :many\nSELECT id FROM notes LIMIT 9;\n";
    save(&project, "queries/many.sql", nine);
    let shown = watching.until("after the save");
    assert!(
        !shown.contains("warning[") && shown.contains(", 1 warning,"),
        "{shown}"
    );
}

#[test]
fn generated_code_is_written_where_that_is_asked_for() {
    let project = Project::generated();
    let mut watching = Watching::start(&project, &["--write"]);
    let edited = project
        .read(QUERIES)
        .replace("SELECT id, body", "SELECT id, body AS text");
    save(&project, QUERIES, &edited);
    watching.until("wrote generated/catalog.lock");
    assert!(
        project
            .read("generated/src/notes.rs")
            .contains("pub text: Option<String>")
    );
    project.run_without_server(&["check", "--frozen"]).exits(0);

    save(
        &project,
        "queries/more.sql",
        "-- name: one :one\nSELECT 1 AS one;\n",
    );
    watching.until("wrote generated/src/more.rs");
    watching.until("wrote generated/catalog.lock");
}
