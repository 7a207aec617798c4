//! What a help says to write is accepted, and there is nothing left to find.

use std::fmt::Write as _;

use planwright_codegen::catalog::Query;
use planwright_codegen::diagnostics::Diagnostic;
use planwright_codegen::{Checked, Failure};

use super::queries::{OFFSETS, STARS};
use super::{FOUND, SCHEMA};
use crate::project::TempProject;

const RULES: [&str; 2] = ["offset-pagination", "select-star"];

fn checked(text: &str, major: u32) -> Checked {
    let project = TempProject::of(SCHEMA, text).judged_by(&RULES, "");
    match project.check(major) {
        Ok(checked) => checked,
        Err(failure @ Failure::Findings { .. }) => panic!("{text}\n{failure}"),
        Err(failure) => panic!("{failure:?}"),
    }
}

/// One file of queries.
fn file<'a>(queries: impl Iterator<Item = (&'a str, String)>) -> String {
    let mut text = String::new();
    for (number, (command, sql)) in queries.enumerate() {
        let _ = writeln!(text, "-- name: q{number} {command}\n{sql};\n");
    }
    text
}

/// The findings of a rule, the last one first.
fn found<'a>(checked: &'a Checked, rule: &str) -> Vec<&'a Diagnostic> {
    let mut found = checked.warnings.sorted();
    found.retain(|d| d.code == rule);
    found.reverse();
    found
}

/// The first piece of a help that is set as code.
fn code(diagnostic: &Diagnostic) -> &str {
    let help = diagnostic.help.as_deref().unwrap_or("");
    help.split('`').nth(1).unwrap_or("")
}

/// Of each query the name, the type and the nullability of each column.
fn columns(checked: &Checked) -> Vec<Vec<(String, String, bool)>> {
    let of_query = |query: &Query| {
        let columns = query.analysis.columns.iter();
        let told = columns.map(|c| (c.name.clone(), c.sql_type.clone(), c.nullable));
        told.collect()
    };
    checked.catalog.queries().map(of_query).collect()
}

#[test]
fn the_columns_named_in_place_of_a_star_are_the_same() {
    let cases = STARS.iter().filter(|case| case.2 == FOUND);
    let written = file(cases.map(|case| (case.0, case.1.to_owned())));
    for major in [15, 18] {
        let before = checked(&written, major);
        let mut text = written.clone();
        for star in found(&before, "select-star") {
            text.replace_range(star.labels[0].span.clone(), code(star));
        }
        let after = checked(&text, major);
        assert!(found(&after, "select-star").is_empty(), "{text}");
        assert_eq!(columns(&before), columns(&after), "{text}");
    }
}

/// Queries that the general help is for: of sub-selects and set operations.
fn is_general(sql: &str) -> bool {
    sql.contains("SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET :skip)") || sql.contains("UNION")
}

#[test]
fn the_page_behind_the_last_row_is_a_query() {
    let more = [
        "SELECT id FROM items WHERE shop_id = :id ORDER BY number LIMIT 10 OFFSET :skip",
        "SELECT i.id FROM items i JOIN shops s ON s.id = i.shop_id ORDER BY s.slug, i.seen DESC LIMIT 10 OFFSET :skip",
        "SELECT t.tag FROM tags t JOIN items i ON i.id = t.item_id ORDER BY i.\"order\" LIMIT 10 OFFSET :skip",
        "SELECT id FROM items LIMIT 10 OFFSET :skip",
    ];
    let cases = OFFSETS
        .iter()
        .filter(|case| case.2 == FOUND && !is_general(case.1));
    let queries: Vec<&str> = cases.map(|case| case.1).chain(more).collect();
    let written = file(queries.iter().map(|sql| (":many", (*sql).to_owned())));
    let before = checked(&written, 15);
    let mut offsets = found(&before, "offset-pagination");
    offsets.reverse();
    assert_eq!(offsets.len(), queries.len());
    let pages = queries.iter().zip(offsets).map(|(sql, offset)| {
        let order = sql.find(" ORDER BY").or_else(|| sql.find(" LIMIT"));
        let head = &sql[..order.expect("an order or a limit")];
        (":many", format!("{head} {} LIMIT 10", code(offset)))
    });
    let text = file(pages);
    let after = checked(&text, 15);
    assert!(after.warnings.is_empty(), "{text}: {:?}", after.warnings);
}
