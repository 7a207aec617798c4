//! `planwright drift`: whether a database is what the migrations build.

use std::path::Path;

use planwright_codegen::diagnostics::Diagnostics;
use planwright_codegen::{Failure, live};

use crate::args::DriftArgs;
use crate::check::{open, options};
use crate::database_url;
use crate::doctor::session::Session;
use crate::doctor::words::counted;
use crate::output::{self, Problem};

/// Compares the database with the migrations, and prints what differs.
pub(crate) async fn run(folder: &Path, args: &DriftArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let url = database_url::check(args.database_url.as_deref(), "compare")?;
    let session = Session::open(url).await?;
    let client = session.conn.client();
    let drift = live::compare(&project, &options(), client).await?;
    for note in &drift.notes {
        output::note(&format!("note: {note}"));
    }
    let mut found = Diagnostics::new();
    let mut sources = drift.sources;
    found.extend(drift.diagnostics);
    let mut planned = None;
    if args.plans {
        let plans = live::plans(&project, &options(), client).await?;
        for note in &plans.notes {
            output::note(&format!("note: {note}"));
        }
        found.extend(plans.diagnostics);
        sources = plans.sources;
        planned = Some(plans.queries);
    }
    if args.fix {
        output::line(&drift.script.trim_end());
    }
    if found.is_empty() {
        if !args.fix {
            output::line(&agreement(&drift.expected, planned));
        }
        return Ok(());
    }
    Err(Failure::Findings {
        diagnostics: found,
        sources,
    }
    .into())
}

/// What was compared, when nothing differs.
fn agreement(expected: &live::Description, planned: Option<usize>) -> String {
    let (tables, indexes) = expected.counts();
    let plans = planned.map_or_else(String::new, |queries| {
        let queries = counted(queries, "query is", "queries are");
        format!("; {queries} planned as the lock says")
    });
    let tables = counted(tables, "table", "tables");
    let indexes = counted(indexes, "index", "indexes");
    format!("the database is what the migrations build: {tables}, {indexes}{plans}")
}
