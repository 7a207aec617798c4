//! How long a check takes: server start, and the check beyond it.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use planwright_codegen::config::Project;
use planwright_codegen::files::write_generated;
use planwright_codegen::{Asked, Checker, Memory, Options, check, lock_agrees};
use planwright_embedded::{EmbeddedServer, Settings};

use crate::{stats, synthetic};

const RUNS: usize = 7;

/// Measures the agent's catalog and generated ones.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let agent = Project::discover(&std::env::current_dir()?)?;
    cold(&agent).await?;
    for queries in [10, 100, 1_000, 5_000] {
        let folder = tempfile::tempdir()?;
        synthetic::write(folder.path(), queries)?;
        let project = Project::discover(folder.path())?;
        let title = format!("{queries} queries over 50 tables");
        Box::pin(measure(&title, &project)).await?;
    }
    Box::pin(measure("the agent's catalog", &agent)).await?;
    Ok(())
}

/// The first check on a machine: nothing is cached.
async fn cold(project: &Project) -> Result<(), Box<dyn Error>> {
    let mut without = Vec::new();
    for _ in 0..3 {
        let cache = cache_folder()?;
        let options = Options {
            server: Settings::new().cache_dir(cache.path()),
            ..Options::default()
        };
        let start = Instant::now();
        check(project, &options).await?;
        without.push(start.elapsed());
    }
    println!(
        "the agent's catalog, nothing cached     {}",
        stats::summary(&without)
    );
    Ok(())
}

/// The server's user must be able to enter it.
fn cache_folder() -> std::io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

async fn measure(name: &str, project: &Project) -> Result<(), Box<dyn Error>> {
    let options = Options::default();
    // The first check makes the template.
    let checked = check(project, &options).await?;
    let (mut checks, mut starts) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        starts.push(server_start(&options).await?);
        let start = Instant::now();
        check(project, &options).await?;
        checks.push(start.elapsed());
    }
    let beyond = stats::median(&checks).saturating_sub(stats::median(&starts));
    println!("{name}");
    println!(
        "  server start and stop alone           {}",
        stats::summary(&starts)
    );
    println!(
        "  check and generate, template cached   {}",
        stats::summary(&checks)
    );
    println!(
        "  beyond the server's start             {:7.1} ms",
        beyond.as_secs_f64() * 1e3
    );
    println!(
        "  nothing changed                       {}",
        unchanged(project, &checked)?
    );
    if is_temporary(&project.root) {
        Box::pin(edited(project)).await?;
    }
    if let Some(peak) = stats::peak_memory() {
        println!("  peak memory of this process so far    {peak:7.1} MiB");
    }
    Ok(())
}

/// One query is edited: in a process of its own that remembers what the server said, and on a
/// server that stays up, as `planwright watch` has it.
async fn edited(project: &Project) -> Result<(), Box<dyn Error>> {
    let options = Options {
        memory: Memory::Cache,
        ..Options::default()
    };
    check(project, &options).await?;
    let mut cold = Vec::new();
    for round in 0..RUNS {
        synthetic::edit(&project.root.join(synthetic::FIRST), round)?;
        let start = Instant::now();
        let asked = check(project, &options).await?.asked;
        cold.push(start.elapsed());
        expect_one(asked)?;
    }
    println!(
        "  one query edited, template cached     {}",
        stats::summary(&cold)
    );
    let warm = edited_warm(project).await?;
    println!(
        "  one query edited, the server up       {}",
        stats::summary(&warm)
    );
    Ok(())
}

/// Edits one query again and again while the server is up.
async fn edited_warm(project: &Project) -> Result<Vec<Duration>, Box<dyn Error>> {
    let options = Options {
        memory: Memory::Cache,
        ..Options::default()
    };
    let mut checker = Checker::new(options);
    checker.check(project).await?;
    let mut warm = Vec::new();
    for round in RUNS..4 * RUNS {
        synthetic::edit(&project.root.join(synthetic::FIRST), round)?;
        let start = Instant::now();
        let asked = checker.check(project).await?.asked;
        warm.push(start.elapsed());
        expect_one(asked)?;
    }
    checker.stop().await?;
    Ok(warm)
}

fn expect_one(asked: Asked) -> Result<(), Box<dyn Error>> {
    if asked.prepared == 1 && asked.planned == 1 {
        Ok(())
    } else {
        Err(format!("one query was edited, and {asked:?}").into())
    }
}

async fn server_start(options: &Options) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    EmbeddedServer::start_with(&options.server)
        .await?
        .stop()
        .await?;
    Ok(start.elapsed())
}

/// Comparing the lock is all that an unchanged build does.
fn unchanged(
    project: &Project,
    checked: &planwright_codegen::Checked,
) -> Result<String, Box<dyn Error>> {
    let temporary = is_temporary(&project.root);
    if temporary {
        write_generated(project, &checked.files, &checked.lock.to_text())?;
    }
    let mut samples = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let agrees = lock_agrees(project)?;
        samples.push(start.elapsed());
        if !agrees {
            return Ok("the lock does not agree".to_owned());
        }
    }
    Ok(stats::summary(&samples))
}

fn is_temporary(folder: &Path) -> bool {
    folder.starts_with(std::env::temp_dir())
}
