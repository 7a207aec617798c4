//! What helps against a finding: why no index serves, and an index with which the planner
//! does otherwise. Nothing is shown that was not planned.

mod candidates;
mod problem;
mod prove;
mod reasons;

use std::fmt::Write as _;

use crate::answers::{Answers, Remedy};
use crate::failure::Failure;
use crate::fingerprint::{fingerprint, program};
use crate::rules::{Finding, seq_scan};
use crate::survey::Survey;

pub(crate) use candidates::Candidate;
pub(crate) use problem::Problem;
pub(crate) use prove::{changes, complexity, solving, uncast};

/// A check plans for reasons and fixes of so many findings, and of every broken promise;
/// `planwright advise` proves all.
const MAX_PLANNED: usize = 8;

/// Adds reasons and fixes to the findings that an index would answer. What was planned for a
/// finding in an earlier check is known where the answer to its query is.
pub(crate) async fn add(survey: &mut Survey, findings: &mut [Finding]) -> Result<(), Failure> {
    let mut answers = std::mem::take(&mut survey.answers);
    let added = add_to(survey, &mut answers, findings).await;
    survey.answers = answers;
    added
}

async fn add_to(
    survey: &Survey,
    answers: &mut Answers,
    findings: &mut [Finding],
) -> Result<(), Failure> {
    let statements: Vec<&str> = survey.texts.queries().map(|(_, q)| &*q.sql).collect();
    // What an index would be called depends on what others are called, of any table.
    let names = survey
        .schema
        .indexes
        .iter()
        .map(|index| index.name.as_str());
    let names = fingerprint(&names.collect::<Vec<_>>().join("\n"));
    // Another program may say it otherwise.
    let program = program();
    let mut planned = 0;
    for finding in findings.iter_mut() {
        let Some(problem) = Problem::of(survey, finding) else {
            continue;
        };
        planned += 1;
        let within = planned <= MAX_PLANNED;
        let sql = statements[problem.query];
        let key = program.as_ref().map(|program| {
            let Finding {
                rule, diagnostic, ..
            } = &*finding;
            fingerprint(&format!(
                "{program} {names} {within} {} {diagnostic:?}",
                rule.name
            ))
        });
        let known = key.as_ref().and_then(|key| answers.remedy(sql, key));
        let remedy = match known {
            Some(remedy) => remedy,
            None => {
                let remedy = remedy(survey, &problem, within).await?;
                if let Some(key) = key {
                    answers.keep_remedy(sql, key, remedy.clone());
                }
                remedy
            }
        };
        finding.diagnostic.notes.extend(remedy.reasons);
        // Where nothing is proven, the rule's own advice stands.
        if remedy.help.is_some() {
            finding.diagnostic.help = remedy.help;
        }
    }
    Ok(())
}

/// Why no index serves, and what would help.
async fn remedy(survey: &Survey, problem: &Problem<'_>, within: bool) -> Result<Remedy, Failure> {
    Ok(Remedy {
        reasons: problem.reasons(within).await?,
        help: if within {
            fix(survey, problem).await?
        } else {
            Some("`planwright advise` looks for an index that helps".to_owned())
        },
    })
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
