//! The verdict on each query of `cases.sql`: after the query stands `-- ok`, or a part of
//! what is said of it, see [`super::Finding::text`].

use std::fmt::Write as _;

use super::findings;

const SCHEMA: &str = include_str!("schema.sql");
const CASES: &str = include_str!("cases.sql");
const SINCE_17: &str = include_str!("cases_17.sql");

#[test]
fn verdicts_are_as_expected_on_15() {
    verdicts(15, &cases(CASES));
}

#[test]
fn verdicts_are_as_expected_on_18() {
    let since_17 = cases(SINCE_17);
    verdicts(18, &[cases(CASES), since_17].concat());
}

/// Every query, and what is expected of it.
fn cases(text: &str) -> Vec<(&str, &str)> {
    let blocks = text.split("\n\n").map(str::trim);
    let cases = blocks.filter(|block| !block.is_empty() && !block.starts_with("##"));
    cases
        .map(|block| block.rsplit_once("\n-- ").expect("a verdict"))
        .collect()
}

fn verdicts(major: u32, cases: &[(&str, &str)]) {
    let queries: Vec<&str> = cases.iter().map(|(sql, _)| *sql).collect();
    let found = findings(SCHEMA, &queries, major);
    let mut wrong = String::new();
    let mut scoped = 0;
    for ((sql, expected), found) in cases.iter().zip(&found) {
        let said: Vec<String> = found.iter().map(super::Finding::text).collect();
        let fits = match *expected {
            "ok" => said.is_empty(),
            expected => said.iter().any(|text| text.contains(expected)),
        };
        scoped += usize::from(said.is_empty());
        if !fits {
            let _ = writeln!(wrong, "{sql}\n  expected: {expected}\n  said: {said:#?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(scoped > 60 && cases.len() - scoped > 60);
}
