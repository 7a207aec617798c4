//! Functions that fill in the rows of other queries.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::query::MANY_PARAMETERS;
use super::{docs, ident, row};
use crate::catalog::{Given, KeyColumn, Load, Query, RowStruct};
use crate::names;
use crate::source::{Command, LoadShape};

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
        let doc = docs::outer(&[format!(
            "{count} of [`{}`] with this key.",
            function_path(load)
        )]);
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
    let row = path(load, &load.row);
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
        format!(
            "- {}: [`{}`] by {}",
            docs::code(&load.ident),
            function_path(load),
            docs::code(&columns.join(", "))
        )
    });
    let mut lines = vec![
        String::new(),
        format!(
            "Loads, in {} round trips with the query itself:",
            query.round_trips
        ),
    ];
    lines.extend(loads);
    lines
}

/// The body of a function behind the making of the statement, and what the function returns.
pub(super) fn body(query: &Query, row: &RowStruct, conn: &Ident) -> (TokenStream, TokenStream) {
    let loaded = ident(&query.loaded_name());
    let run = super::query::call(query, conn);
    let (rows, iter, returned, finish) = match query.command {
        Command::Many => (
            quote! { rows },
            quote! { rows.iter() },
            quote! { Vec<#loaded> },
            quote! { rows.into_iter().map(load).collect() },
        ),
        Command::Opt => (
            quote! { row },
            quote! { row.iter() },
            quote! { Option<#loaded> },
            quote! { row.map(load).transpose() },
        ),
        _ => (
            quote! { row },
            quote! { std::iter::once(&row) },
            quote! { #loaded },
            quote! { load(row) },
        ),
    };
    let children = query.loads.iter().enumerate().map(|(number, load)| {
        let (keys, children) = (numbered("keys", number), numbered("children", number));
        let key = key(&load.key);
        let by = key_of_child(&load.by);
        let call = call(load, &keys, conn);
        quote! {
            let #keys = Keys::of(#iter.map(|row| #key));
            let #children = if #keys.is_empty() { Vec::new() } else { #call };
            let mut #children = #keys.group(#children, |row| #by);
        }
    });
    let taken = query.loads.iter().enumerate().map(|(number, load)| {
        let children = numbered("children", number);
        let key = key(&load.key);
        let info = names::screaming_case(function(load));
        let info = path(load, &info);
        match load.shape {
            LoadShape::Many => quote! { let #children = #children.many(#key); },
            LoadShape::Opt => quote! { let #children = #children.opt(#key, &#info)?; },
            LoadShape::One => quote! { let #children = #children.one(#key, &#info)?; },
        }
    });
    let own = row.fields.iter().map(|field| {
        let field = ident(&field.ident);
        quote! { #field: row.#field }
    });
    let filled = query.loads.iter().enumerate().map(|(number, load)| {
        let (field, children) = (ident(&load.ident), numbered("children", number));
        quote! { #field: #children }
    });
    // A call by its name changes it; an iterator has it to itself.
    let mutable = matches!(query.command, Command::One).then(|| quote! { mut });
    let row_type = ident(&row.name);
    let body = quote! {
        let #rows = #run.await?;
        #(#children)*
        let #mutable load = |row: #row_type| -> planwright::Result<#loaded> {
            #(#taken)*
            Ok(#loaded { #(#own,)* #(#filled,)* })
        };
        #finish
    };
    (body, returned)
}

fn numbered(word: &str, number: usize) -> Ident {
    format_ident!("{word}_{number}")
}

/// The key of a row: an `Option`, of a tuple where there are several columns.
fn key(columns: &[KeyColumn]) -> TokenStream {
    if let [only] = columns {
        let value = value(only);
        return if only.nullable {
            value
        } else {
            quote! { Some(#value) }
        };
    }
    let part = |number: usize| numbered("part", number);
    let values = columns.iter().enumerate().map(|(number, column)| {
        if column.nullable {
            let part = part(number);
            quote! { #part }
        } else {
            value(column)
        }
    });
    let tuple = quote! { (#(#values),*) };
    let nullable = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.nullable);
    // One null part makes the whole key null.
    nullable
        .rev()
        .fold(None, |inner: Option<TokenStream>, (number, column)| {
            let (value, part) = (value(column), part(number));
            Some(match inner {
                None => quote! { #value.map(|#part| #tuple) },
                Some(inner) => quote! { #value.and_then(|#part| #inner) },
            })
        })
        .unwrap_or(quote! { Some(#tuple) })
}

fn key_of_child(columns: &[KeyColumn]) -> TokenStream {
    let values: Vec<TokenStream> = columns.iter().map(value).collect();
    match values.as_slice() {
        [only] => only.clone(),
        several => quote! { (#(#several),*) },
    }
}

fn value(column: &KeyColumn) -> TokenStream {
    let field = ident(&column.ident);
    let clone = (!column.rust_type.is_copy()).then(|| quote! { .clone() });
    quote! { row.#field #clone }
}

/// The call of the child for all keys.
fn call(load: &Load, keys: &Ident, conn: &Ident) -> TokenStream {
    let function_name = path(load, function(load));
    let args: Vec<(Ident, TokenStream)> = load
        .args
        .iter()
        .map(|given| argument(load, given, keys))
        .collect();
    let (own, added) = args.split_at(load.own_args);
    let values = |args: &[(Ident, TokenStream)]| -> Vec<TokenStream> {
        args.iter().map(|(_, value)| value.clone()).collect()
    };
    let mut all = vec![quote! { #conn }];
    if own.len() >= MANY_PARAMETERS {
        let statement = path(load, &names::upper_camel_case(function(load)));
        let fields = own.iter().map(|(param, value)| quote! { #param: #value });
        all.push(quote! { #statement { #(#fields),* } });
    } else {
        all.extend(values(own));
    }
    all.extend(values(added));
    quote! { #function_name(#(#all),*).await? }
}

/// What a parameter of the child gets.
fn argument(load: &Load, given: &Given, keys: &Ident) -> (Ident, TokenStream) {
    let (param, value, wrap) = match given {
        Given::Keys { param, part, wrap } => {
            let value = if load.key.len() == 1 {
                quote! { #keys.all() }
            } else {
                let index = Literal::usize_unsuffixed(*part);
                let clone = (!load.key[*part].rust_type.is_copy()).then(|| quote! { .clone() });
                quote! { &#keys.part(|key| key.#index #clone) }
            };
            (param, value, *wrap)
        }
        Given::Parameter { param, own, wrap } => {
            let own = ident(own);
            (param, quote! { query.#own }, *wrap)
        }
        Given::Added { param, own, wrap } => {
            let own = ident(own);
            (param, quote! { #own }, *wrap)
        }
    };
    let value = if wrap {
        quote! { Some(#value) }
    } else {
        value
    };
    (ident(param), value)
}
