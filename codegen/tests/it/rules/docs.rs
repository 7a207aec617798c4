//! The documentation of each rule: its form, its example, and the page of all of them.
//!
//! In the Example section, a ```` ```sql ```` block with a `-- name:` header holds queries;
//! another one is a migration, and follows `tests/cases/schema.sql` unless it makes a table
//! of that schema itself; a ```` ```toml ```` block is the configuration.

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::{Diagnostic, Level};
use planwright_codegen::rules::{RULES, Rule};

use super::is_rule;
use crate::project::TempProject;

const HEADINGS: [&str; 4] = ["What it does", "Why it is bad", "Example", "What to do"];
const SCHEMA: &str = include_str!("../../cases/schema.sql");
/// A query for the examples that show only a schema.
const ANY_QUERY: &str = "-- name: one :one\nSELECT 1 AS one;\n";

/// The text below a heading.
fn section<'a>(docs: &'a str, heading: &str) -> &'a str {
    let start = format!("## {heading}\n");
    let below = docs.split(&start).nth(1).expect("the heading");
    below.split("\n## ").next().expect("a text")
}

/// The fenced blocks of a text, each with its language.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(language) => {
                inside = true;
                blocks.push((language.trim().to_owned(), String::new()));
            }
            None if inside => {
                let (_, block) = blocks.last_mut().expect("an open block");
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside, "a block is not closed:\n{text}");
    blocks
}

/// The project that a rule's example describes.
fn example(rule: &Rule) -> TempProject {
    let (mut schema, mut queries, mut config) = (Vec::new(), String::new(), String::new());
    for (language, text) in blocks(section(rule.docs, "Example")) {
        match language.as_str() {
            "sql" if text.contains("-- name:") => queries.push_str(&text),
            "sql" => schema.push(text),
            "toml" => config.push_str(&text),
            // What the check says, and the like.
            _ => {}
        }
    }
    let project = TempProject::new();
    let tables = ["restaurants", "customers"];
    let makes = |text: &String| {
        tables
            .iter()
            .any(|t| text.contains(&format!("CREATE TABLE {t}")))
    };
    if !schema.iter().any(makes) {
        schema.insert(0, SCHEMA.to_owned());
    }
    for (number, text) in schema.iter().enumerate() {
        let path = format!("migrations/2024-01-01-{number:06}_example/up.sql");
        project.write(&path, text);
    }
    if queries.is_empty() {
        ANY_QUERY.clone_into(&mut queries);
    }
    project.write("queries/queries.sql", queries);
    project.write("planwright.toml", config);
    project
}

#[test]
fn every_rule_is_documented_alike() {
    for rule in RULES {
        let headings: Vec<&str> = rule
            .docs
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, HEADINGS, "{}", rule.name);
        for heading in HEADINGS {
            let text = section(rule.docs, heading).trim();
            assert!(!text.is_empty(), "{}: {heading}", rule.name);
        }
        let summary = rule.summary();
        assert!(summary.starts_with("Reports "), "{}: {summary}", rule.name);
        assert!(summary.ends_with('.') && !summary.contains('\n'));
    }
}

#[test]
fn rules_stand_in_alphabetical_order() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn every_example_triggers_its_rule() {
    for rule in RULES {
        for major in [15, 18] {
            let found: Vec<Diagnostic> = match example(rule).check(major) {
                Ok(checked) => checked.warnings.into_iter().collect(),
                Err(Failure::Findings { diagnostics, .. }) => diagnostics.into_iter().collect(),
                Err(failure) => panic!("{}: {failure:?}", rule.name),
            };
            let codes: Vec<&str> = found.iter().map(|d| d.code).collect();
            let name = rule.name;
            assert!(
                codes.contains(&name),
                "PostgreSQL {major}, {name}: {codes:?}"
            );
            let errors = found.iter().filter(|d| d.level == Level::Error);
            for error in errors {
                assert!(is_rule(error.code), "PostgreSQL {major}, {name}: {error:?}");
            }
        }
    }
}

/// `docs/rules.md`
fn page() -> String {
    let mut page = "# Rules\n\n".to_owned();
    page.push_str(
        "What must hold of a catalog beyond its types. A `deny` finding fails the check, a `warn`\n\
         finding is shown. `[rules]` in `planwright.toml` sets another level, and `-- @allow rule:\n\
         reason` answers for one query. `planwright rules NAME` prints one of these.\n\n\
         | rule | level | |\n|---|---|---|\n",
    );
    for rule in RULES {
        let (name, level) = (rule.name, rule.level.word());
        let _ = writeln!(
            page,
            "| [`{name}`](#{name}) | {level} | {} |",
            rule.summary()
        );
    }
    for rule in RULES {
        let docs = rule.docs.replace("## ", "### ");
        let (name, level) = (rule.name, rule.level.word());
        let _ = write!(page, "\n## {name}\n\nLevel: {level}\n\n{docs}");
    }
    page
}

#[test]
fn the_page_of_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, page).expect("docs/rules.md");
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/rules.md differs; UPDATE=1 writes it");
}
