//! Two releases print one definition in two ways. Where the scratch server is of another
//! release than the database, what differs is made on it as the database has it, in a
//! transaction that is rolled back: what it then prints as it did before is the same.

use tokio_postgres::Client;

use super::compare::compare;
use super::description::Description;
use super::error::LiveError;
use super::finding::Finding;
use super::read;

/// What is told by printed definitions.
const PRINTED: [&str; 10] = [
    "drift-column-default",
    "drift-column-generated",
    "drift-constraint-changed",
    "drift-domain",
    "drift-function",
    "drift-index-changed",
    "drift-policy",
    "drift-statistics",
    "drift-trigger",
    "drift-view",
];

/// As a script of `fix` begins.
const BEGIN: &str = "BEGIN; SET LOCAL search_path = ''; SET LOCAL check_function_bodies = off";

/// The findings without those that are two ways to print one definition.
pub(crate) async fn without_printers(
    scratch: &Client,
    expected: &Description,
    live: &Description,
    findings: Vec<Finding>,
) -> Result<Vec<Finding>, LiveError> {
    scratch.batch_execute(BEGIN).await?;
    let mut made = Vec::new();
    // What makes the scratch server's objects those of the database.
    for finding in compare(live, expected) {
        if PRINTED.contains(&finding.diagnostic.code) && make(scratch, &finding).await? {
            made.push(subject(&finding));
        }
    }
    let (reprinted, _) = read::within(scratch).await?;
    scratch.batch_execute("ROLLBACK").await?;
    let differing = compare(expected, &reprinted);
    let differing: Vec<Subject> = differing.iter().map(subject).collect();
    let mut findings = findings;
    findings.retain(|finding| {
        let subject = subject(finding);
        !made.contains(&subject) || differing.contains(&subject)
    });
    Ok(findings)
}

/// What a finding is about, whichever side is which.
type Subject = (&'static str, Option<String>, Option<String>);

fn subject(finding: &Finding) -> Subject {
    let code = finding.diagnostic.code;
    (code, finding.relation.clone(), finding.part.clone())
}

/// Runs what mends a finding; what the server refuses leaves nothing.
async fn make(scratch: &Client, finding: &Finding) -> Result<bool, LiveError> {
    scratch.batch_execute("SAVEPOINT made").await?;
    let mut done = !finding.mend.steps.is_empty();
    for step in finding.mend.sorted() {
        let sql = step.sql.replace(" INDEX CONCURRENTLY ", " INDEX ");
        match scratch.batch_execute(&sql).await {
            Ok(()) => {}
            Err(error) if error.as_db_error().is_some() => {
                done = false;
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    if !done {
        scratch.batch_execute("ROLLBACK TO SAVEPOINT made").await?;
    }
    scratch.batch_execute("RELEASE SAVEPOINT made").await?;
    Ok(done)
}
