//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Paths are relative to the repository, and columns count UTF-16 code units. No result has
//! `fixes`, because no finding knows an edit.

use std::collections::BTreeMap;

use planwright_codegen::diagnostics::{Diagnostic, Label, Level};
use planwright_codegen::fingerprint;
use planwright_codegen::rules::RULES;
use planwright_codegen::source::OutlinedQuery;
use serde_json::{Value, json};

use super::report::{Outcome, Report, remarks};
use crate::output;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to: the repository's folder, wherever that is.
const BASE: &str = "%SRCROOT%";

/// The log, with one run.
pub(super) fn render(report: &Report) -> String {
    let findings = report.findings();
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut seen = BTreeMap::new();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(report, finding, &codes, &mut seen))
        .collect();
    let run = json!({
        "tool": { "driver": {
            "name": "Planwright",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
        } },
        "invocations": [{
            "executionSuccessful": report.outcome != Outcome::CouldNotRun,
            "exitCode": report.outcome.exit_code(),
        }],
        "originalUriBaseIds": { BASE: { "description": { "text": "The repository's folder." } } },
        "columnKind": "utf16CodeUnits",
        "results": results,
    });
    output::json(&json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))
}

/// What is known of a code: all of a rule, of another one only what its name says.
fn rule(code: &str) -> Value {
    match RULES.iter().find(|rule| rule.name == code) {
        Some(rule) => json!({
            "id": code,
            "shortDescription": message(&plain(&rule.summary())),
            "help": { "text": braced(rule.docs), "markdown": braced(rule.docs) },
        }),
        None => json!({
            "id": code,
            "shortDescription": { "text": code.replace('-', " ") },
        }),
    }
}

fn result(
    report: &Report,
    finding: &Diagnostic,
    codes: &[&str],
    seen: &mut BTreeMap<String, usize>,
) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut text = finding.message.clone();
    for line in remarks(finding) {
        text.push('\n');
        text.push_str(&line);
    }
    let others = finding.labels.iter().skip(1).enumerate();
    let related: Vec<Value> = others
        .map(|(index, label)| {
            let mut location = location(report, label);
            location["id"] = json!(index + 1);
            location
        })
        .collect();
    let place = match finding.labels.first() {
        Some(label) => location(report, label),
        // Code scanning wants a place of every result.
        None => json!({ "physicalLocation": {
            "artifactLocation": artifact(&report.config_path()),
        } }),
    };
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": codes.iter().position(|code| *code == finding.code),
        "level": level,
        "message": message(&text),
        "locations": [place],
        "partialFingerprints": { "planwrightFinding/v1": identity(report, finding, seen) },
    });
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(report: &Report, label: &Label) -> Value {
    let mut physical =
        json!({ "artifactLocation": artifact(&report.repository_path(&label.path)) });
    if let Some(text) = report.text_of(label) {
        let places = text.positions(&label.span);
        physical["region"] = json!({
            "startLine": places.start.line,
            "startColumn": places.start.column_utf16,
            "endLine": places.end.line,
            "endColumn": places.end.column_utf16,
        });
    }
    let mut location = json!({ "physicalLocation": physical });
    if !label.text.is_empty() {
        location["message"] = message(&label.text);
    }
    location
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": BASE })
}

/// The path as a relative reference of a URI.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

/// A message in plain text.
fn message(text: &str) -> Value {
    json!({ "text": braced(text) })
}

/// In messages, single braces are placeholders (section 3.11.5).
fn braced(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// A sentence of Markdown without its backquotes.
fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

/// What stays the same when lines move: the code, the file, the query and the text meant, and
/// which of several alike it is.
fn identity(report: &Report, finding: &Diagnostic, seen: &mut BTreeMap<String, usize>) -> String {
    let label = finding.labels.first();
    let path = label.map(|label| report.repository_path(&label.path));
    let query = report.query_of(finding).map(OutlinedQuery::full_name);
    let meant = label.and_then(|label| {
        let text = report.text_of(label)?;
        let places = text.positions(&label.span);
        let meant = &text.text[places.start.byte..places.end.byte];
        Some(meant.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    // Numbers of rows come and go with the sizes of tables: the message is no part of it, unless
    // there is nothing else.
    let meant = meant.unwrap_or_else(|| finding.message.clone());
    let text = [
        finding.code,
        path.as_deref().unwrap_or(""),
        query.as_deref().unwrap_or(""),
        &meant,
    ];
    let text = text.join("\n");
    let alike = seen.entry(text.clone()).or_default();
    *alike += 1;
    fingerprint(&format!("{text}\n{alike}"))
}
