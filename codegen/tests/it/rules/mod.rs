//! Each rule finds what it is for, and nothing else.

mod bounds;
mod docs;
mod fixes;
mod joins;
mod nulls;
mod queries;
mod unused;

use std::fmt::Write as _;

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::{Diagnostic, Level};
use planwright_codegen::rules::RULES;

use crate::project::TempProject;

/// One query: its command, its directives and SQL, and whether the rule finds something.
type Case = (&'static str, &'static str, bool);

const FINE: bool = false;
const FOUND: bool = true;

const SCHEMA: &str = r#"
CREATE TYPE status AS ENUM ('open', 'done');
CREATE DOMAIN priority AS status;
CREATE TABLE shops (id bigint PRIMARY KEY, city text, slug text NOT NULL UNIQUE);
CREATE TABLE items (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL REFERENCES shops,
    number int NOT NULL,
    code varchar(20) UNIQUE,
    note text,
    state status NOT NULL,
    urgent priority,
    gone boolean NOT NULL,
    email text,
    seen timestamptz NOT NULL,
    "order" int,
    UNIQUE (shop_id, number)
);
CREATE UNIQUE INDEX items_email ON items (lower(email)) WHERE gone = FALSE;
CREATE UNIQUE INDEX items_note ON items (note) WHERE email IS NOT NULL AND NOT gone;
CREATE TABLE days (
    shop_id bigint NOT NULL, day date NOT NULL, state status NOT NULL, total int,
    UNIQUE (shop_id, day, state)
);
CREATE TABLE tags (item_id bigint NOT NULL REFERENCES items, tag text NOT NULL,
    PRIMARY KEY (item_id, tag));
CREATE TABLE log (line text NOT NULL, at timestamptz);
CREATE VIEW item_notes AS SELECT id, note FROM items;
"#;

/// Checks many queries at once, on both versions.
#[track_caller]
fn judge(rule: &str, cases: &[Case]) {
    for major in [15, 18] {
        let (starts, found) = run(rule, cases, major);
        let mut wrong = String::new();
        for (index, (command, sql, expected)) in cases.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(usize::MAX);
            let inside = |d: &&Diagnostic| (starts[index]..end).contains(&d.labels[0].span.start);
            let of_query: Vec<&Diagnostic> = found.iter().filter(inside).collect();
            if of_query.iter().any(|d| d.code == rule) != *expected {
                let _ = writeln!(wrong, "{command} {sql}\n  expected: {expected}");
                for diagnostic in of_query {
                    let _ = writeln!(wrong, "  {}: {}", diagnostic.code, diagnostic.message);
                }
            }
        }
        assert!(wrong.is_empty(), "PostgreSQL {major}, {rule}:\n{wrong}");
    }
}

/// Where each query begins, and what is found in all of them.
fn run(rule: &str, cases: &[Case], major: u32) -> (Vec<usize>, Vec<Diagnostic>) {
    let (mut text, mut starts) = (String::new(), Vec::new());
    for (index, (command, sql, _)) in cases.iter().enumerate() {
        starts.push(text.len());
        let _ = writeln!(text, "-- name: q{index} {command}\n{sql};\n");
    }
    let project = TempProject::of(SCHEMA, &text).judged_by(&[rule], "");
    let diagnostics = match project.check(major) {
        Ok(checked) => checked.warnings,
        Err(Failure::Findings { diagnostics, .. }) => diagnostics,
        Err(failure) => panic!("{failure:?}"),
    };
    let found: Vec<Diagnostic> = diagnostics.into_iter().collect();
    let broken = found
        .iter()
        .find(|d| d.level == Level::Error && !is_rule(d.code));
    assert!(broken.is_none(), "PostgreSQL {major}: {broken:?}");
    (starts, found)
}

fn is_rule(code: &str) -> bool {
    RULES.iter().any(|rule| rule.name == code)
}
