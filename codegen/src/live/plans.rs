//! Which queries the database would plan otherwise than the lock says.

use tokio_postgres::Client;

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::failure::Failure;
use crate::files::{self, SNAPSHOT_FILE};
use crate::lock::{LOCK_FILE, Lock};
use crate::pull;
use crate::scratch::Options;
use crate::statistics::pull::{self as statistics, Values};
use crate::survey::Survey;

/// What was found of the plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanDrift {
    /// The queries that are planned otherwise.
    pub diagnostics: Diagnostics,
    /// The texts that they point into.
    pub sources: Vec<SourceText>,
    /// What the statistics lack.
    pub notes: Vec<String>,
    /// How many queries were planned.
    pub queries: usize,
}

/// Plans every query with the statistics that a database has now, and names those whose access
/// paths are not those of the lock. Nothing is written.
///
/// # Errors
/// When the project has errors or no lock, or a server fails.
pub async fn plans(
    project: &Project,
    options: &Options,
    client: &Client,
) -> Result<PlanDrift, Failure> {
    let (_, lock) = files::read_generated(project)?;
    let lock = match lock.as_deref().map(Lock::parse) {
        Some(Ok(lock)) => lock,
        unusable => return Err(no_lock(unusable)),
    };
    let tables = pull::tables(project, options).await?;
    let pulled = statistics::pull(client, &tables, &Values::None).await?;
    let snapshot = SourceText {
        path: format!("the database's {SNAPSHOT_FILE}"),
        text: pulled.snapshot.to_text(),
    };
    let mut found = Diagnostics::new();
    let survey = Survey::with_statistics(project, options, snapshot, &mut found).await?;
    if found.has_errors() {
        return Err(survey.texts.failure(found));
    }
    let mut drift = PlanDrift {
        notes: pulled.notes,
        sources: survey.texts.source_texts(),
        ..PlanDrift::default()
    };
    let names = survey.texts.full_names();
    let queries = survey.texts.queries().zip(&survey.plans).zip(&names);
    for (((file, query), plan), name) in queries {
        let (Some(plan), Some(locked)) = (plan, lock.queries.get(name)) else {
            continue;
        };
        drift.queries += 1;
        let lines = plan.lines();
        let same = locked.paths.len() == lines.len()
            && locked
                .paths
                .iter()
                .zip(&lines)
                .all(|(a, b)| way(a) == way(b));
        if !same {
            let diagnostic = differs(name, &locked.paths, &lines);
            let span = query.name_span.clone();
            drift.diagnostics.push(diagnostic.at(&file.path, span, ""));
        }
    }
    survey.stop().await?;
    Ok(drift)
}

fn no_lock(unusable: Option<Result<Lock, crate::lock::InvalidLock>>) -> Failure {
    let message = match unusable {
        Some(Err(error)) => error.to_string(),
        _ => format!("there is no {LOCK_FILE} to compare plans with"),
    };
    let mut found = Diagnostics::new();
    found.push(Diagnostic::error("no-lock", message).help("run `planwright generate`"));
    Failure::Findings {
        diagnostics: found,
        sources: Vec::new(),
    }
}

fn differs(name: &str, locked: &[String], now: &[String]) -> Diagnostic {
    let message = format!("`{name}` is planned otherwise with the database's statistics");
    Diagnostic::error("drift-plan", message)
        .note(format!("the lock says:\n{}", locked.join("\n")))
        .note(format!("the database's plan:\n{}", now.join("\n")))
        .help(
            "`planwright stats pull` and `planwright generate` take it over; `planwright advise` \
             looks for indexes that help",
        )
}

/// A line of a plan without its numbers of rows, which each ANALYZE changes.
fn way(line: &str) -> String {
    let parts = line.split(", ");
    let parts: Vec<&str> = parts.filter(|part| !is_number(part)).collect();
    parts.join(", ")
}

/// `~10k rows`, `~1 time`
fn is_number(part: &str) -> bool {
    let words = part.strip_prefix('~').map(|rest| rest.split_once(' '));
    matches!(words, Some(Some((_, "row" | "rows" | "time" | "times"))))
}

#[cfg(test)]
mod tests {
    use super::way;

    #[test]
    fn numbers_of_rows_do_not_count() {
        assert_eq!(
            way("orders o: index i (a = b), filter (c), ~1k rows, ~10 times"),
            "orders o: index i (a = b), filter (c)"
        );
        assert_eq!(way("sort by a, b DESC, ~1 row"), "sort by a, b DESC");
    }
}
