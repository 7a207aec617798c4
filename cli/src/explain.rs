//! `planwright explain QUERY`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::catalog::{Catalog, Module, Query};
use planwright_codegen::names;
use planwright_codegen::source::Command;

use crate::args::ExplainArgs;
use crate::check::{checked, open};
use crate::output::{self, Problem};
use crate::wrap::length;

/// Prints one query of the catalog.
pub(crate) async fn run(folder: &Path, args: &ExplainArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let checked = checked(&project).await?;
    let (module, query) = find(&checked.catalog, &args.query).map_err(Problem::CouldNotRun)?;
    output::line(&describe(module, query).trim_end());
    Ok(())
}

pub(crate) fn find<'a>(
    catalog: &'a Catalog,
    wanted: &str,
) -> Result<(&'a Module, &'a Query), String> {
    let of_module = |module: &'a Module| module.queries.iter().map(move |query| (module, query));
    let found: Vec<(&Module, &Query)> = catalog
        .modules
        .iter()
        .flat_map(of_module)
        .filter(|(_, query)| query.full_name == wanted || query.name == wanted)
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown(catalog, wanted)),
        several => {
            let names: Vec<&str> = several
                .iter()
                .map(|(_, query)| query.full_name.as_str())
                .collect();
            Err(format!(
                "error: `{wanted}` could be any of {}; give the whole name",
                names.join(", ")
            ))
        }
    }
}

fn unknown(catalog: &Catalog, wanted: &str) -> String {
    let whole = wanted.contains("::");
    let known = catalog
        .queries()
        .map(|query| if whole { &query.full_name } else { &query.name });
    let help = match names::nearest(wanted, known.map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`planwright check` lists every query".to_owned(),
    };
    format!("error: the catalog has no query `{wanted}`\n  help: {help}")
}

fn describe(module: &Module, query: &Query) -> String {
    let mut text = format!("{}  {}\n", query.full_name, module.path);
    for line in &query.docs {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "\n{}", indented(&query.written));
    section(&mut text, "parameters", &params(query));
    section(&mut text, "returns", &returns(query));
    if query.variants.is_empty() {
        section(&mut text, "access paths", &query.plan.lines());
    }
    for variant in &query.variants {
        let title = format!("access paths of {}", variant.full_name);
        section(&mut text, &title, &variant.plan.lines());
    }
    let mut facts = vec![format!("round trips: {}", query.round_trips)];
    if let Some(slow) = query.slow {
        facts.push(format!("slow from {slow:?} on"));
    }
    let _ = writeln!(text, "\n{}", facts.join("; "));
    text
}

fn indented(text: &str) -> String {
    let lines = text
        .trim_end()
        .lines()
        .map(|line| format!("  {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    for line in lines {
        let _ = writeln!(text, "  {}", line.trim_end());
    }
}

fn params(query: &Query) -> Vec<String> {
    let rows: Vec<[String; 4]> = query
        .analysis
        .params
        .iter()
        .map(|p| {
            let doc = p.doc.clone().unwrap_or_default();
            [
                format!(":{}", p.name),
                p.sql_type.clone(),
                null(p.nullable),
                doc,
            ]
        })
        .collect();
    aligned(&rows)
}

fn returns(query: &Query) -> Vec<String> {
    let columns: Vec<[String; 4]> = query
        .analysis
        .columns
        .iter()
        .map(|c| {
            let comment = c.comment.clone().unwrap_or_default();
            [
                c.name.clone(),
                c.sql_type.clone(),
                null(c.nullable),
                comment,
            ]
        })
        .collect();
    let how_many = match query.command {
        Command::One => "one row; none or several are an error",
        Command::Opt => "one row or none; several are an error",
        Command::Many => "any number of rows",
        Command::Stream => "any number of rows, one by one as they arrive",
        Command::Exec => "nothing",
        Command::ExecRows => "the number of rows that changed",
        Command::Bulk if query.row.is_some() => "what RETURNING gives of the rows inserted",
        Command::Bulk => "the number of rows inserted, of many that are given",
        Command::Copy => "the number of rows, of many that are given",
        Command::BatchOne => "one row for each of many calls, in one round trip",
        Command::BatchMany => "any number of rows for each of many calls, in one round trip",
        Command::BatchExec => "nothing for each of many calls, in one round trip",
    };
    let mut lines = vec![format!("{how_many} ({})", query.command.word())];
    lines.extend(
        aligned(&columns)
            .into_iter()
            .map(|line| format!("  {line}")),
    );
    lines
}

fn null(nullable: bool) -> String {
    if nullable { "null" } else { "not null" }.to_owned()
}

/// Columns of text, each as wide as its longest entry.
fn aligned(rows: &[[String; 4]]) -> Vec<String> {
    let width = |column: usize| {
        rows.iter()
            .map(|row| length(&row[column]))
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 4] = std::array::from_fn(width);
    let line = |row: &[String; 4]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
