//! `planwright init --ci github --pre-commit`: the workflow is read by a parser of YAML, and the
//! hook is run by git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use crate::diff::git;
use crate::project::{CHECKOUT, Project, QUERIES, Run, planwright};

const WORKFLOW: &str = ".github/workflows/planwright.yml";
const HOOK: &str = ".githooks/pre-commit";

/// A generated project in the folder `shop` of a repository, and the repository.
fn project() -> (Project, PathBuf) {
    let project = Project::generated();
    let repository = project.root().join("..").canonicalize().unwrap();
    git(
        &repository,
        &["init", "--quiet", "--initial-branch", "main"],
    )
    .exits(0);
    (project, repository)
}

/// The workflow, parsed, with its steps by name; those without one by what they use.
fn workflow(repository: &Path) -> (Yaml, Vec<(String, Yaml)>) {
    let text = fs::read_to_string(repository.join(WORKFLOW)).unwrap();
    assert!(!text.contains("{{project}}") && !text.contains("{{install}}"));
    let mut documents = YamlLoader::load_from_str(&text).unwrap();
    assert_eq!(documents.len(), 1);
    let workflow = documents.remove(0);
    let steps = workflow["jobs"]["planwright"]["steps"].as_vec().unwrap();
    let name = |step: &Yaml| {
        let name = step["name"].as_str().or_else(|| step["uses"].as_str());
        name.unwrap().to_owned()
    };
    let steps = steps
        .iter()
        .map(|step| (name(step), step.clone()))
        .collect();
    (workflow, steps)
}

fn run_of<'a>(steps: &'a [(String, Yaml)], name: &str) -> &'a str {
    let step = steps.iter().find(|(known, _)| known == name);
    step.unwrap().1["run"].as_str().unwrap()
}

#[test]
fn the_workflow_checks_and_reviews() {
    let (project, repository) = project();
    let run = project.run(&["init", "--ci", "github"]).exits(0);
    run.says("wrote .github/workflows/planwright.yml")
        .says("PLANWRIGHT_GIT");
    let (workflow, steps) = workflow(&repository);
    let job = &workflow["jobs"]["planwright"];
    assert_eq!(job["env"]["PROJECT"].as_str(), Some("shop"));
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "actions/checkout@v4",
        "Rust",
        "Cache",
        "Planwright",
        "Check",
        "Review",
    ];
    assert_eq!(names, expected);
    // What the steps run is what the program takes.
    for step in ["Check", "Review"] {
        let line = run_of(&steps, step);
        let line = line.split(" >> ").next().unwrap();
        let mut shell = Command::new("sh");
        let path = Path::new(env!("CARGO_BIN_EXE_planwright"))
            .parent()
            .unwrap();
        let path = format!("{}:{}", path.display(), std::env::var("PATH").unwrap());
        shell.args(["-c", &format!("{line} --help")]);
        shell
            .env("PATH", path)
            .env("PROJECT", ".")
            .env("BASE", "main");
        Run::of(&mut shell).exits(0).says("Usage: planwright");
    }
}

#[test]
fn the_workflow_installs_what_the_project_names() {
    let (project, repository) = project();
    let config = project.read("planwright.toml");
    project.write(
        "planwright.toml",
        &format!("{config}\n[postgres]\nversion = 17\n"),
    );
    fs::create_dir_all(repository.join("tools/plan wright/codegen")).unwrap();
    for manifest in ["Cargo.toml", "codegen/Cargo.toml"] {
        fs::write(repository.join("tools/plan wright").join(manifest), "").unwrap();
    }
    let args = [
        "init",
        "--ci",
        "github",
        "--planwright-path",
        "../tools/plan wright",
    ];
    project.run(&args).exits(0);
    let (_, steps) = workflow(&repository);
    let step = &steps
        .iter()
        .find(|(name, _)| name == "Planwright")
        .unwrap()
        .1;
    assert_eq!(
        step["env"]["PLANWRIGHT"].as_str(),
        Some("tools/plan wright")
    );
    assert!(run_of(&steps, "PostgreSQL 17").contains("postgresql-17"));
}

#[test]
fn a_new_project_has_both_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut init = planwright(folder.path());
    init.args(["init", "shop", "--planwright-path", CHECKOUT]);
    let run = Run::of(init.args(["--ci", "github", "--pre-commit"])).exits(0);
    run.says("wrote src/main.rs")
        .says("wrote .githooks/pre-commit");
    let shop = folder.path().join("shop");
    let (workflow, _) = workflow(&shop);
    let env = &workflow["jobs"]["planwright"]["env"];
    assert_eq!(env["PROJECT"].as_str(), Some("."));
    assert!(shop.join(HOOK).is_file());
}

#[test]
fn what_is_there_is_never_overwritten() {
    let (project, repository) = project();
    fs::create_dir_all(repository.join(".githooks")).unwrap();
    fs::write(repository.join(HOOK), "mine").unwrap();
    let run = project
        .run(&["init", "--ci", "github", "--pre-commit"])
        .exits(2);
    run.tells(".githooks/pre-commit is there already; nothing was written")
        .tells("add `planwright check --frozen` to it");
    assert_eq!(fs::read_to_string(repository.join(HOOK)).unwrap(), "mine");
    assert!(!repository.join(WORKFLOW).exists());
    // A new project is not begun either.
    let args = [
        "init",
        "other",
        "--planwright-path",
        CHECKOUT,
        "--pre-commit",
    ];
    Run::of(planwright(&repository).args(args)).exits(2);
    assert!(!repository.join("other").exists());
}

#[test]
fn init_wants_something_to_do() {
    let (project, _) = project();
    project.run(&["init"]).exits(2).tells("required");
    let args = ["init", "--ci", "github", "--planwright-path", "nowhere"];
    let run = project.run(&args).exits(2);
    run.tells("is no checkout of Planwright");
}

/// Commits what is staged, with the program on the path and no server to be found.
fn commit(repository: &Path, nothing: &Path) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_planwright"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("git");
    command.current_dir(repository).env("PATH", path);
    command.env("PLANWRIGHT_PG_BIN", nothing);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "ada@example.org"),
        ("GIT_COMMITTER_NAME", "Ada"),
        ("GIT_COMMITTER_EMAIL", "ada@example.org"),
    ] {
        command.env(name, value);
    }
    Run::of(command.args(["commit", "--quiet", "--message", "as it is"]))
}

#[test]
fn the_hook_refuses_a_commit_whose_code_is_another() {
    let (project, repository) = project();
    let run = project.run(&["init", "--pre-commit"]).exits(0);
    run.says("git config core.hooksPath .githooks");
    git(&repository, &["config", "core.hooksPath", ".githooks"]).exits(0);
    let nothing = tempfile::tempdir().unwrap();
    git(&repository, &["add", "--all"]).exits(0);
    commit(&repository, nothing.path()).exits(0);

    // The code is generated, but only the SQL is staged.
    project.replace(QUERIES, "ORDER BY created_at DESC", "ORDER BY created_at");
    project.run(&["generate"]).exits(0);
    git(&repository, &["add", "shop/queries"]).exits(0);
    let refused = commit(&repository, nothing.path()).exits(1);
    refused
        .tells("`queries/notes.sql` changed since the code was generated")
        .tells("Run `planwright generate`, add what it wrote");
    let log = git(&repository, &["log", "--oneline"]).exits(0);
    assert_eq!(log.stdout.lines().count(), 1);

    git(&repository, &["add", "--all"]).exits(0);
    commit(&repository, nothing.path()).exits(0);
    // What is not staged is nobody's business, and neither is what is not the project's.
    project.replace(QUERIES, "ORDER BY created_at", "ORDER BY id");
    fs::write(repository.join("README.md"), "A shop.\n").unwrap();
    git(&repository, &["add", "README.md"]).exits(0);
    commit(&repository, nothing.path()).exits(0);
}
