//! What no check of a project gives at will: places of several lines, and signs that a format has
//! no place for.

use planwright_codegen::diagnostics::{Diagnostic, Diagnostics, SourceText};
use planwright_codegen::source::Outline;

use super::report::{Outcome, Report};
use super::{github, json, junit, sarif};

const PATH: &str = "queries/notes.sql";
const TEXT: &str = "-- name: all :many\r\nSELECT é,\r\n  '😀' FROM notes;\r\n";

/// One finding from `é` to the end of the emoji's string, a line below.
fn report(message: &str) -> Report {
    let start = TEXT.find('é').unwrap();
    let end = TEXT.find(" FROM").unwrap();
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(Diagnostic::error("odd", message).at(PATH, start..end, "a, b: c"));
    let sources = vec![SourceText {
        path: PATH.to_owned(),
        text: TEXT.to_owned(),
    }];
    Report {
        command: "check",
        outcome: Outcome::Findings,
        diagnostics,
        outline: Outline::of(&sources),
        sources,
        catalog: None,
        written: Vec::new(),
        prefix: "a:b,c/".to_owned(),
    }
}

#[test]
fn github_gets_no_columns_of_a_place_with_several_lines() {
    assert_eq!(
        github::render(&report("100%\r\nof it")),
        "::error file=a%3Ab%2Cc/queries/notes.sql,line=2,endLine=3,title=odd::\
         100%25%0D%0Aof it%0Aa, b: c\n"
    );
}

#[test]
fn each_format_counts_columns_in_its_unit() {
    let report = report("odd");
    let document: serde_json::Value = serde_json::from_str(&json::render(&report)).unwrap();
    let end = &document["findings"][0]["labels"][0]["end"];
    assert_eq!(
        (end["line"].as_u64(), end["column"].as_u64()),
        (Some(3), Some(6))
    );
    let document: serde_json::Value = serde_json::from_str(&sarif::render(&report)).unwrap();
    let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let region = &place["region"];
    assert_eq!(region["startColumn"].as_u64(), Some(8));
    assert_eq!(
        (region["endLine"].as_u64(), region["endColumn"].as_u64()),
        (Some(3), Some(7))
    );
    assert_eq!(
        place["artifactLocation"]["uri"],
        "a%3Ab%2Cc/queries/notes.sql"
    );
}

#[test]
fn xml_has_no_control_characters() {
    let text = junit::render(&report("bell \u{7}, ]]> and \u{ffff}"));
    let document = roxmltree::Document::parse(&text).unwrap();
    let mut nodes = document.descendants();
    let failure = nodes.find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(
        failure.attribute("message"),
        Some("bell \u{fffd}, ]]> and \u{fffd}")
    );
    assert!(failure.text().unwrap().contains("SELECT é,"));
}
