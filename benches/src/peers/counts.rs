//! What is counted and not timed: allocations, in this program with another allocator, and
//! instructions, in this program under callgrind. Both run in processes of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region};
use tokio::runtime::Runtime;

use super::case::Case;
use super::contender::{NotOffered, Probe, Result};
use super::data::{self, Data, EMPTIED};
use super::{CONTENDERS, pools};

/// Allocations and their bytes for a call, by case and contender.
pub type Counts = BTreeMap<String, BTreeMap<String, (f64, f64)>>;

/// The name of the program whose allocator counts.
const COUNTED: &str = "planwright-benches-counted";

/// Counts the allocations of cases in that program, which is built where it is not there.
pub fn allocations(data: &Data, cases: &[Case], pools: bool) -> Result<Counts> {
    let program = counted()?;
    let mut command = Command::new(program);
    command.args(["peers", "--counts", &data.url, &data.scratch]);
    command.arg(data.messages.len().to_string());
    command.args(cases.iter().map(|case| case.name()));
    if pools {
        command.arg("pool");
    }
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("the program that counts: {}", text.trim()).into());
    }
    Ok(serde_json::from_str(&text)?)
}

/// The program beside this one, as new as this one.
fn counted() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let release = own
        .parent()
        .is_some_and(|folder| folder.ends_with("release"));
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command.args(["build", "--quiet", "-p", "planwright-benches"]);
    command.args(["--features", "peers", "--bin", COUNTED]);
    if release {
        command.arg("--release");
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let status = command.arg("--manifest-path").arg(manifest).status()?;
    if !status.success() {
        return Err(format!("{COUNTED} could not be built").into());
    }
    Ok(own.with_file_name(COUNTED))
}

/// What that program does: one call, and then so many that are counted.
pub fn count(runtime: &Runtime, data: Data, cases: &[Case], pools: bool) -> Result<Counts> {
    let mut counts = Counts::new();
    for case in cases {
        let counted = runtime.block_on(of_case(&data, *case))?;
        counts.insert(case.name().to_owned(), counted);
    }
    if pools {
        let counted = super::threads()?.block_on(of_pools(&Arc::new(data)))?;
        counts.insert("pool".to_owned(), counted);
    }
    Ok(counts)
}

async fn of_case(data: &Data, case: Case) -> Result<BTreeMap<String, (f64, f64)>> {
    let mut counts = BTreeMap::new();
    let admin = data::connect(&data.scratch).await?;
    let url = if case.writes() {
        &data.scratch
    } else {
        &data.url
    };
    let calls = if case.is_emptied() { 1 } else { 4 };
    for entry in CONTENDERS {
        admin.batch_execute(EMPTIED).await?;
        let mut runner = (entry.connect)(url).await?;
        let mut probe = Probe::default();
        runner.give(case, data);
        match runner.run(case, data, 1, &mut probe).await {
            Err(error) if error.is::<NotOffered>() => continue,
            result => result?,
        }
        if case.is_emptied() {
            admin.batch_execute(EMPTIED).await?;
        }
        runner.give(case, data);
        let region = Region::new(&INSTRUMENTED_SYSTEM);
        runner.run(case, data, calls, &mut probe).await?;
        counts.insert(entry.name.to_owned(), each(&region, calls));
    }
    Ok(counts)
}

async fn of_pools(data: &Arc<Data>) -> Result<BTreeMap<String, (f64, f64)>> {
    let mut counts = BTreeMap::new();
    for entry in pools::ALL {
        let pool = (entry.open)(&data.url).await?;
        pool.round(Arc::clone(data)).await?;
        let region = Region::new(&INSTRUMENTED_SYSTEM);
        pool.round(Arc::clone(data)).await?;
        let counted = each(&region, pools::TASKS * pools::CALLS);
        counts.insert(entry.name.to_owned(), counted);
    }
    Ok(counts)
}

/// Of a call.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn each(region: &Region<'_, std::alloc::System>, calls: usize) -> (f64, f64) {
    let change = region.change();
    let each = |total: usize| (total as f64 / calls as f64 * 10.0).round() / 10.0;
    let count = change.allocations + change.reallocations;
    (each(count), each(change.bytes_allocated))
}

/// The instructions of one call of the first case: this program is run under callgrind with some
/// calls and with twice as many, and what the others cost is taken by their number.
pub fn instructions(data: &Data, name: &str) -> Result<f64> {
    const CALLS: u32 = 200;
    let once = under_callgrind(data, name, CALLS)?;
    let twice = under_callgrind(data, name, 2 * CALLS)?;
    let more = f64::from(u32::try_from(twice.saturating_sub(once))?);
    Ok((more / f64::from(CALLS)).round())
}

fn under_callgrind(data: &Data, name: &str, calls: u32) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind");
    command.arg(format!("--callgrind-out-file={}", file.display()));
    command.arg(std::env::current_exe()?);
    command.args(["peers", "--calls", name, &calls.to_string()]);
    command.args([&data.url, &data.scratch]);
    let output = command.output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        return Err(format!("{name} under callgrind: {}", text.trim()).into());
    }
    let text = std::fs::read_to_string(&file)?;
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(totals.ok_or("callgrind gave no totals")?.trim().parse()?)
}

/// What the program does under callgrind.
pub async fn calls(data: &Data, name: &str, calls: usize) -> Result<()> {
    let entry = CONTENDERS.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| format!("no contender is called {name}"))?;
    let mut runner = (entry.connect)(&data.url).await?;
    let mut probe = Probe::default();
    runner.run(Case::OneRow, data, calls, &mut probe).await
}
