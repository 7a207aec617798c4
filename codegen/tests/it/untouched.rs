//! Nothing is written when anything fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use planwright_codegen::Failure;

use crate::project::TempProject;

/// Every file below a folder, with its bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            files.insert(path, bytes);
        }
    }
    files
}

const SCHEMA: &str = "CREATE TABLE t (a int NOT NULL);";
const GOOD: &str = "-- name: all_of_t :many\nSELECT a FROM t;\n";

/// A project whose generated files and lock are those of `GOOD`.
fn generated() -> TempProject {
    let project = TempProject::of(SCHEMA, GOOD);
    let checked = project.check(15).expect("a good catalog");
    let lock = checked.lock.to_text();
    let written =
        planwright_codegen::files::write_generated(&project.open(), &checked.files, &lock)
            .expect("files are written");
    assert_eq!(written, ["src/lib.rs", "src/queries.rs", "catalog.lock"]);
    project
}

#[test]
fn a_failing_check_leaves_every_file_as_it_was() {
    let project = generated();
    let good = format!("{GOOD}-- name: first_of_t :opt\nSELECT a FROM t LIMIT 1;\n");
    for (path, content) in [
        (
            "queries/bad.sql",
            "-- name: nothing :many\nSELECT b FROM t;\n",
        ),
        (
            "queries/bad.sql",
            "-- name: nothing :wrong\nSELECT a FROM t;\n",
        ),
        (
            "migrations/2024-01-02-000001_bad/up.sql",
            "CREATE TABLE t (a int);\n",
        ),
    ] {
        // What is good has changed as well, so there would be something to write.
        project.write("queries/queries.sql", &good);
        project.write(path, content);
        let before = snapshot(project.root());
        let failure = project.check(15).expect_err("a bad catalog");
        assert!(matches!(failure, Failure::Findings { .. }), "{failure}");
        assert_eq!(snapshot(project.root()), before, "{path}");
        std::fs::remove_file(project.root().join(path)).expect("the file is removed");
    }
}

#[test]
fn a_check_without_findings_writes_nothing_either() {
    let project = generated();
    project.write(
        "queries/queries.sql",
        "-- name: other :many\nSELECT a FROM t;\n",
    );
    let before = snapshot(project.root());
    project.check(15).expect("a good catalog");
    assert_eq!(snapshot(project.root()), before);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (first, second) = (generated(), generated());
    let files = |project: &TempProject| -> Vec<Vec<u8>> {
        snapshot(&project.root().join("generated"))
            .into_values()
            .collect()
    };
    assert_eq!(files(&first), files(&second));
}
