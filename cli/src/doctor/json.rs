//! The report as JSON. Its form is documented in the manual, and has a version.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::report::{Finding, Report, Section, State};

/// It changes when a member is renamed or removed, or means something else. One that is added
/// changes nothing.
const VERSION: u32 = 1;

/// The text of the report.
pub(super) fn report(report: &Report) -> String {
    let facts = &report.facts;
    let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let sections: Vec<Value> = report.sections.iter().map(section).collect();
    let document = json!({
        "version": VERSION,
        "healthy": report.findings() == 0
            && report.sections.iter().all(|section| section.state() == State::Healthy),
        "findings": report.findings(),
        "server": {
            "version": facts.version,
            "database": facts.database,
            "role": facts.role,
            "standby": facts.is_standby,
            "sees_all_statistics": facts.sees_all_statistics,
            "started_at": time(facts.started_at),
            "counters_since": time(facts.counters_since),
        },
        "sections": sections,
    });
    format!("{document:#}")
}

fn section(section: &Section) -> Value {
    let state = match section.state() {
        State::Healthy => "healthy",
        State::Findings => "findings",
        State::Failed => "failed",
    };
    let findings: Vec<Value> = section.findings.iter().map(finding).collect();
    let rows: Vec<&Value> = section.rows.rows.iter().map(|row| &row.data).collect();
    json!({
        "name": section.topic.name(),
        "state": state,
        "failure": section.failure,
        "notes": section.notes,
        "findings": findings,
        "rows": rows,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "what": finding.what,
        "why": finding.why,
        "remedy": finding.remedy,
    })
}
