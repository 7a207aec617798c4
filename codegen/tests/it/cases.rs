//! `tests/cases/NAME`: annotated SQL beside what is made of it. With `UPDATE=1` the
//! expectations are written anew; otherwise nothing is written.
//!
//! A case has `queries.sql` or `queries/`, and `schema.sql` or `migrations/`; without
//! them it is checked against `tests/cases/schema.sql`. A `planwright.toml` and a folder
//! `statistics/` are optional. What is expected stands in
//! `expected.rs` or `expected.stderr`, which `tests/goldens.rs` compiles or nobody does.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use planwright_codegen::{Checked, Failure};

use crate::project::{TempProject, only_rules};

/// Goldens show access paths and the server's own words, so the server is always the same.
const MAJOR: u32 = 15;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The names of all cases.
fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the cases")
        .map(|entry| entry.expect("a case"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

/// The project of a case.
fn project(case: &Path) -> TempProject {
    let project = TempProject::new();
    let migration = "migrations/2024-01-01-000001_schema/up.sql";
    if case.join("migrations").is_dir() {
        project.copy(&case.join("migrations"), "migrations");
    } else {
        let own = case.join("schema.sql");
        let schema = if own.is_file() {
            own
        } else {
            folder().join("schema.sql")
        };
        project.write(migration, std::fs::read(schema).expect("a schema"));
    }
    let mut config = String::new();
    if case.join("planwright.toml").is_file() {
        let path = case.join("planwright.toml");
        config = std::fs::read_to_string(path).expect("a configuration");
    }
    if case.join("statistics").is_dir() {
        project.copy(&case.join("statistics"), "statistics");
    }
    config.push_str(&rules(case));
    project.write("planwright.toml", config);
    let one = case.join("queries.sql");
    if one.is_file() {
        project.write("queries/queries.sql", std::fs::read(one).expect("queries"));
    } else if case.join("queries").is_dir() {
        project.copy(&case.join("queries"), "queries");
    }
    project
}

/// A case named after a rule is about that one, whose findings are shown whole; no other case
/// is about any.
fn rules(case: &Path) -> String {
    let name = case.file_name().expect("a name").to_string_lossy();
    match name.strip_prefix("rule_") {
        None => only_rules(&[]),
        Some(rule) => {
            let rule = rule.trim_end_matches("_of_variants").replace('_', "-");
            format!("{}{rule} = \"deny\"\n", only_rules(&[&rule]))
        }
    }
}

/// All generated files as one, each a module, so that one `mod` line compiles a case.
/// A module says `crate::types`; here the crate's root is the case.
fn generated(checked: &Checked) -> String {
    let mut out = String::new();
    for (path, text) in &*checked.files {
        let module = path.trim_start_matches("src/").trim_end_matches(".rs");
        if module == "lib" {
            out.insert_str(0, &without_mod_lines(text));
        } else {
            let text = text.replace("use crate::types;", "use super::types;");
            let _ = write!(out, "\npub mod {module} {{\n{text}}}\n");
        }
    }
    out
}

fn without_mod_lines(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("pub mod ") && !line.contains("custom"))
        .filter(|line| *line != "#[rustfmt::skip]")
        .fold(String::new(), |out, line| out + line + "\n")
}

/// What a case gives: the name of the file that expects it, and its text.
fn outcome(case: &Path) -> (&'static str, String) {
    match project(case).check(MAJOR) {
        Ok(checked) => {
            let mut text = generated(&checked);
            let warnings = checked.warnings.sorted();
            for warning in warnings {
                let _ = writeln!(text, "\n// warning[{}]: {}", warning.code, warning.message);
            }
            ("expected.rs", text)
        }
        Err(failure @ Failure::Findings { .. }) => ("expected.stderr", format!("{failure}\n")),
        Err(failure) => panic!("{}: {failure:?}", case.display()),
    }
}

/// What is wrong with a case, if anything.
fn compare(name: &str, update: bool) -> Option<String> {
    let case = folder().join(name);
    let (file, text) = outcome(&case);
    let expected = std::fs::read_to_string(case.join(file)).unwrap_or_default();
    let other = if file == "expected.rs" {
        "expected.stderr"
    } else {
        "expected.rs"
    };
    if update {
        let _ = std::fs::remove_file(case.join(other));
        if text != expected {
            std::fs::write(case.join(file), text).expect("the expectation");
        }
        return None;
    }
    if text == expected && !case.join(other).exists() {
        return None;
    }
    Some(format!("{name}/{file}:\n{}", difference(&expected, &text)))
}

/// The lines from the first to the last that differ.
fn difference(expected: &str, got: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same;
    let backwards = old.iter().rev().zip(new.iter().rev());
    let tail = backwards.take(rest).take_while(|(a, b)| a == b).count();
    let mut out = format!("from line {}\n", same + 1);
    for line in &old[same..old.len() - tail] {
        let _ = writeln!(out, "- {line}");
    }
    for line in &new[same..new.len() - tail] {
        let _ = writeln!(out, "+ {line}");
    }
    out
}

#[test]
fn every_case_gives_what_is_expected() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let only = std::env::var("CASE").ok();
    let names: Vec<String> = names()
        .into_iter()
        .filter(|name| only.as_ref().is_none_or(|only| name == only))
        .collect();
    assert!(!names.is_empty(), "no case");
    let (pending, wrong) = (Mutex::new(names.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let next = || pending.lock().expect("the list").next();
                while let Some(name) = next() {
                    wrong
                        .lock()
                        .expect("the list")
                        .extend(compare(&name, update));
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("the list");
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE=1 writes these",
        wrong.join("\n")
    );
}

#[test]
fn every_golden_is_compiled() {
    let goldens =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens.rs"))
            .expect("tests/goldens.rs");
    for name in names() {
        let path = format!("cases/{name}/expected.rs");
        let golden = folder().join(&name).join("expected.rs").is_file();
        assert_eq!(
            goldens.contains(&path),
            golden,
            "tests/goldens.rs and {path}"
        );
    }
}
