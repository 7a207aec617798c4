//! `planwright migrate`

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use planwright::migrate::{
    Direction, IndexBuild, MigrateError, MigrateErrorKind, MigrationStatus, Migrator, Progress,
    Step,
};
use planwright_codegen::schema::lost_by;

use crate::args::{MigrateAction, MigrateArgs};
use crate::check::open;
use crate::database_url;
use crate::output::{self, Problem};
use crate::progress;

/// Applies, reverts or lists the project's migrations.
pub(crate) async fn run(folder: &Path, args: &MigrateArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let url = database_url::check(args.database_url.as_deref(), "migrate")?;
    let migrations = project.root.join(&project.config.migrations);
    let migrator = Migrator::from_path(migrations).map_err(|e| Problem::from_error(&e))?;
    match &args.action {
        MigrateAction::Up => up(&migrator, url).await,
        MigrateAction::Down { steps, to, yes } => {
            let extent = match to {
                Some(version) => Extent::To(version),
                None => Extent::Steps(*steps as usize),
            };
            down(&migrator, url, &extent, *yes).await
        }
        MigrateAction::Status => status(&migrator, url).await,
        MigrateAction::Pending => pending(&migrator, url).await,
    }
}

/// How far back `down` goes.
enum Extent<'a> {
    Steps(usize),
    To(&'a str),
}

async fn up(migrator: &Migrator, url: &str) -> Result<(), Problem> {
    let mut done = Vec::new();
    let mut build = Build::default();
    let applied = migrator
        .up_with(url, |step| follow(step, &mut done, &mut build))
        .await;
    build.end();
    results(
        applied,
        &done,
        "applied",
        "every migration is applied already",
    )
}

async fn down(
    migrator: &Migrator,
    url: &str,
    extent: &Extent<'_>,
    yes: bool,
) -> Result<(), Problem> {
    if !yes {
        refuse_losses(migrator, url, extent).await?;
    }
    let mut done = Vec::new();
    let mut build = Build::default();
    let step = |step: &Progress| follow(step, &mut done, &mut build);
    let reverted = match extent {
        Extent::Steps(steps) => migrator.down_with(url, *steps, step).await,
        Extent::To(version) => migrator.down_to_with(url, version, step).await,
    };
    build.end();
    results(reverted, &done, "reverted", "no migration is applied")
}

/// Nothing is reverted that drops rows unless that is said to be meant.
async fn refuse_losses(migrator: &Migrator, url: &str, extent: &Extent<'_>) -> Result<(), Problem> {
    let reverts = match extent {
        Extent::Steps(steps) => migrator.reverts(url, *steps).await,
        Extent::To(version) => migrator.reverts_to(url, version).await,
    };
    let reverts = reverts.map_err(|error| Problem::from_error(&error))?;
    let lines = reverts.iter().filter_map(|(name, down)| {
        let lost = lost_by(down);
        (!lost.is_empty()).then(|| format!("  {name} drops {}", lost.join(", ")))
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return Ok(());
    }
    Err(Problem::CouldNotRun(format!(
        "error: what is in these tables and columns would be lost; nothing was reverted\n{}\n  \
         help: `--yes` says that it is meant",
        lines.join("\n")
    )))
}

/// The bar of the index that is being built, where there is one.
#[derive(Default)]
struct Build(Option<indicatif::ProgressBar>);

impl Build {
    fn show(&mut self, build: &IndexBuild) {
        let bar = self.0.get_or_insert_with(|| progress::bar(""));
        bar.set_length(build.total.max(build.done).max(1));
        bar.set_position(build.done);
        let waits = build.waits_for.map_or_else(String::new, |pid| {
            format!(" (the transaction of process {pid})")
        });
        bar.set_message(format!("{} {}{waits}", build.index, build.phase));
    }

    fn end(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

/// Says on standard error how far a run is, and keeps what is done.
fn follow(progress: &Progress, done: &mut Vec<String>, build: &mut Build) {
    let (doing, did) = match progress.direction {
        Direction::Up => ("applying", "applied"),
        Direction::Down => ("reverting", "reverted"),
    };
    let Progress {
        name, number, of, ..
    } = progress;
    match progress.step {
        Step::Started => output::note(&format!("{number} of {of}: {doing} {name}")),
        Step::Building => {
            if let Some(index) = &progress.build {
                build.show(index);
            }
        }
        Step::Repaired => {
            let index = progress.dropped.as_deref().unwrap_or_default();
            output::note(&format!(
                "{number} of {of}: dropped the invalid index {index}, which an interrupted build \
                 left; it is built anew"
            ));
        }
        Step::Finished(elapsed) => {
            build.end();
            done.push(name.clone());
            let elapsed = in_words(elapsed);
            output::note(&format!("{number} of {of}: {did} {name} in {elapsed}"));
        }
    }
}

/// Prints what was done, also when what followed failed.
fn results(
    run: Result<Vec<String>, MigrateError>,
    done: &[String],
    did: &str,
    nothing: &str,
) -> Result<(), Problem> {
    for name in done {
        output::line(&format!("{did} {name}"));
    }
    match run {
        Ok(names) if names.is_empty() => {
            output::line(&nothing);
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(explained(&error, done.len(), did)),
    }
}

/// The error, with how the database is left.
fn explained(error: &MigrateError, done: usize, did: &str) -> Problem {
    let problem = Problem::from_error(error);
    if error.kind() != MigrateErrorKind::Failed {
        return problem;
    }
    let before = match done {
        0 => format!("no migration was {did}"),
        1 => format!("the one before it was {did}"),
        n => format!("the {n} before it were {did}"),
    };
    let problem = problem.with_line(&format!("  note: it was not {did}; {before}"));
    if did != "applied" || error.in_transaction() {
        return problem;
    }
    problem.with_line(
        "  note: an index that it was building is left invalid; the next `planwright migrate up` \
         builds it anew",
    )
}

async fn status(migrator: &Migrator, url: &str) -> Result<(), Problem> {
    let all = migrator
        .status(url)
        .await
        .map_err(|e| Problem::from_error(&e))?;
    for migration in &all {
        output::line(&status_line(migration));
    }
    let applied = all.iter().filter(|migration| migration.applied).count();
    output::line(&format!(
        "{applied} of {} migrations are applied",
        all.len()
    ));
    Ok(())
}

fn status_line(migration: &MigrationStatus) -> String {
    let when = migration
        .applied_at
        .map_or_else(|| "pending".to_owned(), date_and_time);
    let mut line = format!("{when:<19}  {}", migration.name);
    if !migration.known {
        line.push_str("  (not among the migrations)");
    }
    if !migration.in_transaction {
        line.push_str("  (outside a transaction)");
    }
    line
}

async fn pending(migrator: &Migrator, url: &str) -> Result<(), Problem> {
    let pending = migrator
        .pending(url)
        .await
        .map_err(|e| Problem::from_error(&e))?;
    for name in &pending {
        output::line(name);
    }
    match pending.len() {
        0 => {
            output::line(&"no migration is pending");
            Ok(())
        }
        1 => Err(Problem::Findings(
            "1 migration is pending; `planwright migrate up` applies it".to_owned(),
        )),
        n => Err(Problem::Findings(format!(
            "{n} migrations are pending; `planwright migrate up` applies them"
        ))),
    }
}

fn date_and_time(at: SystemTime) -> String {
    DateTime::<Utc>::from(at)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// Milliseconds below ten seconds, seconds from there on.
fn in_words(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(10) {
        format!("{} ms", elapsed.as_millis())
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_told_in_seconds() {
        assert_eq!(in_words(Duration::from_millis(12)), "12 ms");
        assert_eq!(in_words(Duration::from_millis(83_450)), "83.5 s");
    }
}
