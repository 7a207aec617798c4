//! Functions that fill in the rows of other queries.

mod key;
mod steps;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{docs, ident, row};
use crate::catalog::{Load, LoadedRow, Query, RowStruct};
use crate::names;
use crate::source::{Command, LoadShape};
use key::key;
use steps::Steps;

/// The struct of a row with what is loaded.
pub(super) fn structure(query: &Query, row: &RowStruct) -> TokenStream {
    let name = ident(&query.loaded_name());
    let doc = docs::outer(&[format!("A row of [`{}`], with what it loads.", query.name)]);
    let own = row.fields.iter().map(row::field);
    let loaded = query.loads.iter().map(|load| {
        let field = ident(&load.ident);
        let rust = field_type(load);
        let count = match load.shape {
            LoadShape::One => "The row",
            LoadShape::Opt => "The row, if there is one,",
            LoadShape::Many => "The rows",
        };
        let key = if load.is_keyed() {
            " with this key"
        } else {
            ""
        };
        let doc = docs::outer(&[format!("{count} of [`{}`]{key}.", function_path(load))]);
        quote! { #doc pub #field: #rust, }
    });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name {
            #(#own)*
            #(#loaded)*
        }
    }
}

fn field_type(load: &Load) -> TokenStream {
    let row = match &load.row {
        LoadedRow::Struct(name) => path(load, name),
        LoadedRow::Scalar(rust, nullable) => row::rust_type(rust, *nullable),
    };
    match load.shape {
        LoadShape::One => row,
        LoadShape::Opt => quote! { Option<#row> },
        LoadShape::Many => quote! { Vec<#row> },
    }
}

/// Something of the child's module.
fn path(load: &Load, name: &str) -> TokenStream {
    let name = ident(name);
    match &load.module {
        Some(module) => {
            let module = ident(module);
            quote! { super::#module::#name }
        }
        None => quote! { #name },
    }
}

fn function(load: &Load) -> &str {
    load.child.split("::").nth(1).unwrap_or_default()
}

/// The child, as a link in documentation.
fn function_path(load: &Load) -> String {
    match &load.module {
        Some(module) => format!("super::{module}::{}", function(load)),
        None => function(load).to_owned(),
    }
}

/// What a call says that it loads.
pub(super) fn documentation(query: &Query) -> Vec<String> {
    let loads = query.loads.iter().map(|load| {
        let columns: Vec<&str> = load.by.iter().map(|by| by.ident.as_str()).collect();
        let when = if load.waits() {
            ""
        } else {
            ", sent with the query itself"
        };
        let by = if load.is_keyed() {
            format!(" by {}", docs::code(&columns.join(", ")))
        } else {
            String::new()
        };
        let (field, child) = (docs::code(&load.ident), function_path(load));
        format!("- {field}: [`{child}`]{by}{when}")
    });
    let trips = match query.round_trips {
        1 => "one round trip".to_owned(),
        trips => format!("{trips} round trips"),
    };
    let mut lines = vec![
        String::new(),
        format!("Loads, in {trips} with the query itself:"),
    ];
    lines.extend(loads);
    lines
}

/// The body of a function behind the making of the statement, and what the function returns.
pub(super) fn body(query: &Query, row: &RowStruct, conn: &Ident) -> (TokenStream, TokenStream) {
    let loaded = ident(&query.loaded_name());
    let steps = Steps {
        query,
        row,
        conn,
        rows: ident(match query.command {
            Command::Many => "rows",
            _ => "row",
        }),
        together: together(query),
    };
    let sent = steps.all();
    let taken = query.loads.iter().enumerate().map(taken);
    let own = row.fields.iter().map(|field| {
        let field = ident(&field.ident);
        quote! { #field: row.#field }
    });
    let filled = query.loads.iter().enumerate().map(|(number, load)| {
        let (field, children) = (ident(&load.ident), numbered("children", number));
        quote! { #field: #children }
    });
    let one = quote! { #loaded { #(#own,)* #(#filled,)* } };
    let row_type = ident(&row.name);
    let (returned, finish) = match query.command {
        Command::Many => (
            quote! { Vec<#loaded> },
            quote! {
                let load = |row: #row_type| -> planwright::Result<#loaded> {
                    #(#taken)*
                    Ok(#one)
                };
                rows.into_iter().map(load).collect()
            },
        ),
        Command::Opt => (
            quote! { Option<#loaded> },
            quote! {
                let Some(row) = row else { return Ok(None); };
                #(#taken)*
                Ok(Some(#one))
            },
        ),
        _ => (quote! { #loaded }, quote! { #(#taken)* Ok(#one) }),
    };
    (quote! { #sent #finish }, returned)
}

/// What one row takes of the children of a load.
fn taken((number, load): (usize, &Load)) -> Option<TokenStream> {
    if !load.is_keyed() {
        return None;
    }
    let children = numbered("children", number);
    let key = key(&load.key);
    let info = names::screaming_case(function(load));
    let info = path(load, &info);
    let first = load.several.then(|| quote! { [0] });
    let info = quote! { &#info #first };
    Some(match load.shape {
        LoadShape::Many => quote! { let #children = #children.many(#key); },
        LoadShape::Opt => quote! { let #children = #children.opt(#key, #info)?; },
        LoadShape::One => quote! { let #children = #children.one(#key, #info)?; },
    })
}

/// Whether the function itself sends several statements at once.
fn together(query: &Query) -> bool {
    query.loads.len() > 1 || query.loads.iter().any(|load| !load.waits())
}

/// The argument of a function for a parameter that only a child has: a name of its own beside
/// the variables of the body.
pub(super) fn added(param: &str) -> Ident {
    let counted = |word: &str| param.strip_prefix(word).is_some();
    let taken = ["query", "rows", "row", "own", "load"].contains(&param);
    if taken || counted("keys_") || counted("children_") {
        return format_ident!("{param}_");
    }
    ident(param)
}

fn numbered(word: &str, number: usize) -> Ident {
    format_ident!("{word}_{number}")
}
