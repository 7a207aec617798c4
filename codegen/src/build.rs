//! What a generated crate's build script calls.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use crate::check::check;
use crate::config::{CONFIG_FILE, Project, ProjectError};
use crate::diagnostics::Style;
use crate::drift::{changed_since_lock, drift, lock_agrees};
use crate::failure::Failure;
use crate::files::{self, LOCK_FILE};
use crate::scratch::{Memory, Options};
use crate::turn::Turn;

/// The variable that forbids a build to write.
const FROZEN: &str = "PLANWRIGHT_FROZEN";

/// Compares the lock with the inputs; when they agree, that is all. Otherwise checks
/// the catalog and writes the generated files, or, with `PLANWRIGHT_FROZEN=1` or
/// `CI=true`, fails and names what drifted.
///
/// A packaged crate is built from the files it has: there is no `planwright.toml` above
/// it, or, while `cargo package` verifies it, one that names another folder as its
/// generated crate; the latter is a warning.
///
/// ```no_run
/// // build.rs
/// fn main() -> std::process::ExitCode {
///     planwright_codegen::build()
/// }
/// ```
#[must_use]
pub fn build() -> ExitCode {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    let frozen = is_set(FROZEN) || is_set("CI");
    match run(&manifest, frozen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tell(&message);
            ExitCode::FAILURE
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| matches!(value.as_str(), "1" | "true"))
}

/// Cargo shows what a failed build script wrote there.
#[expect(
    clippy::print_stderr,
    reason = "a build script reports on standard error"
)]
fn tell(message: &str) {
    eprintln!("{message}");
}

/// Cargo reads instructions from a build script's standard output.
#[expect(clippy::print_stdout, reason = "cargo reads instructions there")]
fn instruct(instruction: &str, value: &dyn std::fmt::Display) {
    println!("cargo::{instruction}={value}");
}

fn run(manifest: &Path, frozen: bool) -> Result<(), String> {
    for variable in [FROZEN, "CI", "PLANWRIGHT_PG_MAJOR", "PLANWRIGHT_PG_BIN"] {
        instruct("rerun-if-env-changed", &variable);
    }
    instruct("rerun-if-changed", &"build.rs");
    let project = match Project::discover(manifest) {
        Ok(project) => project,
        Err(ProjectError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(chain(&error)),
    };
    let generated = project.root.join(&project.config.generated);
    let same_crate = generated.canonicalize().ok() == manifest.canonicalize().ok();
    if !same_crate {
        let message = format!(
            "{} is not the generated crate of {}, which is {}; it is built from the files it has",
            manifest.display(),
            project.root.join(CONFIG_FILE).display(),
            generated.display()
        );
        instruct("warning", &message);
        return Ok(());
    }
    for path in [
        CONFIG_FILE,
        &project.config.queries,
        &project.config.migrations,
    ] {
        instruct("rerun-if-changed", &project.root.join(path).display());
    }
    // What is not there would be new at every build.
    let statistics = project.root.join(&project.config.statistics.folder);
    if statistics.exists() {
        instruct("rerun-if-changed", &statistics.display());
    }
    for path in ["src", LOCK_FILE] {
        instruct("rerun-if-changed", &generated.join(path).display());
    }
    update(&project, frozen)
}

fn update(project: &Project, frozen: bool) -> Result<(), String> {
    let started = SystemTime::now();
    if lock_agrees(project).map_err(|e| chain(&e))? {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| chain(&e))?;
    let options = Options {
        memory: Memory::Cache,
        ..Options::default()
    };
    // Another build may be at it, such as that of an editor: what it writes counts here, too.
    let _turn = Turn::wait(project, &options.server);
    if lock_agrees(project).map_err(|e| chain(&e))? {
        return Ok(());
    }
    let checked = match runtime.block_on(check(project, &options)) {
        Ok(checked) => checked,
        Err(failure @ Failure::Findings { .. }) => return Err(failure.to_string()),
        Err(failure) => return Err(unchecked(project, &failure)),
    };
    for warning in checked.warnings.sorted() {
        let place = warning
            .labels
            .first()
            .map_or("", |label| label.path.as_str());
        instruct(
            "warning",
            &format!("[{}] {} ({place})", warning.code, warning.message),
        );
    }
    if !frozen {
        let lock = checked.lock.to_text();
        let written = files::write_generated(project, &checked.files, &lock);
        let written = written.map_err(|e| chain(&e))?;
        return files::date_back(project, &written, started).map_err(|e| chain(&e));
    }
    let drift = drift(project, &checked).map_err(|e| chain(&e))?;
    if drift.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}this build may not write: PLANWRIGHT_FROZEN or CI is set",
        drift.render(Style::Plain)
    ))
}

/// Something changed, and no server can say what it means.
fn unchecked(project: &Project, failure: &Failure) -> String {
    // Files that cannot be read are what the failure itself speaks of.
    let changed = changed_since_lock(project).unwrap_or_default();
    format!("{}{}", changed.render(Style::Plain), chain(failure))
}

/// An error and its causes, each on a line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str("\n  because: ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn a_crate_below_another_project_is_built_from_its_files() {
        let project = tempfile::tempdir().expect("a folder");
        std::fs::write(project.path().join("planwright.toml"), "").expect("a file");
        let package = project.path().join("target/package/generated-0.1.0");
        std::fs::create_dir_all(&package).expect("a folder");
        std::fs::create_dir_all(project.path().join("generated")).expect("a folder");
        assert_eq!(run(&package, true), Ok(()));
    }
}
