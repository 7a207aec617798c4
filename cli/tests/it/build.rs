//! `cargo build` in a project that `planwright init` made.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use planwright_embedded::EmbeddedServer;

use crate::project::{CHECKOUT, QUERIES, Run, planwright, replace};

/// The project, at a path that is the same in every run: what Cargo built of the
/// dependencies is used again.
struct Built {
    root: PathBuf,
    target: PathBuf,
    /// Another run of this test waits.
    _lock: File,
}

impl Built {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("init");
        fs::create_dir_all(&folder).unwrap();
        let lock = File::create(folder.join("lock")).unwrap();
        lock.lock().unwrap();
        let root = folder.join("shop");
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        let mut init = planwright(&folder);
        init.args(["init", "shop", "--planwright-path", CHECKOUT]);
        Run::of(&mut init).exits(0);
        // The versions that were downloaded for the workspace are there offline.
        fs::copy(
            Path::new(CHECKOUT).join("Cargo.lock"),
            root.join("Cargo.lock"),
        )
        .unwrap();
        let target = folder.join("target");
        Self {
            root,
            target,
            _lock: lock,
        }
    }

    /// `cargo build --offline`, with one variable set.
    fn cargo(&self, command: &str, (variable, value): (&str, &str)) -> Run {
        let mut cargo = Command::new(env!("CARGO"));
        // What the Cargo that runs this test set is about this test.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_") && name != "CARGO_HOME" {
                cargo.env_remove(&*name);
            }
        }
        for name in ["CI", "PLANWRIGHT_FROZEN", "RUSTFLAGS", "RUSTC_WRAPPER"] {
            cargo.env_remove(name);
        }
        cargo.args([command, "--offline"]).current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        Run::of(cargo.env(variable, value))
    }

    fn build(&self) -> Run {
        self.cargo("build", ("PLANWRIGHT_FROZEN", "0"))
    }

    fn frozen_build(&self) -> Run {
        self.cargo("build", ("PLANWRIGHT_FROZEN", "1"))
    }
}

/// One test, because a build takes long: each part goes on from the one before.
#[tokio::test]
async fn a_new_project_builds_runs_and_notices_changes() {
    let project = Built::new();
    let generated = project.root.join("generated/src/notes.rs");
    let migration = project
        .root
        .join("migrations/2026-01-01-000000_notes/up.sql");

    // Frozen before anything was generated: nothing is written.
    let run = project.frozen_build().exits(101);
    run.tells("error[generated-missing]: `generated/src/notes.rs`")
        .tells("run `planwright generate`")
        .tells("this build may not write");
    assert!(!generated.exists());

    project.build().exits(0);
    assert!(generated.is_file());
    project.frozen_build().exits(0);

    // It runs, on a database that `planwright migrate` made.
    let server = EmbeddedServer::start().await.unwrap();
    server.create_database("shop").await.unwrap();
    let url = server.database_url("shop");
    let mut migrate = planwright(&project.root);
    migrate.args(["migrate", "up", "--database-url", &url]);
    Run::of(&mut migrate).exits(0);
    let run = project.cargo("run", ("DATABASE_URL", &url)).exits(0);
    run.says("the first of many").says("notes::add_note");

    // A column gets another type.
    let before = fs::read_to_string(&generated).unwrap();
    replace(&migration, "timestamptz", "timestamp");
    let run = project.frozen_build().exits(101);
    run.tells("error[migration-changed]")
        .tells("error[query-signature]: query `notes::notes_of_author`")
        .tells("error[generated-outdated]: `generated/src/notes.rs`");
    assert_eq!(fs::read_to_string(&generated).unwrap(), before);
    replace(&migration, "timestamp", "timestamptz");
    project.frozen_build().exits(0);

    // An error in the SQL is shown by the build.
    replace(
        &project.root.join(QUERIES),
        "SELECT id, body",
        "SELECT id, boddy",
    );
    let run = project.build().exits(101);
    run.tells("error[unknown-column]")
        .tells("queries/notes.sql:")
        .tells("boddy");
    assert_eq!(fs::read_to_string(&generated).unwrap(), before);
}
