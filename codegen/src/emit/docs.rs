//! Documentation comments of generated items.

use proc_macro2::TokenStream;
use quote::quote;

use super::{load, variants};
use crate::catalog::{Module, Query};
use crate::source::Command;

/// One `#[doc]` for each line; the formatter writes them as `///`.
pub(super) fn outer(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| padded(line));
    quote! { #(#[doc = #lines])* }
}

fn padded(line: &str) -> String {
    // A lone carriage return is not allowed in a doc comment.
    let line = line.replace('\r', " ");
    if line.is_empty() {
        line
    } else {
        format!(" {line}")
    }
}

/// The comment at the top of a module.
pub(super) fn module(module: &Module) -> TokenStream {
    let lines = if module.docs.is_empty() {
        vec![format!("The queries of `{}`.", module.path)]
    } else {
        prose(&module.docs)
    };
    let lines = lines.iter().map(|line| padded(line));
    quote! { #(#![doc = #lines])* }
}

/// What a query's function says: the author's text, the parameters, the SQL, the
/// access path of each table, and the errors.
pub(super) fn function(query: &Query) -> Vec<String> {
    let mut lines = prose(&query.docs);
    if lines.is_empty() {
        lines.push(format!("Runs `{}`.", query.name));
    }
    let documented: Vec<String> = query
        .analysis
        .params
        .iter()
        .chain(&query.load_params)
        .filter_map(|p| {
            Some(format!(
                "- {}: {}",
                code(&p.name),
                prose_line(p.doc.as_ref()?)
            ))
        })
        .collect();
    if !documented.is_empty() {
        lines.push(String::new());
        lines.extend(documented);
    }
    lines.push(String::new());
    if query.command.is_batch() {
        let together = "Each call is a statement of its own. All go out in one round trip.";
        lines.extend([together.to_owned(), String::new()]);
    }
    lines.extend(sql_block(&query.written));
    if let Some(many) = &query.analysis.many_rows {
        lines.push(String::new());
        lines.push(if query.command == Command::Copy {
            "Sends:".to_owned()
        } else {
            "Sends, for each batch of rows:".to_owned()
        });
        lines.push(String::new());
        lines.extend(sql_block(&many.sql));
    }
    let paths = query.plan.lines();
    if !query.variants.is_empty() {
        lines.push(String::new());
        lines.extend(variants::documentation(query));
    } else if !paths.is_empty() {
        lines.push(String::new());
        lines.push(
            if query.plan.custom {
                "Access paths, for the sample values:"
            } else {
                "Access paths:"
            }
            .to_owned(),
        );
        lines.extend(paths.iter().map(|path| format!("- {}", code(path))));
    }
    if !query.loads.is_empty() {
        lines.extend(load::documentation(query));
    }
    lines.push(String::new());
    lines.push("# Errors".to_owned());
    lines.push(errors(query.command).to_owned());
    lines
}

fn errors(command: Command) -> &'static str {
    match command {
        Command::One => "When the statement fails, or does not return exactly one row.",
        Command::Opt => "When the statement fails, or returns more than one row.",
        Command::Stream => {
            "An item is an error when the statement fails, also after some rows; it is the last."
        }
        Command::Many | Command::Exec | Command::ExecRows => "When the statement fails.",
        Command::BatchOne => "Of each call: when it fails, or does not return exactly one row.",
        Command::BatchMany | Command::BatchExec => "Of each call: when it fails.",
        Command::Bulk | Command::Copy => {
            "When a row is refused, whose position is then that of the error; or the statement \
             fails otherwise."
        }
    }
}

/// The SQL in a fence that nothing inside it can close.
fn sql_block(sql: &str) -> Vec<String> {
    let fence = "`".repeat(longest_run(sql).max(2) + 1);
    let mut lines = vec![format!("{fence}sql")];
    lines.extend(sql.lines().map(str::to_owned));
    lines.push(fence);
    lines
}

/// Inline code that nothing inside it can close.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    match longest_run(&text) {
        0 => format!("`{text}`"),
        run => {
            let fence = "`".repeat(run + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// What people wrote, without blocks of code: rustdoc would take these for Rust, and
/// `cargo test` would compile and run them.
pub(super) fn prose(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| prose_line(line)).collect()
}

fn prose_line(line: &str) -> String {
    let mut line = line
        .replace('\t', " ")
        .replace("```", "\\`\\`\\`")
        .replace("~~~", "\\~\\~\\~");
    while line.contains("    ") {
        line = line.replace("    ", "   ");
    }
    line
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
