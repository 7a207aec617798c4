//! The only module that reads the project's files, and the only one that writes them.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config::{CONFIG_FILE, Project};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::emit::Files;
use crate::schema::migrations::{Migration, version};

/// File systems keep times less exactly than the clock does.
const MARGIN: Duration = Duration::from_secs(2);

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}", path.display())]
pub struct FileError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    /// A file that cannot be written.
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self {
            action: "write",
            path: path.to_owned(),
            source,
        }
    }
}

/// Everything a check is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// `planwright.toml`.
    pub config: SourceText,
    /// The annotated SQL, by path.
    pub queries: Vec<SourceText>,
    /// The migrations, by version.
    pub migrations: Vec<Migration>,
}

impl Inputs {
    /// Every text, for fingerprints and for diagnostics.
    pub fn texts(&self) -> impl Iterator<Item = &SourceText> {
        let migrations = self
            .migrations
            .iter()
            .flat_map(|m| std::iter::once(&m.up).chain(&m.metadata));
        std::iter::once(&self.config)
            .chain(migrations)
            .chain(&self.queries)
    }
}

/// Reads the project's inputs. Files that are not UTF-8, and folders that are no
/// migration, are reported and left out.
///
/// # Errors
/// When a file or folder cannot be read.
pub fn read_inputs(project: &Project) -> Result<(Inputs, Diagnostics), FileError> {
    let mut diagnostics = Diagnostics::new();
    let config = read_text(project, CONFIG_FILE, &mut diagnostics)?;
    let mut queries = Vec::new();
    for path in sql_files(project, &project.config.queries)? {
        queries.extend(read_text(project, &path, &mut diagnostics)?);
    }
    let migrations = read_migrations(project, &mut diagnostics)?;
    let inputs = Inputs {
        config: config.unwrap_or(SourceText {
            path: CONFIG_FILE.to_owned(),
            text: String::new(),
        }),
        queries,
        migrations,
    };
    Ok((inputs, diagnostics))
}

fn read_text(
    project: &Project,
    relative: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Option<SourceText>, FileError> {
    let path = project.root.join(relative);
    let bytes = std::fs::read(&path).map_err(|source| FileError {
        action: "read",
        path,
        source,
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(SourceText {
            path: relative.to_owned(),
            text: text
                .strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text),
        })),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..at]);
            let line = before.matches('\n').count() + 1;
            diagnostics.push(
                Diagnostic::error("not-utf8", format!("{relative} is not UTF-8 text"))
                    .at(relative, 0..0, "")
                    .note(format!("byte {at}, on line {line}, begins no character"))
                    .help("save the file as UTF-8"),
            );
            Ok(None)
        }
    }
}

/// The entries of a folder in alphabetical order; none when it does not exist.
fn entries(path: &Path) -> Result<Vec<(String, PathBuf)>, FileError> {
    let error = |source| FileError {
        action: "read",
        path: path.to_owned(),
        source,
    };
    let folder = match std::fs::read_dir(path) {
        Ok(folder) => folder,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(error(e)),
    };
    let mut entries = Vec::new();
    for entry in folder {
        let entry = entry.map_err(error)?;
        entries.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ));
    }
    entries.sort();
    Ok(entries)
}

/// The `.sql` files of a folder and those below it, relative to the project.
fn sql_files(project: &Project, folder: &str) -> Result<Vec<String>, FileError> {
    let mut files = Vec::new();
    for (name, path) in entries(&project.root.join(folder))? {
        let relative = format!("{folder}/{name}");
        if path.is_dir() {
            files.extend(sql_files(project, &relative)?);
        } else if Path::new(&name).extension().is_some_and(|e| e == "sql") && !name.starts_with('.')
        {
            files.push(relative);
        }
    }
    Ok(files)
}

fn read_migrations(
    project: &Project,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Migration>, FileError> {
    let folder = &project.config.migrations;
    let mut migrations = Vec::new();
    for (name, path) in entries(&project.root.join(folder))? {
        if !path.is_dir() || name.starts_with('.') {
            continue;
        }
        let relative = format!("{folder}/{name}");
        if !path.join("up.sql").is_file() {
            diagnostics.push(
                Diagnostic::error("not-a-migration", format!("{relative} has no up.sql"))
                    .at(&relative, 0..0, "")
                    .help("write the migration's up.sql, or remove the folder"),
            );
            continue;
        }
        let up = read_text(project, &format!("{relative}/up.sql"), diagnostics)?;
        let metadata = if path.join("metadata.toml").is_file() {
            read_text(project, &format!("{relative}/metadata.toml"), diagnostics)?
        } else {
            None
        };
        if let Some(up) = up {
            migrations.push(Migration { name, up, metadata });
        }
    }
    migrations.sort_by_key(|migration| version(&migration.name));
    Ok(migrations)
}

/// The files of the generated crate's `src` as they are on disk, and the lock.
///
/// # Errors
/// When a file cannot be read.
pub fn read_generated(project: &Project) -> Result<(Files, Option<String>), FileError> {
    let root = project.root.join(&project.config.generated);
    let mut files = Files::new();
    for (name, path) in entries(&root.join("src"))? {
        if path.is_file() {
            let text = read_lossy(&path)?;
            files.insert(format!("src/{name}"), text);
        }
    }
    let lock = root.join(crate::lock::LOCK_FILE);
    let lock = if lock.is_file() {
        Some(read_lossy(&lock)?)
    } else {
        None
    };
    Ok((files, lock))
}

fn read_lossy(path: &Path) -> Result<String, FileError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(source) => Err(FileError {
            action: "read",
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes the generated files that differ, removes generated files that are no longer
/// made, and writes the lock last. Returns the paths that changed.
///
/// # Errors
/// When a file cannot be written; what was not reached is as it was, and the lock
/// still speaks of the old files.
pub fn write_generated(
    project: &Project,
    files: &Files,
    lock: &str,
) -> Result<Vec<String>, FileError> {
    let root = project.root.join(&project.config.generated);
    let (existing, old_lock) = read_generated(project)?;
    let mut changed = Vec::new();
    for (path, text) in files {
        if existing.get(path) != Some(text) {
            write(&root.join(path), text)?;
            changed.push(path.clone());
        }
    }
    for (path, text) in &existing {
        if !files.contains_key(path) && text.starts_with("// @generated by `planwright generate`") {
            let path_on_disk = root.join(path);
            std::fs::remove_file(&path_on_disk).map_err(|source| FileError {
                action: "remove",
                path: path_on_disk,
                source,
            })?;
            changed.push(path.clone());
        }
    }
    if old_lock.as_deref() != Some(lock) {
        write(&root.join(crate::lock::LOCK_FILE), lock)?;
        changed.push(crate::lock::LOCK_FILE.to_owned());
    }
    Ok(changed)
}

/// Gives files that a build script wrote a time before the script began: Cargo runs a
/// script again whose watched files are newer than its start.
///
/// # Errors
/// When a file that was just written cannot be opened.
pub(crate) fn date_back(
    project: &Project,
    paths: &[String],
    started: SystemTime,
) -> Result<(), FileError> {
    let root = project.root.join(&project.config.generated);
    for path in paths
        .iter()
        .map(|path| root.join(path))
        .filter(|path| path.exists())
    {
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(started - MARGIN))
            .map_err(|source| FileError::write(&path, source))?;
    }
    Ok(())
}

/// Writes beside the file, then renames: a reader sees the old text or the new one.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let error = |source| FileError {
        action: "write",
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(error)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|source| {
        // The file beside may not exist; the first error is the one to tell.
        let _ = std::fs::remove_file(&beside);
        error(source)
    })
}
