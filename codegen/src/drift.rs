//! How a project differs from its lock, and its generated files from what is generated now.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Write as _;

use similar::TextDiff;

use crate::check::Checked;
use crate::config::{CONFIG_FILE, Project};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText, Style, counted};
use crate::files::{self, FileError, Files, Inputs};
use crate::lock::{Change, LOCK_FILE, Lock, QueryChange};
use crate::schema::ddl;

/// What mends every difference.
const MEND: &str = "run `planwright generate`, and commit the changes";
/// So many lines of a file's differences are shown.
const SHOWN_LINES: usize = 40;
/// So many queries of a changed migration are named.
const SHOWN_QUERIES: usize = 5;

/// What is not as the lock says, or not as it is generated; each difference is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// The differences.
    pub found: Diagnostics,
    /// The generated files they point into, as they are on disk.
    pub sources: Vec<SourceText>,
}

impl Drift {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The differences as text, as a compiler shows them.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        self.found.render(&self.sources, style)
    }

    fn push(&mut self, code: &'static str, message: String, path: &str) {
        self.found.push(difference(code, message, path));
    }
}

/// Compares a checked catalog, its inputs and the files on disk with the lock and with one
/// another.
///
/// # Errors
/// When a file cannot be read.
pub fn drift(project: &Project, checked: &Checked) -> Result<Drift, FileError> {
    let (inputs, _) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    let mut drift = Drift::default();
    let lock = read_lock(project, lock.as_deref(), &mut drift);
    let locked = lock.as_ref();
    if let Some(lock) = locked {
        compare_inputs(project, lock, &inputs, &mut drift);
        compare_queries(project, lock, &checked.lock, &mut drift);
    }
    for (path, text) in &*checked.files {
        match on_disk.get(path) {
            Some(existing) if existing == text => {}
            Some(existing) => differs(project, locked, path, (existing, text), &mut drift),
            None => missing(project, path, &mut drift),
        }
    }
    let generated = on_disk.iter().filter(|(_, text)| files::is_generated(text));
    for (path, _) in generated.filter(|(path, _)| !checked.files.contains_key(*path)) {
        stale(project, path, &mut drift);
    }
    if drift.is_empty() && locked != Some(&checked.lock) {
        let path = lock_path(project);
        let message = format!("`{path}` does not say what is generated");
        drift.push("lock-outdated", message, &path);
    }
    Ok(drift)
}

/// Whether the lock speaks of the project's inputs and of the generated files as they
/// are: then nothing needs to be checked again, and no server is asked.
///
/// # Errors
/// When a file cannot be read.
pub fn lock_agrees(project: &Project) -> Result<bool, FileError> {
    let (inputs, found) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    let lock = lock.and_then(|text| Lock::parse(&text).ok());
    Ok(found.is_empty() && lock.is_some_and(|lock| lock.agrees(&inputs, &on_disk)))
}

/// What is no longer as the lock says, as far as that is seen without a server.
///
/// # Errors
/// When a file cannot be read.
pub fn changed_since_lock(project: &Project) -> Result<Drift, FileError> {
    let (inputs, _) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    let mut drift = Drift::default();
    if let Some(lock) = read_lock(project, lock.as_deref(), &mut drift) {
        compare_inputs(project, &lock, &inputs, &mut drift);
        compare_outputs(project, &lock, &on_disk, &mut drift);
    }
    Ok(drift)
}

fn difference(code: &'static str, message: String, path: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(code, message).at(path, 0..0, "");
    diagnostic.help(MEND)
}

/// A file of the generated crate, relative to the project.
fn path_of(project: &Project, path: &str) -> String {
    format!("{}/{path}", project.config.generated)
}

fn lock_path(project: &Project) -> String {
    path_of(project, LOCK_FILE)
}

/// The lock; where there is none to read, that is a difference.
fn read_lock(project: &Project, text: Option<&str>, drift: &mut Drift) -> Option<Lock> {
    let path = lock_path(project);
    let Some(text) = text else {
        let message = format!("`{path}` is not there: nothing says what was generated from what");
        drift.push("lock-missing", message, &path);
        return None;
    };
    match Lock::parse(text) {
        Ok(lock) => Some(lock),
        Err(error) => {
            let reason = error.source().map(ToString::to_string).unwrap_or_default();
            let reason = reason.lines().next().unwrap_or_default();
            let message = format!("`{path}` is not a lock: {reason}");
            drift.push("lock-unreadable", message, &path);
            None
        }
    }
}

fn compare_inputs(project: &Project, lock: &Lock, inputs: &Inputs, drift: &mut Drift) {
    if let Some(other) = lock.other_generator() {
        let message = format!("`{other}` wrote the lock, and this is another version");
        drift.push("generator-changed", message, &lock_path(project));
    }
    for (path, change) in lock.changed_inputs(inputs) {
        let what = match change {
            Change::New => "is new since the code was generated",
            Change::Gone => "is gone, and the code was generated from it",
            Change::Changed => "changed since the code was generated",
        };
        let code = input_code(project, &path);
        let mut found = difference(code, format!("`{path}` {what}"), &path);
        if code == "migration-changed"
            && let Some(note) = dependents(lock, inputs, &path)
        {
            found = found.note(note);
        }
        drift.found.push(found);
    }
}

/// What kind of input a path is.
fn input_code(project: &Project, path: &str) -> &'static str {
    let within = |folder: &str| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    if path == CONFIG_FILE {
        "config-changed"
    } else if within(&project.config.migrations) {
        "migration-changed"
    } else if within(&project.config.statistics.folder) {
        "statistics-changed"
    } else {
        "query-file-changed"
    }
}

/// The queries that use the tables which a migration names.
fn dependents(lock: &Lock, inputs: &Inputs, path: &str) -> Option<String> {
    let migration = inputs.migrations.iter().find(|m| m.up.path == path)?;
    let tables: BTreeSet<String> = ddl::tables(&migration.up.text);
    let queries = lock.queries_of(&tables);
    if queries.is_empty() {
        return None;
    }
    let mut shown = queries[..queries.len().min(SHOWN_QUERIES)].join(", ");
    if queries.len() > SHOWN_QUERIES {
        shown.push_str(", …");
    }
    let (count, noun) = (
        queries.len(),
        if queries.len() == 1 {
            "query uses"
        } else {
            "queries use"
        },
    );
    Some(format!("{count} {noun} the tables it names: {shown}"))
}

fn compare_queries(project: &Project, then: &Lock, now: &Lock, drift: &mut Drift) {
    for (name, change) in then.changed_queries(now) {
        let (code, what) = match &change {
            QueryChange::Added => ("query-added", "is new"),
            QueryChange::Removed => ("query-removed", "is gone"),
            QueryChange::Signature => ("query-signature", "has other parameters or columns"),
            QueryChange::Sql => ("query-sql", "sends other SQL"),
            QueryChange::Tables => ("query-tables", "uses other tables"),
            QueryChange::Paths(_) => ("query-paths", "has other access paths"),
        };
        let message = format!("query `{name}` {what} than the lock says");
        let message = match change {
            QueryChange::Added | QueryChange::Removed => format!("query `{name}` {what}"),
            _ => message,
        };
        let found = difference(code, message, &lock_path(project));
        drift.found.push(match change {
            QueryChange::Paths(lines) => found.note(lines),
            _ => found,
        });
    }
}

/// What can be said of generated files by their fingerprints.
fn compare_outputs(project: &Project, lock: &Lock, on_disk: &Files, drift: &mut Drift) {
    for (path, change) in lock.changed_outputs(on_disk) {
        match change {
            Change::New => stale(project, &path, drift),
            Change::Gone => missing(project, &path, drift),
            Change::Changed => {
                let path = path_of(project, &path);
                drift.push("generated-edited", edited(&path), &path);
            }
        }
    }
}

fn missing(project: &Project, path: &str, drift: &mut Drift) {
    let path = path_of(project, path);
    drift.push("generated-missing", format!("`{path}` is not there"), &path);
}

fn stale(project: &Project, path: &str, drift: &mut Drift) {
    let path = path_of(project, path);
    let message = format!("`{path}` is generated from nothing any more");
    drift.push("generated-stale", message, &path);
}

fn edited(path: &str) -> String {
    format!("`{path}` was edited by hand: it is not what was generated")
}

/// A generated file with another text than the one that is generated now.
fn differs(
    project: &Project,
    lock: Option<&Lock>,
    path: &str,
    (existing, text): (&str, &str),
    drift: &mut Drift,
) {
    let by_hand = lock.is_some_and(|lock| !lock.wrote(path, existing));
    let shown = path_of(project, path);
    let (code, message) = if by_hand {
        ("generated-edited", edited(&shown))
    } else {
        let message = format!("`{shown}` is not what the SQL and the migrations give");
        ("generated-outdated", message)
    };
    let place = first_difference(existing, text);
    let mut found = Diagnostic::error(code, message).at(&shown, place, "differs from here on");
    found = found.note(unified_diff(existing, text)).help(MEND);
    if by_hand {
        found =
            found.note("what was written by hand is lost then: a file of its own is left alone");
    }
    drift.found.push(found);
    drift.sources.push(SourceText {
        path: shown,
        text: existing.to_owned(),
    });
}

/// The first line that another text does not have.
fn first_difference(existing: &str, text: &str) -> std::ops::Range<usize> {
    let same = existing
        .split_inclusive('\n')
        .zip(text.split_inclusive('\n'));
    let same = same.take_while(|(old, new)| old == new);
    let start = same.map(|(line, _)| line.len()).sum();
    let line = existing[start..].lines().next().unwrap_or_default();
    start..start + line.len()
}

/// The differences of two texts in the form of `diff -u`, as far as they are short.
fn unified_diff(existing: &str, text: &str) -> String {
    let diff = TextDiff::from_lines(existing, text);
    let mut diff = diff.unified_diff();
    let diff = diff
        .context_radius(1)
        .header("on disk", "generated")
        .to_string();
    let lines: Vec<&str> = diff.lines().collect();
    let mut shown = lines[..lines.len().min(SHOWN_LINES)].join("\n");
    if lines.len() > SHOWN_LINES {
        let more = counted(lines.len() - SHOWN_LINES, "more line");
        let _ = write!(shown, "\n… {more}");
    }
    shown
}
