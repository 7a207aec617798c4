//! SARIF, against the published schema.

use serde_json::{Value, json};

use super::{check, in_a_repository, misconfigured, refused, with_mistakes};
use crate::project::QUERIES;

const SCHEMA: &str = include_str!("../../schemas/sarif-schema-2.1.0.json");

/// The published schema. One pattern of it, of a member that is not written here, closes a bracket
/// that is not open; validators that follow ECMA-262 refuse to read it.
fn schema() -> jsonschema::Validator {
    let (slip, meant) = ("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    assert!(SCHEMA.contains(slip));
    let schema: Value = serde_json::from_str(&SCHEMA.replace(slip, meant)).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// Parses and validates what was printed, and gives its only run.
#[track_caller]
fn valid(stdout: &str) -> Value {
    let document: Value = serde_json::from_str(stdout).unwrap();
    let schema = schema();
    let errors: Vec<String> = schema
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{stdout}");
    document["runs"][0].clone()
}

fn results(run: &Value) -> &Vec<Value> {
    run["results"].as_array().unwrap()
}

#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let schema = schema();
    let log = |level: &str| {
        json!({ "version": "2.1.0", "runs": [{
            "tool": { "driver": { "name": "Planwright" } },
            "results": [{ "level": level, "message": { "text": "a" } }],
        }] })
    };
    assert!(schema.is_valid(&log("error")));
    assert!(!schema.is_valid(&log("deny")));
}

#[test]
fn mistakes_are_results_at_their_places() {
    let run = valid(&check(&with_mistakes(), "sarif", 1).stdout);
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = results(&run);
    let levels: Vec<&Value> = results.iter().map(|result| &result["level"]).collect();
    assert_eq!(levels, ["error", "error", "error", "error", "warning"]);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"],
        json!({ "uri": "shop/queries/more%20words.sql", "uriBaseId": "%SRCROOT%" })
    );
    // The emoji is two units of UTF-16.
    assert_eq!(
        place["region"],
        json!({ "startLine": 2, "startColumn": 24, "endLine": 2, "endColumn": 29 })
    );
    let text = results[1]["message"]["text"].as_str().unwrap();
    assert!(text.contains("\"50%,a:b <&> {{x}}\""), "{text}");
    let related = &results[2]["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "first defined here");
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 5);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
}

#[test]
fn a_rule_brings_its_documentation() {
    let project = in_a_repository();
    let config = project.read("planwright.toml");
    let config = format!("{config}\n[rules]\nselect-star = \"deny\"\n");
    project.write("planwright.toml", &config);
    project.replace(QUERIES, "SELECT id, body, created_at", "SELECT *");
    let run = valid(&check(&project, "sarif", 1).stdout);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules
        .iter()
        .find(|rule| rule["id"] == "select-star")
        .unwrap();
    let help = rule["help"]["markdown"].as_str().unwrap();
    assert!(help.starts_with("## What it does"), "{help}");
    assert!(rule["helpUri"].is_null());
}

#[test]
fn a_finding_is_the_same_when_lines_move() {
    let project = with_mistakes();
    let identities = |run: &Value| -> Vec<Value> {
        let results = results(run).iter();
        results.map(|r| r["partialFingerprints"].clone()).collect()
    };
    let before = identities(&valid(&check(&project, "sarif", 1).stdout));
    project.replace(QUERIES, "-- Notes:", "-- More.\n--\n-- Notes:");
    let moved = valid(&check(&project, "sarif", 1).stdout);
    assert_eq!(identities(&moved), before);
    let mut each = before.iter().map(ToString::to_string).collect::<Vec<_>>();
    each.sort();
    each.dedup();
    assert_eq!(each.len(), 5, "no two are the same");
}

#[test]
fn a_clean_project_has_no_result() {
    let run = valid(&check(&in_a_repository(), "sarif", 0).stdout);
    assert_eq!(run["results"], json!([]));
}

#[test]
fn what_cannot_be_checked_is_a_result() {
    let run = valid(&check(&refused(), "sarif", 1).stdout);
    assert_eq!(results(&run).len(), 1);
    let run = valid(&check(&misconfigured(), "sarif", 2).stdout);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(results(&run)[0]["ruleId"], "invalid-configuration");
    // Without a place of its own it is one of the configuration.
    let project = in_a_repository();
    let stopped = project.run_without_server(&["check", "--format", "sarif"]);
    let run = valid(&stopped.exits(2).stdout);
    let place = &results(&run)[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "shop/planwright.toml");
}
