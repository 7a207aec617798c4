//! JSON, against the schema that users are given.

use serde_json::{Value, json};

use super::{MORE, check, in_a_repository, misconfigured, refused, with_mistakes};
use crate::project::{Project, Run, planwright};

/// The published schema, in which an undocumented member is an error.
fn schema() -> Value {
    let mut schema = serde_json::from_str(include_str!("../../../../docs/findings.schema.json"));
    let schema: &mut Value = schema.as_mut().unwrap();
    close(schema);
    schema.take()
}

fn close(schema: &mut Value) {
    let Value::Object(members) = schema else {
        if let Value::Array(items) = schema {
            items.iter_mut().for_each(close);
        }
        return;
    };
    members.values_mut().for_each(close);
    if members.contains_key("properties") {
        members.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Parses and validates what was printed.
#[track_caller]
fn valid(stdout: &str) -> Value {
    let document: Value = serde_json::from_str(stdout).unwrap();
    let schema = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> = schema
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{stdout}");
    document
}

fn finding<'a>(document: &'a Value, query: &str) -> &'a Value {
    let findings = document["findings"].as_array().unwrap();
    findings.iter().find(|f| f["query"] == query).unwrap()
}

#[test]
fn a_clean_project_has_its_catalog() {
    let document = valid(&check(&in_a_repository(), "json", 0).stdout);
    assert_eq!(document["outcome"], "fine");
    assert_eq!(document["project"], "shop");
    assert_eq!(document["summary"]["checked_by"], "server");
    assert_eq!(document["summary"]["queries"], 3);
    let query = &document["queries"][1];
    assert_eq!(query["name"], "notes::notes_of_author");
    assert_eq!(query["command"], ":many");
    assert_eq!(query["round_trips"], 1);
    assert_eq!(
        query["parameters"][0],
        json!({ "name": "author", "type": "text", "nullable": false })
    );
    assert_eq!(
        query["columns"][1],
        json!({ "name": "body", "type": "text", "nullable": true })
    );
    let paths = query["statements"][0]["paths"].to_string();
    assert!(paths.contains("idx_notes_author_date"), "{paths}");
}

#[test]
fn mistakes_have_their_places() {
    let document = valid(&check(&with_mistakes(), "json", 1).stdout);
    assert_eq!(document["outcome"], "findings");
    assert_eq!(document["queries"], json!([]));
    let smile = finding(&document, "more_words::smile");
    assert_eq!(smile["code"], "unknown-column");
    let label = &smile["labels"][0];
    assert_eq!(label["path"], MORE);
    // The emoji is one character; the bytes are those of the file, CR included.
    let text = "-- name: smile :one\r\nSELECT '😀é' AS smile, ";
    assert_eq!(
        label["start"],
        json!({ "line": 2, "column": 23, "byte": text.len() })
    );
    assert_eq!(
        label["end"],
        json!({ "line": 2, "column": 28, "byte": text.len() + 5 })
    );
    let twice = finding(&document, "more_words::odd");
    assert_eq!(twice["code"], "unknown-column");
    let summary = &document["summary"];
    assert_eq!(summary["errors"], 4, "{document:#}");
    assert_eq!(summary["warnings"], 1, "{document:#}");
    let warning = finding(&document, "notes::delete_note");
    assert_eq!(warning["level"], "warning");
    assert_eq!(warning["help"], "remove the line");
}

#[test]
fn what_cannot_be_checked_is_a_finding() {
    let document = valid(&check(&refused(), "json", 1).stdout);
    let label = &document["findings"][0]["labels"][0];
    assert_eq!(label["start"]["line"], 8, "{document:#}");
    assert_eq!(document["findings"][0]["query"], Value::Null);

    let document = valid(&check(&misconfigured(), "json", 2).stdout);
    let found = &document["findings"][0];
    assert_eq!(found["code"], "invalid-configuration");
    assert_eq!(found["labels"][0]["path"], "planwright.toml");
    assert_eq!(found["labels"][0]["start"]["line"], 2);
    assert_eq!(document["outcome"], "could-not-run");
    assert_eq!(document["project"], "shop");

    // From a folder below, it is still the project's.
    let project = misconfigured();
    let mut below = planwright(&project.root().join("queries"));
    let run = Run::of(below.args(["check", "--format", "json"])).exits(2);
    assert_eq!(valid(&run.stdout)["project"], "shop");

    let project = in_a_repository();
    let args = ["check", "--format", "json"];
    let run = project.run_without_server(&args).exits(2);
    assert_eq!(valid(&run.stdout)["findings"][0]["code"], "no-server");
}

#[test]
fn drift_is_a_finding_for_each_file_and_query() {
    let project = in_a_repository();
    let notes = project.read("generated/src/notes.rs");
    project.write("generated/src/old.rs", &notes);
    project.replace(crate::project::QUERIES, "LIMIT :max_rows", "LIMIT 10");
    project.replace(
        crate::project::QUERIES,
        "-- @param max_rows: how many notes at most\n",
        "",
    );
    let document = valid(&check(&project, "json", 1).stdout);
    let findings = document["findings"].as_array().unwrap();
    let found: Vec<(&str, &str)> = findings
        .iter()
        .map(|found| {
            let path = found["labels"][0]["path"].as_str().unwrap();
            (path, found["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("generated/catalog.lock", "query-signature"),
            ("generated/src/notes.rs", "generated-outdated"),
            ("generated/src/old.rs", "generated-stale"),
            ("queries/notes.sql", "query-file-changed"),
        ]
    );
    // The first line that differs.
    let place = &findings[1]["labels"][0];
    assert!(place["start"]["line"].as_u64().unwrap() > 1, "{place}");
    assert_eq!(findings[3]["labels"][0]["start"], Value::Null);
    assert_eq!(findings[3]["query"], Value::Null);

    // Without a server, what is seen without one stands beside that.
    let args = ["check", "--frozen", "--format", "json"];
    let document = valid(&project.run_without_server(&args).exits(2).stdout);
    let findings = document["findings"].as_array().unwrap();
    let codes: Vec<&str> = findings
        .iter()
        .map(|found| found["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["no-server", "generated-stale", "query-file-changed"]
    );
}

#[test]
fn a_lock_that_agrees_is_said_to_have_answered() {
    let project = in_a_repository();
    let args = ["check", "--frozen", "--format", "json"];
    let document = valid(&project.run_without_server(&args).exits(0).stdout);
    assert_eq!(document["summary"]["checked_by"], "lock");
    assert_eq!(document["outcome"], "fine");
}

#[test]
fn generate_says_what_it_wrote() {
    let project = Project::new();
    let args = ["generate", "--format", "json"];
    let document = valid(&project.run(&args).exits(0).stdout);
    assert_eq!(document["command"], "generate");
    let written = &document["written"];
    assert_eq!(written.as_array().unwrap().len(), 3, "{written}");
    let document = valid(&project.run(&args).exits(0).stdout);
    assert_eq!(document["written"], json!([]));
}
