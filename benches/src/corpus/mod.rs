//! Catalogs of another generator: how many are generated as they are, and where parameters and
//! columns differ from what that one and PostgreSQL say of them.
//!
//! A corpus is a folder `good` with a folder for each case: `schema.sql`, `query.sql` and
//! `expected.json`; and perhaps a folder `bad` of cases that the other generator or PostgreSQL
//! refuses. It is read only.

mod compare;
mod crates;
mod expected;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use planwright_codegen::config::Project;
use planwright_codegen::diagnostics::Level;
use planwright_codegen::rules::RULES;
use planwright_codegen::{Checked, Failure, Options, check, names};

use compare::Comparison;
use crates::Crates;
use expected::Expected;

/// How the command is called.
pub(crate) const USAGE: &str = "       planwright-benches corpus FOLDER [--crates FOLDER]";

/// The release whose word the expectations are.
const MAJOR: u32 = 15;

/// Checks every case and prints what came of it. Returns whether no column is called NOT NULL
/// in which a NULL was seen, and nothing panicked.
pub(crate) async fn run(mut args: impl Iterator<Item = String>) -> Result<bool, Box<dyn Error>> {
    let folder = args.next().ok_or("name the folder of the corpus")?;
    let mut crates = match (args.next().as_deref(), args.next()) {
        (None, None) => None,
        (Some("--crates"), Some(folder)) => Some(Crates::new(Path::new(&folder))?),
        _ => return Err(USAGE.into()),
    };
    let cases = cases(&Path::new(&folder).join("good"))?;
    let mut comparison = Comparison::default();
    let mut stopped: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut generated, mut warnings, mut panics) = (0, BTreeMap::new(), 0);
    for case in &cases {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        let codes = match checked(case).await {
            Ok(Ok(checked)) => {
                generated += 1;
                for warning in checked.warnings.sorted() {
                    *warnings.entry(warning.code).or_insert(0_usize) += 1;
                }
                compare(&mut comparison, &name, case, &checked)?;
                if let Some(crates) = &mut crates {
                    crates.add(&name, &checked.files)?;
                }
                continue;
            }
            Ok(Err(failure)) => codes(failure),
            Err(error) => {
                panics += usize::from(error.is_panic());
                BTreeSet::from(["panic".to_owned()])
            }
        };
        for code in codes {
            stopped.entry(code).or_default().insert(name.to_string());
        }
    }
    println!("{generated} of {} cases generated", cases.len());
    for (code, cases) in &stopped {
        let names: Vec<&str> = cases.iter().map(String::as_str).collect();
        println!("  {code}: {} ({})", cases.len(), names.join(", "));
    }
    panics += refused(&Path::new(&folder).join("bad")).await?;
    let mut line = String::new();
    for (code, count) in &warnings {
        let _ = write!(line, " {code} {count}");
    }
    println!("warnings:{line}\n\n{}", comparison.report());
    let compile = match &crates {
        Some(crates) => crates.check()?,
        None => (generated, Vec::new()),
    };
    if crates.is_some() {
        println!("{} of {generated} generated crates compile", compile.0);
        for error in &compile.1 {
            println!("  {error}");
        }
    }
    Ok(comparison.faults.is_empty() && panics == 0 && compile.0 == generated)
}

/// Checks the cases that somebody refuses, and says which are taken here. Returns how many
/// panicked.
async fn refused(folder: &Path) -> Result<usize, Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(0);
    }
    let (mut taken, mut panics) = (Vec::new(), 0);
    let cases = cases(folder)?;
    for case in &cases {
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        match checked(case).await {
            Ok(Ok(_)) => taken.push(name),
            Ok(Err(_)) => {}
            Err(error) => panics += usize::from(error.is_panic()),
        }
    }
    let refused = cases.len() - taken.len();
    println!(
        "{refused} of {} bad cases refused; taken: {}",
        cases.len(),
        taken.join(", ")
    );
    Ok(panics)
}

/// The folders of the cases, by name.
fn cases(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut cases = Vec::new();
    for entry in entries {
        cases.push(entry?.path());
    }
    cases.sort();
    if cases.is_empty() {
        return Err(format!("{} has no cases", folder.display()).into());
    }
    Ok(cases)
}

/// Checks a case in a task of its own, so that a panic ends nothing else.
async fn checked(case: &Path) -> Result<Result<Checked, Box<dyn Error>>, tokio::task::JoinError> {
    let case = case.to_owned();
    let local = tokio::task::LocalSet::new();
    let task = async move { tokio::task::spawn_local(async move { generate(&case).await }).await };
    local.run_until(task).await
}

/// Checks a copy of a case as a project that no rule judges.
async fn generate(case: &Path) -> Result<Checked, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    for part in ["queries", "migrations/0001_schema", "generated/src"] {
        std::fs::create_dir_all(root.join(part))?;
    }
    let mut config = format!("[postgres]\nversion = {MAJOR}\n[rules]\n");
    for rule in RULES {
        let _ = writeln!(config, "{} = \"allow\"", rule.name);
    }
    std::fs::write(root.join("planwright.toml"), config)?;
    let copy = |from: &str, to: &str| std::fs::copy(case.join(from), root.join(to));
    copy("query.sql", "queries/query.sql")?;
    copy("schema.sql", "migrations/0001_schema/up.sql")?;
    let project = Project::discover(root)?;
    Ok(check(&project, &Options::default()).await?)
}

/// The codes of the errors that stopped a case.
fn codes(failure: Box<dyn Error>) -> BTreeSet<String> {
    match failure.downcast::<Failure>().map(|failure| *failure) {
        Ok(Failure::Findings { diagnostics, .. }) => {
            let errors = diagnostics.into_iter().filter(|d| d.level == Level::Error);
            errors.map(|d| d.code.to_owned()).collect()
        }
        Ok(failure) => BTreeSet::from([failure.to_string()]),
        Err(error) => BTreeSet::from([error.to_string()]),
    }
}

fn compare(
    comparison: &mut Comparison,
    name: &str,
    case: &Path,
    checked: &Checked,
) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(case.join("expected.json"))?;
    let expected: Expected =
        serde_json::from_str(&text).map_err(|error| format!("{name}/expected.json: {error}"))?;
    for query in &expected.queries {
        let function = names::function(&query.name);
        let found = checked.catalog.queries().find(|q| q.name == function);
        if let Some(found) = found {
            comparison.query(name, &checked.schema, found, query);
        }
    }
    Ok(())
}
