//! The files of a schema as Diesel's migrations. sqlc reads those of dbmate, golang-migrate,
//! goose, sql-migrate and tern, and plain ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::output::Problem;

/// What the migrations of a schema are.
pub(super) struct Moved {
    pub(super) files: Vec<(PathBuf, String)>,
    pub(super) left: Vec<String>,
}

/// A line that begins the part that is applied or reverted, as the tools write it.
const UP: [&str; 4] = [
    "-- +goose up",
    "-- migrate:up",
    "-- +migrate up",
    "---- create above / drop below ----",
];
const DOWN: [&str; 3] = ["-- +goose down", "-- migrate:down", "-- +migrate down"];
/// Lines that say where a statement ends, which PostgreSQL knows.
const MARKS: [&str; 6] = [
    "-- +goose statementbegin",
    "-- +goose statementend",
    "-- +migrate statementbegin",
    "-- +migrate statementend",
    "-- +goose no transaction",
    "-- +goose envsub",
];

/// The parts of a migration.
#[derive(Default)]
struct Parts {
    up: String,
    down: Option<String>,
}

/// The migrations of these files and folders, in the order in which sqlc reads them.
pub(super) fn migrations(base: &Path, given: &[String]) -> Result<Moved, Problem> {
    let mut parts: BTreeMap<(usize, PathBuf), Parts> = BTreeMap::new();
    let mut left = Vec::new();
    let mut position = BTreeMap::new();
    for path in sql_files(base, given)? {
        let text = super::read(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.strip_suffix(".sql").unwrap_or(&name);
        let (stem, reverts) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
            (Some(stem), _) => (stem, false),
            (None, Some(stem)) => (stem, true),
            (None, None) => (stem, false),
        };
        // Two folders may have files of one name.
        let named = path.with_file_name(stem);
        let next = position.len();
        let at = *position.entry(named.clone()).or_insert(next);
        let of = parts.entry((at, named)).or_default();
        if reverts {
            of.down = Some(text);
            continue;
        }
        let read = split(&text);
        if text.to_lowercase().contains("-- +goose no transaction") {
            left.push(format!("{name}: `NO TRANSACTION`; write `run_in_transaction = false` into its metadata.toml"));
        }
        of.up = read.up;
        of.down = of.down.take().or(read.down);
    }
    if parts.is_empty() {
        let why = "error: sqlc's configuration names no schema".to_owned();
        return Err(Problem::CouldNotRun(why));
    }
    let stems = parts.keys().map(|(_, named)| stem(named));
    let numbered = are_numbered(&stems.collect::<Vec<_>>());
    let mut files = Vec::new();
    for (index, ((_, named), parts)) in parts.into_iter().enumerate() {
        let stem = stem(&named);
        let name = if numbered {
            stem
        } else {
            format!("{:04}_{stem}", index + 1)
        };
        let folder = Path::new("migrations").join(name);
        files.push((folder.join("up.sql"), parts.up));
        files.extend(parts.down.map(|down| (folder.join("down.sql"), down)));
    }
    Ok(Moved { files, left })
}

fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Whether the names order as they stand, by a version that each begins with.
fn are_numbered(stems: &[String]) -> bool {
    let versions: Vec<Option<&str>> = stems
        .iter()
        .map(|stem| stem.split_once('_').map(|(version, _)| version))
        .collect();
    let digits = |version: &str| !version.is_empty() && version.chars().all(|c| c.is_ascii_digit());
    versions.iter().all(|version| version.is_some_and(digits))
        && versions.is_sorted_by(|a, b| a < b)
}

/// What a file applies, and what it reverts.
fn split(text: &str) -> Parts {
    let (mut up, mut down) = (String::new(), String::new());
    let (mut reverts, mut has_down) = (false, false);
    for line in text.split_inclusive('\n') {
        let word = line.trim().to_lowercase();
        if MARKS.contains(&word.as_str()) {
            continue;
        }
        // What stands above tern's line is applied.
        if word == UP[3] || DOWN.iter().any(|mark| word.starts_with(mark)) {
            (reverts, has_down) = (true, true);
        } else if UP.iter().any(|mark| word.starts_with(mark)) {
            reverts = false;
        } else if reverts {
            down.push_str(line);
        } else {
            up.push_str(line);
        }
    }
    Parts {
        up: up.trim_start_matches('\n').to_owned(),
        down: has_down.then(|| down.trim_start_matches('\n').to_owned()),
    }
}

/// The SQL files that are named, those of a folder in the order of their names.
pub(super) fn sql_files(base: &Path, given: &[String]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for given in given {
        let path = base.join(given);
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let unreadable = |error: std::io::Error| {
            Problem::could_not(&format!("read the folder {}", path.display()), &error)
        };
        let mut inside = Vec::new();
        for entry in fs::read_dir(&path).map_err(unreadable)? {
            inside.push(entry.map_err(unreadable)?.path());
        }
        inside.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
