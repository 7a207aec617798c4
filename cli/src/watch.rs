//! `planwright watch`: one server stays up, and what is saved is checked at once.

mod changes;

use std::path::Path;
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use planwright_codegen::config::{CONFIG_FILE, Project};
use planwright_codegen::diagnostics::Diagnostics;
use planwright_codegen::files::write_generated;
use planwright_codegen::{Checked, Checker, Turn};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::args::WatchArgs;
use crate::check::{counted, open, options, summary};
use crate::output::{self, Problem};
use crate::table;

/// An editor that saves renames and writes several times; it is quiet for so long afterwards.
const QUIET: Duration = Duration::from_millis(20);

/// Checks whenever a file of the project is saved, until the process is ended.
pub(crate) async fn run(folder: &Path, args: &WatchArgs) -> Result<(), Problem> {
    let mut project = open(folder)?;
    let (mut watcher, mut events) = watcher()?;
    watch(&mut watcher, &project)?;
    let mut checker = Checker::new(options());
    let mut shown = Shown::default();
    shown
        .show(&project, &mut checker, args, Instant::now())
        .await;
    output::line(&format!(
        "watching {}, {} and {CONFIG_FILE}; Ctrl-C ends it",
        project.config.queries, project.config.migrations
    ));
    while let Some(since) = next_change(&project, &mut events).await? {
        match open(folder) {
            Ok(now) => {
                if now.config != project.config {
                    watch(&mut watcher, &now)?;
                }
                project = now;
                shown.show(&project, &mut checker, args, since).await;
            }
            Err(problem) => output::error(&problem),
        }
    }
    checker.stop().await.map_err(Problem::from)
}

type Events = UnboundedReceiver<notify::Result<Event>>;

fn watcher() -> Result<(RecommendedWatcher, Events), Problem> {
    let (send, events) = unbounded_channel();
    let watcher = notify::recommended_watcher(move |event| {
        // Nobody listens any more when the command ends.
        let _ = send.send(event);
    });
    let watcher = watcher.map_err(|error| Problem::could_not("watch files", &error))?;
    Ok((watcher, events))
}

/// Watches everything that the catalog is made from.
fn watch(watcher: &mut RecommendedWatcher, project: &Project) -> Result<(), Problem> {
    let config = &project.config;
    let below = [
        &config.queries,
        &config.migrations,
        &config.statistics.folder,
    ];
    let below = below.map(|folder| (project.root.join(folder), RecursiveMode::Recursive));
    // The configuration's own folder, because editors replace the file.
    let all = std::iter::once((project.root.clone(), RecursiveMode::NonRecursive)).chain(below);
    for (path, mode) in all.filter(|(path, _)| path.is_dir()) {
        watcher
            .watch(&path, mode)
            .map_err(|error| Problem::could_not(&format!("watch {}", path.display()), &error))?;
    }
    Ok(())
}

/// Waits for a change, and until it is quiet. The time of the change; none when nothing watches
/// any more.
async fn next_change(project: &Project, events: &mut Events) -> Result<Option<Instant>, Problem> {
    loop {
        match events.recv().await {
            None => return Ok(None),
            Some(Err(error)) => return Err(Problem::could_not("watch files", &error)),
            // Reading a file is an event as well.
            Some(Ok(event)) if event.kind.is_access() => {}
            Some(Ok(event)) if event.paths.iter().all(|path| is_beside(project, path)) => {}
            Some(Ok(_)) => break,
        }
    }
    let since = Instant::now();
    while let Ok(Some(_)) = tokio::time::timeout(QUIET, events.recv()).await {}
    Ok(Some(since))
}

/// Whether a path is in the project's folder and none of what a catalog is made from.
fn is_beside(project: &Project, path: &Path) -> bool {
    let statistics = project.root.join(&project.config.statistics.folder);
    path.parent() == Some(&project.root)
        && path.file_name() != Some(CONFIG_FILE.as_ref())
        && path != statistics
}

/// What was shown last.
#[derive(Default)]
struct Shown {
    checked: Option<Checked>,
    /// The warnings or errors.
    found: Option<Diagnostics>,
}

impl Shown {
    /// Checks, and shows what is not as it was.
    async fn show(
        &mut self,
        project: &Project,
        checker: &mut Checker,
        args: &WatchArgs,
        since: Instant,
    ) {
        match checker.check(project).await {
            Ok(now) => {
                let before = self.found.replace(now.warnings.clone());
                let other = before.as_ref() != Some(&now.warnings);
                if other {
                    let new = now.warnings.beyond(&before.unwrap_or_default());
                    output::warnings(&new, &now.sources);
                }
                self.changes(&now, since, other);
                if args.write {
                    write(project, &now);
                }
                self.checked = Some(now);
            }
            Err(failure) => {
                let found = match &failure {
                    planwright_codegen::Failure::Findings { diagnostics, .. } => {
                        Some(diagnostics.clone())
                    }
                    _ => None,
                };
                if found.is_none() || self.found != found {
                    output::error(&Problem::from(failure));
                }
                self.found = found;
            }
        }
    }

    /// The queries that are not as they were; at first all of them are as they should be.
    /// What was found may be other than before all the same.
    fn changes(&self, checked: &Checked, since: Instant, other: bool) {
        let Some(before) = &self.checked else {
            output::line(&summary(checked));
            return;
        };
        let changes = changes::between(&before.catalog, &checked.catalog);
        for name in &changes.removed {
            output::line(&format!("removed {name}"));
        }
        let count = changes.changed.queries().count();
        if count > 0 {
            output::line(&table::catalog(&changes.changed, table::terminal_width()));
        }
        if count > 0 || !changes.removed.is_empty() || other {
            output::line(&format!(
                "{count} changed, none with an error, {}, {} ms after the save: {} prepared and {} planned anew",
                counted(checked.warnings.len(), "warning", "warnings"),
                since.elapsed().as_millis(),
                checked.asked.prepared,
                checked.asked.planned
            ));
        }
    }
}

fn write(project: &Project, checked: &Checked) {
    let _turn = Turn::wait(project, &options().server);
    match write_generated(project, &checked.files, &checked.lock.to_text()) {
        Ok(written) => {
            for path in written {
                output::line(&format!("wrote {}/{path}", project.config.generated));
            }
        }
        Err(error) => output::error(&Problem::from_error(&error)),
    }
}
