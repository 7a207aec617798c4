//! What helps against a finding: why no index serves, and an index with which the planner
//! does otherwise. Nothing is shown that was not planned.

mod candidates;
mod problem;
mod prove;
mod reasons;

use std::fmt::Write as _;

use crate::failure::Failure;
use crate::rules::{Finding, seq_scan};
use crate::survey::Survey;

pub(crate) use candidates::Candidate;
pub(crate) use problem::Problem;
pub(crate) use prove::{changes, complexity, solving, uncast};

/// A check plans for reasons and fixes of so many findings, and of every broken promise;
/// `planwright advise` proves all.
const MAX_PLANNED: usize = 8;

/// Adds reasons and fixes to the findings that an index would answer.
pub(crate) async fn add(survey: &Survey, findings: &mut [Finding]) -> Result<(), Failure> {
    let mut planned = 0;
    for finding in findings.iter_mut() {
        let Some(problem) = Problem::of(survey, finding) else {
            continue;
        };
        planned += 1;
        let within = planned <= MAX_PLANNED;
        let reasons = problem.reasons(within).await?;
        finding.diagnostic.notes.extend(reasons);
        let help = if within {
            fix(survey, &problem).await?
        } else {
            Some("`planwright advise` looks for an index that helps".to_owned())
        };
        // Where nothing is proven, the rule's own advice stands.
        if help.is_some() {
            finding.diagnostic.help = help;
        }
    }
    Ok(())
}

/// The fix of a problem, proven; else what can be said without a proof.
async fn fix(survey: &Survey, problem: &Problem<'_>) -> Result<Option<String>, Failure> {
    if let Some(help) = prove::uncast(survey, problem).await? {
        return Ok(Some(help));
    }
    let Some(proven) = prove::best(survey, problem).await? else {
        let unproven = format!(
            "no index was found that changes the plan: compare a column as it is, or say that \
             all of `{0}` is meant: `-- @scan {0}: reason`",
            problem.name
        );
        return Ok((problem.rule == seq_scan::RULE.name).then_some(unproven));
    };
    let these = if proven.indexes.len() == 1 {
        "this index"
    } else {
        "these indexes"
    };
    let mut help = format!(
        "with {these} the plan costs {} instead of {}:",
        proven.after, proven.before
    );
    for candidate in &proven.indexes {
        if let Some(extension) = candidate.extension {
            let _ = write!(help, "\nCREATE EXTENSION IF NOT EXISTS {extension};");
        }
        let create = candidate.migration(&survey.schema);
        let _ = write!(help, "\n{create};");
    }
    help.push_str("\n`planwright advise --write` writes it as a migration");
    if let (Some(promised), [index]) = (problem.promised, proven.indexes.as_slice()) {
        let _ = write!(
            help,
            "; then promise it in place of `{}`: `-- @index {} {}`",
            promised.name,
            problem.name,
            index.name(&survey.schema)
        );
    }
    Ok(Some(help))
}
