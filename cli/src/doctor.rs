//! `planwright doctor`: what an operator should know of a database, the most urgent first.
//!
//! It asks through the typed queries of the maintenance pack, on one read-only session.

mod catalog;
mod comment;
mod costs;
mod json;
mod report;
mod sections;
pub(crate) mod session;
mod text;
pub(crate) mod words;

use std::path::Path;

use crate::args::{DoctorArgs, DoctorFormat};
use crate::database_url;
use crate::output::{self, Problem};

use self::catalog::Catalog;
use self::report::{Report, State};
use self::session::Session;

pub(crate) use self::sections::Topic;

/// Looks at the database, and prints what it found.
pub(crate) async fn run(folder: &Path, args: &DoctorArgs) -> Result<(), Problem> {
    let url = database_url::check(args.database_url.as_deref(), "look at")?;
    let mut session = Session::open(url).await?;
    let catalog = Catalog::of(folder);
    let mut report = Report::new(session.facts.clone());
    for topic in chosen(&args.section) {
        let section = sections::read(topic, &mut session, &catalog, args).await;
        report.sections.push(section);
    }
    match args.format {
        DoctorFormat::Text => output::line(&text::report(&report, !args.section.is_empty())),
        DoctorFormat::Json => output::line(&json::report(&report)),
    }
    ending(&report)
}

/// The sections asked for, in the order of urgency; without any, all.
fn chosen(asked: &[Topic]) -> Vec<Topic> {
    let wanted = |topic: &Topic| asked.is_empty() || asked.contains(topic);
    Topic::ALL.into_iter().filter(wanted).collect()
}

/// Findings, or a section that could not be read, make the exit code.
fn ending(report: &Report) -> Result<(), Problem> {
    let findings = report.findings();
    let failed = report
        .sections
        .iter()
        .filter(|s| s.state() == State::Failed);
    let failed: Vec<&str> = failed.map(|section| section.topic.name()).collect();
    if findings > 0 {
        let counted = words::counted(findings, "finding", "findings");
        return Err(Problem::Findings(counted));
    }
    if !failed.is_empty() {
        let failed = failed.join(", ");
        return Err(Problem::CouldNotRun(format!(
            "error: could not read {failed}"
        )));
    }
    Ok(())
}
