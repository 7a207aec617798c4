//! `planwright stats pull`

use std::collections::BTreeSet;
use std::path::Path;

use planwright_codegen::files;
use planwright_codegen::statistics::Snapshot;
use planwright_codegen::statistics::pull::{Pulled, Values};
use planwright_codegen::{DatabaseUrl, pull};

use crate::args::{StatsAction, StatsArgs};
use crate::check::{open, options};
use crate::database_url;
use crate::output::{self, Problem};

/// Takes what the database's planner knows, and writes it into the project.
pub(crate) async fn run(folder: &Path, args: &StatsArgs) -> Result<(), Problem> {
    let StatsAction::Pull { with_values } = args.action;
    let project = open(folder)?;
    let url = database_url::check(args.database_url.as_deref(), "take statistics from")?;
    let url: DatabaseUrl = url
        .parse()
        .map_err(|error| Problem::could_not("read the database URL", &error))?;
    let values = if with_values {
        Values::All
    } else {
        listed(&project.config.statistics.values)
    };
    let pulled = pull(&project, &options(), &url, &values).await?;
    let path = files::write_snapshot(&project, &pulled.snapshot.to_text())
        .map_err(|error| Problem::from_error(&error))?;
    for note in &pulled.notes {
        output::note(&format!("note: {note}"));
    }
    output::line(&summary(&pulled, &path));
    Ok(())
}

fn listed(columns: &BTreeSet<String>) -> Values {
    if columns.is_empty() {
        Values::None
    } else {
        Values::Of(columns.clone())
    }
}

fn summary(pulled: &Pulled, path: &str) -> String {
    let Snapshot { server, tables, .. } = &pulled.snapshot;
    let indexes: usize = tables.values().map(|table| table.indexes.len()).sum();
    let values = if pulled.snapshot.holds_values() {
        "it holds values of rows: think before you commit it"
    } else {
        "it holds no value of any row"
    };
    format!(
        "wrote {path}: PostgreSQL {}, {} tables, {indexes} indexes, {} planner settings; {values}",
        server.major,
        tables.len(),
        server.settings.len()
    )
}
