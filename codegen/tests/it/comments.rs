//! Comments that name statements for the server change nothing but what is sent.

use planwright_codegen::Checked;

use crate::project::TempProject;

const SCHEMA: &str = "CREATE TABLE t (a int NOT NULL, b text);";
const COMMENTED: &str = "[sql]\ncomment = true\napplication = \"shop\"\n";
const GOOD: &str = "\
-- name: all_of_t :many
SELECT a, b FROM t;

-- name: some_of_t :many
-- @order a: a | b: b
SELECT a FROM t WHERE TRUE /*[ b */ AND b = :b /*] */;
";

fn project(config: &str, queries: &str) -> TempProject {
    TempProject::of(SCHEMA, queries).judged_by(&[], config)
}

fn checked(config: &str, major: u32) -> Checked {
    project(config, GOOD).check(major).expect("a good catalog")
}

#[test]
fn what_is_sent_is_all_that_differs() {
    for major in [15, 18] {
        let (plain, commented) = (checked("", major), checked(COMMENTED, major));
        assert_eq!(plain.lock.queries, commented.lock.queries);
        let name = |action: &str| {
            format!(" /*action='{action}',application='shop',controller='queries'*/")
        };
        let (all, some) = (name("all_of_t"), name("some_of_t"));
        for (path, text) in &*plain.files {
            let with = &commented.files[path];
            assert_eq!(with.replace(&all, "").replace(&some, ""), *text);
        }
        let text = &commented.files["src/queries.rs"];
        assert_eq!(text.matches(&all).count(), 1);
        assert_eq!(text.matches(&some).count(), 4, "one of each statement");
    }
}

#[test]
fn diagnostics_are_the_same() {
    let queries = format!("{GOOD}\n-- name: bad :many\nSELECT a FROM t WHERE c = 1;\n");
    let failure = |config: &str| project(config, &queries).check(15).unwrap_err().to_string();
    let plain = failure("");
    assert!(plain.contains("queries.sql:"), "{plain}");
    assert_eq!(failure(COMMENTED), plain);
}

#[test]
fn an_unknown_entry_is_an_error() {
    let project = project("[sql]\ncoment = true\n", GOOD);
    let opened = planwright_codegen::config::Project::discover(project.root());
    assert!(opened.is_err());
}
