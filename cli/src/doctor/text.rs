//! The report as text.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};

use super::report::{Report, Rows, Section, State};
use super::words::{age, counted};
use crate::table::terminal_width;

/// The text of the report. Tables that only inform are shown where they were asked for.
pub(super) fn report(report: &Report, asked: bool) -> String {
    let facts = &report.facts;
    let standby = if facts.is_standby { ", a standby" } else { "" };
    let mut text = format!(
        "PostgreSQL {}{standby}, database `{}` as role `{}`; counters of at least {}",
        facts.version,
        facts.database,
        facts.role,
        age(facts.counters_since)
    );
    for section in &report.sections {
        text.push_str("\n\n");
        text.push_str(&one(section, asked));
    }
    text
}

fn one(section: &Section, asked: bool) -> String {
    let state = match section.state() {
        State::Healthy => "nothing found".to_owned(),
        State::Failed => "could not be read".to_owned(),
        State::Findings => counted(section.findings.len(), "finding", "findings"),
    };
    let mut text = format!("{}: {state}", section.topic.name());
    if let Some(failure) = &section.failure {
        let _ = write!(text, "\n  because: {failure}");
    }
    for finding in &section.findings {
        let _ = write!(text, "\n  {}\n    why: {}", finding.what, finding.why);
        if let Some(remedy) = &finding.remedy {
            let _ = write!(text, "\n    mend: {remedy};");
        }
    }
    for note in &section.notes {
        let _ = write!(text, "\n  note: {note}");
    }
    if !section.rows.rows.is_empty() && (asked || section.topic.is_always_shown()) {
        text.push('\n');
        text.push_str(&table(&section.rows));
    }
    text
}

fn table(rows: &Rows) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(terminal_width().saturating_sub(2))
        .set_header(rows.columns.iter().copied());
    for row in &rows.rows {
        table.add_row(&row.cells);
    }
    let lines: Vec<String> = table
        .trim_fmt()
        .lines()
        .map(|line| format!(" {line}"))
        .collect();
    lines.join("\n")
}
