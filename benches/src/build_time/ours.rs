//! Planwright itself, as a user runs it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::build_time::contender::{Contender, Step, touch};
use crate::build_time::process;
use crate::build_time::setup::{Setup, checkout};
use crate::synthetic;

/// How Planwright is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planwright {
    /// The template of the migrations is in the cache, as on every run but the first.
    Cached,
    /// Nothing is in the cache: initdb, migrations, check.
    Fresh,
    /// The generated crate without its build script, to see what that costs.
    WithoutBuildScript,
}

const MANIFEST: &str = r#"[workspace]

[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }
diesel = { version = "=2.3.14", default-features = false, features = [
    "postgres_backend",
    "chrono",
    "uuid",
    "i-implement-a-third-party-backend-and-opt-into-breaking-changes",
] }
diesel-async = { version = "=0.9.2", features = ["postgres", "bb8", "migrations"] }
planwright = { path = "{checkout}" }
uuid = { version = "1", features = ["v4"] }

[profile.dev.package."*"]
debug = false
"#;

const BUILD: &str = r#"
[build-dependencies]
planwright-codegen = { path = "{checkout}/codegen" }
"#;

impl Contender for Planwright {
    fn name(&self) -> &'static str {
        match self {
            Self::Cached => "Planwright",
            Self::Fresh => "Planwright, nothing cached",
            Self::WithoutBuildScript => "Planwright, no build script",
        }
    }

    fn write(&self, project: &Path, queries: usize) -> Result<(), Box<dyn Error>> {
        synthetic::write(project, queries)?;
        let mut manifest = MANIFEST.to_owned();
        let script = project.join("generated/build.rs");
        if *self == Self::WithoutBuildScript {
            // Cargo runs no `build.rs` that is not there.
            let _ = fs::remove_file(script);
        } else {
            manifest += BUILD;
            fs::copy(checkout().join("generated/build.rs"), script)?;
        }
        let checkout = checkout().canonicalize()?;
        // Cargo tells crates in a folder of compiled crates apart by their names alone.
        let name = match self {
            Self::WithoutBuildScript => "catalog-without-script",
            _ => "catalog",
        };
        let manifest = manifest.replace("{name}", name);
        let manifest = manifest.replace("{checkout}", &checkout.display().to_string());
        fs::write(project.join("generated/Cargo.toml"), manifest)?;
        // The versions that this repository is tested with.
        fs::copy(
            checkout.join("Cargo.lock"),
            project.join("generated/Cargo.lock"),
        )?;
        Ok(())
    }

    fn prepare(&self, setup: &Setup, project: &Path) -> Result<(), Box<dyn Error>> {
        if *self == Self::WithoutBuildScript {
            process::run(
                setup
                    .planwright(setup.cache.path(), project)
                    .arg("generate"),
            )?;
        }
        Ok(())
    }

    fn command(&self, setup: &Setup, step: Step, project: &Path) -> Option<Command> {
        let cache = match self {
            Self::Fresh => setup.cache.path().join("empty"),
            _ => setup.cache.path().to_owned(),
        };
        let mut command = setup.planwright(&cache, project);
        match (self, step) {
            (_, Step::Check) if *self != Self::Fresh => {
                return Some(setup.check(&project.join("generated")));
            }
            (Self::WithoutBuildScript, _) => return None,
            (_, Step::Generate) | (Self::Cached, Step::Edit) => command.arg("generate"),
            (Self::Cached, Step::Unchanged) => command.args(["check", "--frozen"]),
            _ => return None,
        };
        Some(command)
    }

    fn before(
        &self,
        setup: &Setup,
        step: Step,
        project: &Path,
        edit: usize,
    ) -> Result<(), Box<dyn Error>> {
        match step {
            Step::Generate => {
                remove(&project.join("generated/src"))?;
                remove(&project.join("generated/catalog.lock"))?;
                // What the server said of statements earlier.
                remove(&setup.cache.path().join("answers"))?;
                if *self == Self::Fresh {
                    remove(&setup.cache.path().join("empty"))?;
                }
                Ok(fs::create_dir_all(project.join("generated/src"))?)
            }
            Step::Edit => synthetic::edit(&project.join(synthetic::FIRST), edit),
            Step::Unchanged => Ok(()),
            Step::Check => touch(&project.join("generated")),
        }
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
