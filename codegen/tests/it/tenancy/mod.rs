//! Whose rows queries reach: verdicts, the same on every server, and their truth.

mod conditions;
mod grower;
mod soundness;
mod verdicts;
mod writer;
mod writes;

use std::fmt::Write as _;

use planwright_codegen::diagnostics::Diagnostic;

use crate::project::{TempProject, only_rules};

/// The tables and rows of two tenants.
const ROWS: &str = include_str!("rows.sql");

/// The seed of a random test: that of the environment, if there is one.
fn seed(seed: u64) -> u64 {
    let other = std::env::var("SEED").ok();
    other.and_then(|seed| seed.parse().ok()).unwrap_or(seed)
}

/// Whether each query over the tables of [`ROWS`] is called scoped.
fn scoped(queries: &[&str], major: u32) -> Vec<bool> {
    let config = "[tenant]\ncolumn = \"tid\"\n";
    let found = said(ROWS, config, queries, major);
    found.iter().map(Vec::is_empty).collect()
}

/// What is said of each query, in their order.
fn findings(schema: &str, queries: &[&str], major: u32) -> Vec<Vec<Finding>> {
    let config = "[tenant]\ncolumn = \"tenant_id\"\n";
    said(schema, config, queries, major)
}

fn said(schema: &str, config: &str, queries: &[&str], major: u32) -> Vec<Vec<Finding>> {
    let mut text = String::new();
    let mut ends = Vec::new();
    for (number, sql) in queries.iter().enumerate() {
        let command = if changes(sql) { ":execrows" } else { ":many" };
        let _ = writeln!(text, "-- name: q{number} {command}\n{sql};");
        ends.push(text.len());
    }
    let project = TempProject::of(schema, &text);
    let rules = only_rules(&["tenant-scope"]);
    let config = format!("{config}{rules}tenant-scope = \"warn\"\n");
    project.write("planwright.toml", config);
    let checked = match project.check(major) {
        Ok(checked) => checked,
        Err(failure) => panic!("{failure}"),
    };
    let mut found: Vec<Vec<Finding>> = queries.iter().map(|_| Vec::new()).collect();
    for diagnostic in checked.warnings.sorted() {
        if diagnostic.code == "tenant-scope" {
            let label = &diagnostic.labels[0];
            let query = ends.partition_point(|end| *end <= label.span.start);
            found[query].push(Finding {
                diagnostic: diagnostic.clone(),
                underlined: text[label.span.clone()].to_owned(),
            });
        }
    }
    found
}

/// Whether a statement changes rows and returns none.
fn changes(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or("");
    let last = sql.rsplit(") INSERT").next().unwrap_or(sql);
    let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"].contains(&first)
        || last.len() < sql.len()
        || sql.contains(") UPDATE");
    writes && !last.contains(" RETURNING")
}

/// One finding, and the text that it points to.
struct Finding {
    diagnostic: Diagnostic,
    underlined: String,
}

impl Finding {
    /// Everything it says, in one line.
    fn text(&self) -> String {
        let Diagnostic {
            message,
            notes,
            help,
            ..
        } = &self.diagnostic;
        let help = help.as_deref().unwrap_or("");
        format!(
            "{message} | {} | {} | {help}",
            self.underlined,
            notes.join(" | ")
        )
    }
}
