//! Answers to findings: those that are needed, and those that are not.

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::Diagnostic;

use super::SCHEMA;
use crate::project::TempProject;

/// The codes of what is found in one query.
fn codes(query: &str, config: &str) -> Vec<&'static str> {
    let rules = ["row-budget", "select-star", "unbounded"];
    let project = TempProject::of(SCHEMA, query).judged_by(&rules, config);
    let found: Vec<Diagnostic> = match project.check(15) {
        Ok(checked) => checked.warnings.into_iter().collect(),
        Err(Failure::Findings { diagnostics, .. }) => diagnostics.into_iter().collect(),
        Err(failure) => panic!("{failure:?}"),
    };
    found.iter().map(|d| d.code).collect()
}

#[test]
fn an_answer_without_a_question_is_found() {
    for (command, sql, expected) in [
        (
            ":many",
            "SELECT id FROM shops WHERE slug = :slug",
            "unused-directive",
        ),
        (":many", "SELECT id FROM shops LIMIT 5", "unused-directive"),
        (":opt", "SELECT id FROM shops", "unused-directive"),
        (
            ":execrows",
            "DELETE FROM shops WHERE id > 5",
            "unused-directive",
        ),
    ] {
        let text = format!("-- name: q {command}\n-- @unbounded: there are few\n{sql};\n");
        assert_eq!(codes(&text, ""), [expected], "{text}");
    }
    let needed = "-- name: q :many\n-- @unbounded: there are few\nSELECT id FROM shops;\n";
    assert_eq!(codes(needed, ""), [""; 0]);
    let allowed = "-- name: q :one\n-- @allow select-star: all are shown\nSELECT id FROM shops;\n";
    assert_eq!(codes(allowed, ""), ["unused-allow"]);
}

#[test]
fn a_budget_is_kept_by_the_plan_or_by_a_limit() {
    let sized = "[tables]\nitems = \"1M\"\nshops = \"1k\"";
    let query =
        |budget: u64, sql: &str| format!("-- name: q :many\n-- @budget rows <= {budget}\n{sql};\n");
    let by_shop = "SELECT id FROM items WHERE shop_id = :shop";
    // A million items of a thousand shops.
    assert_eq!(codes(&query(999, by_shop), sized), ["row-budget"]);
    assert_eq!(codes(&query(1000, by_shop), sized), [""; 0]);
    let limited = "SELECT id FROM items LIMIT 20";
    assert_eq!(codes(&query(20, limited), sized), [""; 0]);
    assert_eq!(codes(&query(19, limited), sized), ["row-budget"]);
    // The planner cannot know that a page is short.
    let page = "SELECT id FROM items WHERE shop_id = :shop LIMIT :most";
    assert_eq!(codes(&query(99, page), sized), ["row-budget"]);
}

#[test]
fn a_budget_of_an_assumed_size_warns() {
    let text = "-- name: q :many\n-- @budget rows <= 1\nSELECT id FROM items;\n";
    let project = TempProject::of(SCHEMA, text).judged_by(&["row-budget"], "");
    let checked = project.check(15).expect("a catalog");
    let found: Vec<&str> = checked.warnings.sorted().iter().map(|d| d.code).collect();
    assert_eq!(found, ["row-budget"]);
}
