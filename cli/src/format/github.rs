//! Workflow commands: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.
//!
//! GitHub shows ten errors and ten warnings of a step beside the lines they are about, and all of
//! them in the step's log.

use std::fmt::Write as _;

use planwright_codegen::diagnostics::{Diagnostic, Label, Level};

use super::report::{Report, remarks};

/// A command a line, for each finding; nothing for none.
pub(super) fn render(report: &Report) -> String {
    let findings = report.findings().into_iter();
    findings.fold(String::new(), |text, finding| {
        text + &command(report, finding) + "\n"
    })
}

fn command(report: &Report, finding: &Diagnostic) -> String {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(label) = finding.labels.first() {
        properties = place(report, label);
    }
    properties.push(("title", finding.code.to_owned()));
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();
    format!(
        "::{level} {}::{}",
        properties.join(","),
        data(&message(report, finding))
    )
}

/// Columns count for a place on one line only.
fn place(report: &Report, label: &Label) -> Vec<(&'static str, String)> {
    let mut properties = vec![("file", report.repository_path(&label.path))];
    let Some(text) = report.text_of(label) else {
        return properties;
    };
    let places = text.positions(&label.span);
    let (start, end) = (places.start, places.end);
    properties.push(("line", start.line.to_string()));
    properties.push(("endLine", end.line.to_string()));
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
        properties.push(("endColumn", end.column.to_string()));
    }
    properties
}

fn message(report: &Report, finding: &Diagnostic) -> String {
    let mut text = finding.message.clone();
    for (index, label) in finding.labels.iter().enumerate() {
        match (index, label.text.as_str()) {
            (_, "") => {}
            (0, label) => {
                let _ = write!(text, "\n{label}");
            }
            (_, explained) => {
                let line = report.text_of(label);
                let line = line.map(|text| text.position(label.span.start).line);
                let line = line.map_or_else(String::new, |line| format!(":{line}"));
                let path = report.repository_path(&label.path);
                let _ = write!(text, "\n{path}{line}: {explained}");
            }
        }
    }
    for remark in remarks(finding) {
        let _ = write!(text, "\n{remark}");
    }
    text
}

/// What would end the command, or a line of it.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// What would end a property as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
