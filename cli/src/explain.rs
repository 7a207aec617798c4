//! `planwright explain QUERY`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::catalog::Query;
use planwright_codegen::names;

use crate::args::ExplainArgs;
use crate::check::{checked, open};
use crate::output::{self, Problem};
use crate::table;

/// Prints one query of the catalog.
pub(crate) async fn run(folder: &Path, args: &ExplainArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let checked = checked(&project).await?;
    let found: Vec<&Query> = checked
        .catalog
        .queries()
        .filter(|query| query.full_name == args.query || query.name == args.query)
        .collect();
    match found.as_slice() {
        [query] => {
            output::line(&describe(query).trim_end());
            Ok(())
        }
        [] => {
            let names = checked.catalog.queries().map(|query| query.name.as_str());
            let nearest = names::nearest(&args.query, names);
            let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
            let message = format!("error: the catalog has no query `{}`{hint}", args.query);
            Err(Problem::CouldNotRun(message))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|query| query.full_name.as_str()).collect();
            Err(Problem::CouldNotRun(format!(
                "error: `{}` could be any of {}; give the whole name",
                args.query,
                names.join(", ")
            )))
        }
    }
}

fn describe(query: &Query) -> String {
    let mut text = format!("{} {}\n", query.full_name, query.command.word());
    for line in &query.docs {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(text, "\n{}\n", query.written);
    let lists = [
        ("Parameters", table::params(query)),
        ("Columns", table::columns(query)),
        ("Access paths", table::paths(query)),
    ];
    for (title, items) in lists {
        if items.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}:");
        for item in items {
            let _ = writeln!(text, "  {item}");
        }
    }
    let sorts = if query.plan.sorts { "yes" } else { "no" };
    let _ = writeln!(text, "Sorts: {sorts}\nRound trips: {}", query.round_trips);
    text
}
