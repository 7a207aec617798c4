//! `JUnit`'s XML: one test case for each query, and one for each file with findings that are
//! about no query.

use std::collections::BTreeMap;
use std::io;

use planwright_codegen::diagnostics::{Diagnostic, Diagnostics, Level, Style};
use planwright_codegen::rules::RULES;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::report::{Outcome, Report};

/// The suite of what is about no query; no module has a name with a blank.
const PROJECT: &str = "the project";

/// A test case.
struct Case<'a> {
    name: String,
    findings: Vec<&'a Diagnostic>,
    /// Whether it may have an error that nobody looked for.
    unjudged: bool,
}

/// The document.
pub(super) fn render(report: &Report) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A vector takes everything that is written to it, and what is written is text.
    let written = document(report, &mut writer);
    written
        .ok()
        .and_then(|()| String::from_utf8(writer.into_inner()).ok())
        .map(|text| text + "\n")
        .unwrap_or_default()
}

fn document(report: &Report, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let suites = suites(report);
    let all: Vec<&Case<'_>> = suites.iter().flat_map(|(_, cases)| cases).collect();
    let counted = counts(report, &all);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", "planwright"))
        .with_attributes(borrowed(&counted))
        .write_inner_content(|writer| {
            for (name, cases) in &suites {
                suite(report, name, cases, writer)?;
            }
            Ok(())
        })?;
    Ok(())
}

/// The suites in the order of the files, and that of the project last.
fn suites(report: &Report) -> Vec<(String, Vec<Case<'_>>)> {
    let findings = report.findings();
    let about = |finding: &&&Diagnostic, name: &str| {
        let query = report.query_of(finding);
        query.is_some_and(|query| query.full_name() == name)
    };
    let unjudged = report.outcome == Outcome::Findings && stops_all(report, &findings);
    let mut suites: Vec<(String, Vec<Case<'_>>)> = Vec::new();
    for query in &report.outline.queries {
        let name = query.full_name();
        let known = suites.iter().any(|(module, cases)| {
            *module == query.module && cases.iter().any(|case| case.name == query.name)
        });
        if known {
            // It is defined twice, which is a finding of its own.
            continue;
        }
        let of_query = findings.iter().filter(|finding| about(finding, &name));
        let case = Case {
            name: query.name.clone(),
            findings: of_query.copied().collect(),
            unjudged,
        };
        match suites
            .iter_mut()
            .find(|(module, _)| *module == query.module)
        {
            Some((_, cases)) => cases.push(case),
            None => suites.push((query.module.clone(), vec![case])),
        }
    }
    let mut others: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| report.query_of(f).is_none()) {
        let path = finding.labels.first().map(|label| label.path.clone());
        let path = path.unwrap_or_else(|| report.command.to_owned());
        others.entry(path).or_default().push(finding);
    }
    let cases = others.into_iter().map(|(name, findings)| Case {
        name,
        findings,
        unjudged: false,
    });
    let cases: Vec<Case<'_>> = cases.collect();
    if !cases.is_empty() {
        suites.push((PROJECT.to_owned(), cases));
    }
    suites
}

/// Whether there is an error that may have kept the queries from being looked at, such as a
/// migration that the server refuses: then nothing is known of those without a finding.
fn stops_all(report: &Report, findings: &[&Diagnostic]) -> bool {
    let is_rule = |code: &str| RULES.iter().any(|rule| rule.name == code);
    report.catalog.is_none()
        && findings.iter().any(|finding| {
            finding.level == Level::Error
                && report.query_of(finding).is_none()
                && !is_rule(finding.code)
        })
}

fn suite(
    report: &Report,
    name: &str,
    cases: &[Case<'_>],
    writer: &mut Writer<Vec<u8>>,
) -> io::Result<()> {
    let all: Vec<&Case<'_>> = cases.iter().collect();
    let counted = counts(report, &all);
    writer
        .create_element("testsuite")
        .with_attribute(("name", name))
        .with_attributes(borrowed(&counted))
        .write_inner_content(|writer| {
            for case in cases {
                test_case(report, name, case, writer)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn test_case(
    report: &Report,
    class: &str,
    case: &Case<'_>,
    writer: &mut Writer<Vec<u8>>,
) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", allowed(class).as_str()))
        .with_attribute(("name", allowed(&case.name).as_str()));
    if case.findings.is_empty() && !case.unjudged {
        element.write_empty()?;
        return Ok(());
    }
    let of = |level: Level| {
        let findings = case.findings.iter().copied();
        findings
            .filter(|finding| finding.level == level)
            .collect::<Vec<&Diagnostic>>()
    };
    let (errors, warnings) = (of(Level::Error), of(Level::Warning));
    element.write_inner_content(|writer| {
        if let Some(first) = errors.first() {
            writer
                .create_element(failure(report))
                .with_attribute(("type", first.code))
                .with_attribute(("message", allowed(&first.message).as_str()))
                .write_text_content(BytesText::new(&text(report, &errors)))?;
        } else if case.unjudged {
            writer
                .create_element("skipped")
                .with_attribute(("message", "another error came first"))
                .write_empty()?;
        }
        if !warnings.is_empty() {
            writer
                .create_element("system-out")
                .write_text_content(BytesText::new(&text(report, &warnings)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The element of an error: it is a failure of what was tested, or of the test itself.
fn failure(report: &Report) -> &'static str {
    match report.outcome {
        Outcome::CouldNotRun => "error",
        Outcome::Fine | Outcome::Findings => "failure",
    }
}

/// The numbers that a suite has.
fn counts(report: &Report, cases: &[&Case<'_>]) -> Vec<(&'static str, String)> {
    let is_failed = |case: &Case<'_>| case.findings.iter().any(|f| f.level == Level::Error);
    let failed = cases.iter().filter(|case| is_failed(case)).count();
    let skipped = cases
        .iter()
        .filter(|case| case.unjudged && !is_failed(case));
    let skipped = skipped.count();
    let (failures, errors) = match report.outcome {
        Outcome::CouldNotRun => (0, failed),
        Outcome::Fine | Outcome::Findings => (failed, 0),
    };
    vec![
        ("tests", cases.len().to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
        ("skipped", skipped.to_string()),
    ]
}

fn borrowed<'a>(
    attributes: &'a [(&'static str, String)],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
}

/// Findings as readers see them.
fn text(report: &Report, findings: &[&Diagnostic]) -> String {
    let mut all = Diagnostics::new();
    for finding in findings {
        all.push((*finding).clone());
    }
    allowed(all.render(&report.sources, Style::Plain).trim_end())
}

/// XML has no place for most control characters, not even escaped.
fn allowed(text: &str) -> String {
    let stands_in = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
        c => c,
    };
    text.chars().map(stands_in).collect()
}
