//! A million rows, which are made as they are sent, in a process of its own.

use std::error::Error;
use std::process::Command;
use std::time::Instant;

use diesel_async::{AsyncConnection as _, AsyncPgConnection};

use super::catalog::queries::{add_messages, import_messages};
use super::{connect, imported, message};
use crate::stats;

const MILLION: u64 = 1_000_000;

/// Runs the process.
pub(super) fn measure(what: &str, url: &str) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let status = Command::new(program).args(["bulk", what, url]).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the process of :{what} ended with {status}").into())
    }
}

/// What the process does.
pub(super) async fn child(what: &str, url: &str) -> Result<(), Box<dyn Error>> {
    let before = stats::peak_memory().unwrap_or_default();
    let start = Instant::now();
    let inserted = if what == "copy" {
        let mut client = connect(url).await?;
        import_messages(&mut client, (0..MILLION).map(message).map(imported)).await?
    } else {
        let mut conn = AsyncPgConnection::establish(url).await?;
        add_messages(&mut conn, (0..MILLION).map(message)).await?
    };
    let took = start.elapsed();
    assert_eq!(inserted, MILLION);
    println!(
        "1,000,000 rows, :{what}: {:.1} s, at most {:.1} MiB, {before:.1} MiB of them before the first row",
        took.as_secs_f64(),
        stats::peak_memory().unwrap_or_default(),
    );
    Ok(())
}
