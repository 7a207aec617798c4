//! `planwright import-sqlc`: a project of sqlc becomes one of Planwright, and what could not be
//! moved is said.

mod config;
mod schema;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use planwright_codegen::config::CONFIG_FILE;
use planwright_codegen::files;

use crate::args::ImportSqlcArgs;
use crate::output::{self, Problem};
use config::{Entry, Override};

/// The names that sqlc looks for.
const NAMES: [&str; 3] = ["sqlc.yaml", "sqlc.yml", "sqlc.json"];

/// What is written, and what is said beside it.
struct Plan {
    files: Vec<(PathBuf, String)>,
    left: Vec<String>,
}

/// Reads the configuration of sqlc in a folder, and writes that of Planwright beside it.
pub(crate) fn run(folder: &Path, args: &ImportSqlcArgs) -> Result<(), Problem> {
    let path = config_file(folder, args.config.as_deref())?;
    let text = read(&path)?;
    let shown = shown(folder, &path);
    let entries = config::read(&text).map_err(|why| invalid(&shown, &why))?;
    let entry = chosen(entries, args.sql).map_err(|why| invalid(&shown, &why))?;
    let base = path.parent().unwrap_or(folder);
    let plan = plan(base, &shown, entry)?;
    write(base, &plan.files)?;
    for line in &plan.left {
        output::note(&format!("not moved: {line}"));
    }
    output::line(&"\nnext: `planwright check`, then `planwright generate`");
    Ok(())
}

fn config_file(folder: &Path, given: Option<&Path>) -> Result<PathBuf, Problem> {
    if let Some(given) = given {
        return Ok(folder.join(given));
    }
    let mut paths = NAMES.iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file()).ok_or_else(|| {
        Problem::CouldNotRun(format!(
            "error: there is no sqlc.yaml, sqlc.yml or sqlc.json in {}\n  help: name the file: \
             `planwright import-sqlc db/sqlc.yaml`",
            folder.display()
        ))
    })
}

/// The entry that is asked for, counted from 1.
fn chosen(mut entries: Vec<Entry>, number: Option<usize>) -> Result<Entry, String> {
    let count = entries.len();
    match number {
        Some(number) if (1..=count).contains(&number) => Ok(entries.swap_remove(number - 1)),
        Some(number) => Err(format!("there is no entry {number}: it has {count}")),
        None if count > 1 => Err(format!(
            "it has {count} entries, and a project has one catalog\n  help: move one at a time, each \
             into a folder of its own: `--sql 1`"
        )),
        None => entries
            .pop()
            .ok_or_else(|| "it has no entry under `sql`".to_owned()),
    }
}

fn plan(base: &Path, shown: &str, entry: Entry) -> Result<Plan, Problem> {
    if !matches!(entry.engine.as_str(), "" | "postgresql") {
        let why = format!(
            "its engine is `{}`, and Planwright's is PostgreSQL",
            entry.engine
        );
        return Err(invalid(shown, &why));
    }
    let mut left = entry.left;
    let (queries, mut written) = queries(base, &entry.queries)?;
    let schema = schema::migrations(base, &entry.schema)?;
    left.extend(schema.left);
    written.extend(schema.files);
    left.extend(entry.overrides.iter().filter_map(covered));
    let config = configuration(shown, &queries, &entry.overrides);
    written.push((PathBuf::from(CONFIG_FILE), config));
    Ok(Plan {
        files: written,
        left,
    })
}

/// The folder of the queries, and the files that are copied into it. One folder that sqlc reads
/// is read here as well.
fn queries(base: &Path, given: &[String]) -> Result<(String, Vec<(PathBuf, String)>), Problem> {
    if let [one] = given
        && base.join(one).is_dir()
    {
        let plain = one.trim_start_matches("./").trim_end_matches('/');
        return Ok((plain.to_owned(), Vec::new()));
    }
    let mut copied = Vec::new();
    for path in schema::sql_files(base, given)? {
        let name = path.file_name().unwrap_or_default();
        let target = Path::new("queries").join(name);
        if copied.iter().any(|(known, _)| *known == target) {
            return Err(Problem::CouldNotRun(format!(
                "error: two files of queries are called {}; nothing was written\n  help: rename one of \
                 them: each becomes a module",
                name.display()
            )));
        }
        copied.push((target, read(&path)?));
    }
    if copied.is_empty() {
        let why = "error: sqlc's configuration names no queries".to_owned();
        return Err(Problem::CouldNotRun(why));
    }
    Ok(("queries".to_owned(), copied))
}

/// The text of `planwright.toml`.
fn configuration(from: &str, queries: &str, overrides: &[Override]) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut text = format!(
        "# Moved from {from}. The paths are relative to this file.\nqueries = {}\nmigrations = \
         \"migrations\"\ngenerated = \"generated\"\n",
        quoted(queries)
    );
    let mapped: Vec<&Override> = overrides.iter().filter(|o| covered(o).is_none()).collect();
    if mapped.is_empty() {
        return text;
    }
    text.push_str("\n# What sqlc has Go types for: write a Rust type for each, and remove the `#`.\n# [types]\n");
    for mapped in mapped {
        let rust = format!("crate::{}", mapped.rust_name());
        let line = format!("# {} = {}", quoted(&mapped.of), quoted(&rust));
        let _ = writeln!(text, "{line} # {}", mapped.go_type);
    }
    text
}

/// What is said of an override that needs none here.
fn covered(given: &Override) -> Option<String> {
    let builtin = given.is_built_in();
    builtin.then(|| {
        format!(
            "the override of `{}` with `{}`: Planwright's own Rust type stands for that",
            given.of, given.go_type
        )
    })
}

/// Writes all files or none. What is there already stays, and is said, unless it is what would be
/// written: a run that was killed can be made again. The configuration comes last.
fn write(base: &Path, planned: &[(PathBuf, String)]) -> Result<(), Problem> {
    for (path, text) in planned {
        let target = base.join(path);
        if target.exists() && !fs::read_to_string(&target).is_ok_and(|there| there == *text) {
            return Err(Problem::CouldNotRun(format!(
                "error: {} is there already; nothing was written\n  help: move it away",
                path.display()
            )));
        }
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for (path, text) in planned {
        let target = base.join(path);
        let done = files::write(&target, text);
        if let Err(error) = done {
            for path in &written {
                // The first error is the one to tell.
                let _ = fs::remove_file(path);
            }
            return Err(Problem::from_error(&error));
        }
        written.push(target);
        output::line(&format!("wrote {}", path.display()));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path)
        .map_err(|error| Problem::could_not(&format!("read {}", path.display()), &error))
}

fn shown(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn invalid(shown: &str, why: &str) -> Problem {
    Problem::CouldNotRun(format!("error: {shown} cannot be moved: {why}"))
}
