//! `catalog.lock`: what it can hold, and what it notices.

use planwright_codegen::diagnostics::Style;
use planwright_codegen::lock::Lock;
use planwright_codegen::{Drift, changed_since_lock, drift, lock_agrees};

use crate::project::TempProject;
use crate::untouched::{generated, write};

const PATH: &str = "generated/catalog.lock";

fn text_of(project: &TempProject) -> String {
    std::fs::read_to_string(project.root().join(PATH)).expect("a lock")
}

/// The codes of what differs.
pub(crate) fn codes(drift: &Drift) -> Vec<&'static str> {
    drift
        .found
        .sorted()
        .iter()
        .map(|found| found.code)
        .collect()
}

fn agrees(project: &TempProject) -> bool {
    lock_agrees(&project.open()).expect("files are read")
}

#[test]
fn names_of_any_characters_are_read_back() {
    let project = generated();
    for name in [
        "2024-01-02-000001_cafe\u{301}",
        "2024-01-03-000001_\"a\" 'b' \u{7f}",
    ] {
        project.write(&format!("migrations/{name}/up.sql"), "SELECT 1;\n");
    }
    write(&project).expect("files are written");
    let lock = Lock::parse(&text_of(&project)).expect("a lock");
    let accented = "migrations/2024-01-02-000001_cafe\u{301}/up.sql";
    assert!(lock.inputs.contains_key(accented), "{:?}", lock.inputs);
    assert!(agrees(&project));
}

#[test]
fn a_value_changed_in_the_queries_is_noticed() {
    let project = generated();
    let text = text_of(&project);
    assert!(agrees(&project));
    let lock = Lock::parse(&text).expect("a lock");
    let path = &lock.queries["queries::all_of_t"].paths[0];
    project.write(PATH, text.replace(path, "t: another way"));
    assert!(!agrees(&project));
    let changed = changed_since_lock(&project.open()).expect("files are read");
    assert_eq!(codes(&changed), ["lock-unreadable"]);
}

#[test]
fn a_lock_without_digest_is_none() {
    let text = text_of(&generated());
    let without: Vec<&str> = text.lines().filter(|l| !l.starts_with("digest")).collect();
    assert_eq!(without.len() + 1, text.lines().count());
    Lock::parse(&without.join("\n")).expect_err("no digest");
}

#[test]
fn drift_says_that_the_lock_cannot_be_read() {
    let project = generated();
    let text = text_of(&project);
    let checked = project.check(15).expect("a good catalog");
    for (broken, reason) in [
        (
            format!("<<<<<<< ours\n{text}"),
            "TOML parse error at line 1, column 9",
        ),
        (
            format!("{text}# more\n"),
            "its digest is that of another text",
        ),
    ] {
        project.write(PATH, broken);
        let found = drift(&project.open(), &checked).expect("files are read");
        assert_eq!(codes(&found), ["lock-unreadable"]);
        let text = found.render(Style::Plain);
        assert!(
            text.contains(&format!("`{PATH}` is not a lock: {reason}")),
            "{text}"
        );
    }
}
