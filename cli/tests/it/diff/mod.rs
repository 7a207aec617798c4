//! `planwright diff`, in real repositories.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::project::{MIGRATION, Project, QUERIES, Run, planwright};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/diff/golden.md");

/// Runs git in a folder, with nothing of the machine's own configuration.
#[track_caller]
pub(crate) fn git(folder: &Path, args: &[&str]) -> Run {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada");
        command.env(format!("GIT_{who}_EMAIL"), "ada@example.org");
    }
    Run::of(&mut command)
}

/// Everything there is becomes a commit.
#[track_caller]
fn commit(folder: &Path) {
    git(folder, &["add", "--all"]).exits(0);
    git(folder, &["commit", "--quiet", "--message", "as it is"]).exits(0);
}

/// A project in the folder `shop` of a repository, as the branch `main` has it.
fn base() -> (Project, std::path::PathBuf) {
    let project = Project::new();
    let repository = project.root().join("..").canonicalize().unwrap();
    let up = format!("migrations/{MIGRATION}/up.sql");
    project.write(&up, include_str!("base_up.sql"));
    project.write(QUERIES, include_str!("base.sql"));
    git(
        &repository,
        &["init", "--quiet", "--initial-branch", "main"],
    )
    .exits(0);
    commit(&repository);
    git(&repository, &["checkout", "--quiet", "-b", "work"]).exits(0);
    (project, repository)
}

/// The same with changes of every kind, which are not committed.
fn changed() -> Project {
    let (project, _) = base();
    project.write(QUERIES, include_str!("branch.sql"));
    let up = "migrations/2026-02-01-000000_priorities/up.sql";
    project.write(up, include_str!("branch_up.sql"));
    project
}

#[test]
fn a_reviewer_reads_every_kind_of_change() {
    let project = changed();
    for major in ["15", "18"] {
        let mut command = planwright(&project.root());
        let run = Run::of(command.arg("diff").env("PLANWRIGHT_PG_MAJOR", major)).exits(0);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(GOLDEN, &run.stdout).unwrap();
        }
        let golden = fs::read_to_string(GOLDEN).unwrap();
        assert_eq!(run.stdout, golden, "UPDATE=1 writes the golden file anew");
    }
}

#[test]
fn programs_read_json_and_breaking_changes_fail() {
    let project = changed();
    let args = ["diff", "main", "--format", "json", "--fail-on", "breaking"];
    let run = project.run(&args).exits(1).tells("error[breaking]");
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["base"], "main");
    let changes = &document["changes"];
    let broken = changes["signatures"].as_array().unwrap().iter();
    let broken = broken.filter(|signature| {
        let changes = signature["changes"].as_array().unwrap();
        changes.iter().any(|change| !change["breaking"].is_null())
    });
    let removed = changes["removed"].as_array().unwrap().len();
    assert_eq!(document["breaking"], broken.count() + removed);
    assert_eq!(changes["removed"][0], "notes::remove_note");
}

#[test]
fn nothing_changed_is_one_sentence() {
    let (project, _) = base();
    let run = project.run(&["diff", "--fail-on", "breaking"]).exits(0);
    let sentence = "Nothing that Planwright checks differs from `main`.\n";
    assert_eq!(run.stdout, sentence);
}

#[test]
fn what_others_did_since_is_no_change_of_the_branch() {
    let (project, repository) = base();
    git(&repository, &["checkout", "--quiet", "main"]).exits(0);
    project.write("queries/more.sql", "-- name: one :one\nSELECT 1 AS one;\n");
    commit(&repository);
    git(&repository, &["checkout", "--quiet", "work"]).exits(0);
    let run = project.run(&["diff"]).exits(0);
    assert!(run.stdout.starts_with("Nothing"), "{}", run.stdout);
    // Whoever names the commit gets what differs from the point where the two parted, too.
    let run = project.run(&["diff", "main"]).exits(0);
    assert!(run.stdout.starts_with("Nothing"), "{}", run.stdout);
}

#[test]
fn the_index_and_the_files_stay_as_they_are() {
    let project = changed();
    let before = git(&project.root(), &["status", "--porcelain"]).exits(0);
    let files = project.files();
    project.run(&["diff"]).exits(0);
    let after = git(&project.root(), &["status", "--porcelain"]).exits(0);
    assert_eq!(before.stdout, after.stdout);
    assert_eq!(project.files(), files);
}

#[test]
fn a_project_that_the_base_does_not_have_is_new() {
    let project = Project::new();
    let repository = project.root().join("..").canonicalize().unwrap();
    git(
        &repository,
        &["init", "--quiet", "--initial-branch", "main"],
    )
    .exits(0);
    let empty = ["commit", "--quiet", "--allow-empty", "--message", "nothing"];
    git(&repository, &empty).exits(0);
    let run = project.run(&["diff", "--fail-on", "breaking"]).exits(0);
    run.says("3 queries added")
        .says("no breaking change")
        .says("- new: `2026-01-01-000000_notes`");
}

#[test]
fn what_cannot_be_compared_is_said_with_the_reason() {
    let (project, repository) = base();
    let run = project.run(&["diff", "no-such-branch"]).exits(2);
    run.tells("the repository has no commit `no-such-branch`");

    project.replace(
        QUERIES,
        "FROM notes WHERE id = :id;",
        "FROM nodes WHERE id = :id;",
    );
    let run = project.run(&["diff"]).exits(2);
    run.tells("error[unknown-table]")
        .tells("the files as they are cannot be checked");
    commit(&repository);
    git(&repository, &["branch", "broken"]).exits(0);
    project.write(QUERIES, include_str!("base.sql"));
    let run = project.run(&["diff", "broken"]).exits(2);
    run.tells("error[unknown-table]")
        .tells("that is the project as it is in `broken`");

    let run = Project::new().run(&["diff"]).exits(2);
    run.tells("`git rev-parse` failed")
        .tells("not a git repository");
}

#[test]
fn without_git_there_is_an_error() {
    let (project, _) = base();
    let run = project.run_without_server(&["diff"]).exits(2);
    run.tells("error: could not run the program `git`");
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let (project, _) = base();
    let temporary = tempfile::tempdir().unwrap();
    let diff = || {
        let mut command = planwright(&project.root());
        command.arg("diff").env("TMPDIR", temporary.path());
        command
    };
    let folders = || -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(temporary.path()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let is_of_diff = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("planwright-diff-")
        };
        paths.filter(is_of_diff).collect()
    };
    let mut killed = diff();
    killed.stdout(Stdio::null()).stderr(Stdio::null());
    let mut killed = killed.spawn().unwrap();
    while folders().is_empty() {
        assert!(killed.try_wait().unwrap().is_none(), "it made no folder");
        std::thread::yield_now();
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let left = folders();
    assert_eq!(left.len(), 1);

    // Another run's, which is at work.
    let busy = temporary.path().join("planwright-diff-busy");
    fs::create_dir(&busy).unwrap();
    let lock = File::open(&busy).unwrap();
    lock.lock().unwrap();
    let an_hour_ago = SystemTime::now() - Duration::from_hours(1);
    lock.set_modified(an_hour_ago).unwrap();
    let folder = File::open(&left[0]).unwrap();
    // The git that the killed run had started may be writing to it for another moment.
    for _ in 0..10 {
        folder.set_modified(an_hour_ago).unwrap();
        Run::of(&mut diff()).exits(0);
        if folders().len() == 1 {
            break;
        }
    }
    assert_eq!(folders(), [busy]);
}
