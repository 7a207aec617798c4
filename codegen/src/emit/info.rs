//! What is known of a statement before it runs, as a constant.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident, path};
use crate::analyze::Analysis;
use crate::catalog::{Query, commented};
use crate::plan::Plan;
use crate::source::Command;

/// The constant that describes the query.
pub(super) fn info(query: &Query) -> TokenStream {
    let constant = ident(&query.const_name());
    let doc = docs::outer(&[format!(
        "What is known of [`{}`] before it runs.",
        query.name
    )]);
    let value = info_value(
        query,
        &Known {
            full_name: &query.full_name,
            sql: &query.sql,
            fingerprint: query.fingerprint,
            analysis: &query.analysis,
            plan: &query.plan,
        },
    );
    quote! {
        #doc
        pub const #constant: QueryInfo = #value;
    }
}

/// What is known of one statement.
pub(super) struct Known<'a> {
    pub(super) full_name: &'a str,
    pub(super) sql: &'a str,
    pub(super) fingerprint: u64,
    pub(super) analysis: &'a Analysis,
    pub(super) plan: &'a Plan,
}

/// The value that describes a statement of the query.
pub(super) fn info_value(query: &Query, known: &Known<'_>) -> TokenStream {
    let name = known.full_name;
    let sql = sql_literal(&commented(known.sql, query.comment.as_deref()));
    let fingerprint = hex_literal(known.fingerprint);
    let operation = match query.command {
        Command::Copy => "COPY",
        _ => known.analysis.operation,
    };
    let command = command(query.command);
    let tables = &known.analysis.tables;
    let paths = known.plan.lines();
    let round_trips = Literal::u32_unsuffixed(query.round_trips);
    let row_limit = option(known.analysis.row_limit.map(Literal::u32_unsuffixed));
    let array_form = option(query.array_form.as_ref());
    let read_only = known.analysis.read_only;
    let slow = option(query.slow.map(|slow| {
        let millis = Literal::u128_unsuffixed(slow.as_millis());
        quote! { std::time::Duration::from_millis(#millis) }
    }));
    quote! {
        QueryInfo {
            name: #name,
            sql: #sql,
            fingerprint: #fingerprint,
            command: Command::#command,
            operation: #operation,
            tables: &[#(#tables),*],
            access_paths: &[#(#paths),*],
            round_trips: #round_trips,
            row_limit: #row_limit,
            array_form: #array_form,
            read_only: #read_only,
            slow: #slow,
        }
    }
}

fn command(command: Command) -> proc_macro2::Ident {
    ident(match command.each() {
        Command::One => "One",
        Command::Opt => "Opt",
        Command::Many => "Many",
        Command::Stream => "Stream",
        Command::Exec => "Exec",
        Command::ExecRows => "ExecRows",
        Command::Bulk => "Bulk",
        // What they are for one call stands above.
        Command::Copy | Command::BatchOne | Command::BatchMany | Command::BatchExec => "Copy",
    })
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote! { Some(#value) },
        None => quote! { None },
    }
}

fn hex_literal(value: u64) -> TokenStream {
    let digits = format!("{value:016x}");
    let groups: Vec<&str> = [0, 4, 8, 12].iter().map(|&i| &digits[i..i + 4]).collect();
    path(&format!("0x{}", groups.join("_")))
}

/// A raw literal keeps the lines of the SQL.
fn sql_literal(sql: &str) -> TokenStream {
    let mut hashes = "#".to_owned();
    while sql.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let raw = if sql.contains('\r') {
        None
    } else {
        format!("r{hashes}\"{sql}\"{hashes}").parse().ok()
    };
    raw.unwrap_or_else(|| {
        let literal = Literal::string(sql);
        quote! { #literal }
    })
}
