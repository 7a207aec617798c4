//! `planwright drift`: whether a database is what the migrations build.

use std::path::Path;

use planwright_codegen::config::Project;
use planwright_codegen::diagnostics::Diagnostics;
use planwright_codegen::{Drift, live};

use crate::args::DriftArgs;
use crate::check::options;
use crate::database_url;
use crate::doctor::session::Session;
use crate::doctor::words::counted;
use crate::format::{Report, deliver};
use crate::output::{self, Problem};
use crate::verdict::{Outcome, Stopped, Verdict};

/// Compares the database with the migrations, and prints what differs.
pub(crate) async fn run(folder: &Path, args: &DriftArgs) -> Result<(), Problem> {
    let url = database_url::check(args.database_url.as_deref(), "compare")?;
    let (project, found) = match Project::discover(folder) {
        Ok(project) => {
            let found = look(&project, url, args).await;
            (Some(project), found)
        }
        Err(error) => (None, Err(error.into())),
    };
    let shown = if args.format.shows_text() {
        show(&found, args)
    } else {
        Ok(())
    };
    let result = found.map(|found| Verdict {
        checked: None,
        drift: found.drift,
        written: Vec::new(),
    });
    let came = Outcome { project, result };
    // What is merely there is a finding as well.
    let report = || Report::new("drift", folder, came).with_warnings_as_findings();
    deliver(&args.format, report, shown)
}

/// What was found of the database.
struct Found {
    drift: Drift,
    /// The statements that mend it.
    script: String,
    /// What was compared.
    agreement: String,
}

async fn look(project: &Project, url: &str, args: &DriftArgs) -> Result<Found, Stopped> {
    let session = Session::open(url).await.map_err(Stopped::Connection)?;
    let client = session.conn.client();
    let compared = live::compare(project, &options(), client).await?;
    for note in &compared.notes {
        output::note(&format!("note: {note}"));
    }
    let mut found = Diagnostics::new();
    let mut sources = compared.sources;
    found.extend(compared.diagnostics);
    let mut planned = None;
    if args.plans {
        let plans = live::plans(project, &options(), client).await?;
        for note in &plans.notes {
            output::note(&format!("note: {note}"));
        }
        found.extend(plans.diagnostics);
        sources = plans.sources;
        planned = Some(plans.queries);
    }
    Ok(Found {
        drift: Drift { found, sources },
        script: compared.script,
        agreement: agreement(&compared.expected, planned),
    })
}

/// Shows readers what was found, or prints the script.
fn show(found: &Result<Found, Stopped>, args: &DriftArgs) -> Result<(), Problem> {
    let found = found.as_ref().map_err(Problem::from)?;
    if args.fix {
        output::line(&found.script.trim_end());
    }
    if !found.drift.is_empty() {
        return Err(Problem::Findings(found.drift.render(output::style())));
    }
    if !args.fix {
        output::line(&found.agreement);
    }
    Ok(())
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
