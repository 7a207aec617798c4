//! The function of a query, and the calls in it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::query::{MANY_PARAMETERS, borrows, elided, param_type};
use super::{docs, ident, load, row, variants};
use crate::catalog::{FieldValue, Module, Query, RowStruct};
use crate::names;
use crate::source::Command;

/// The function that applications call.
pub(super) fn function(query: &Query, module: &Module) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let name = ident(&query.name);
    let statement = ident(&query.type_name());
    let fields: Vec<_> = query
        .analysis
        .params
        .iter()
        .map(|param| ident(&names::identifier(&param.name)))
        .chain(variants::added(query).into_iter().map(|added| added.name))
        .collect();
    let none = TokenStream::new();
    let added: Vec<(Ident, TokenStream)> = query
        .load_params
        .iter()
        .map(|param| {
            let name = load::added(&names::identifier(&param.name));
            (name, param_type(param, &none))
        })
        .collect();
    let taken = fields.iter().chain(added.iter().map(|(name, _)| name));
    let conn = free_name(&taken.cloned().collect::<Vec<_>>());
    // What the call of a stream borrows lives as long as the stream.
    let streams = query.command == Command::Stream;
    let lifetime = (streams && borrows(query)).then(|| quote! { 'a });
    let (arguments, built) = if fields.len() >= MANY_PARAMETERS {
        let statement = match &lifetime {
            Some(lifetime) => quote! { #statement<#lifetime> },
            None => elided(query),
        };
        (quote! { query: #statement }, TokenStream::new())
    } else {
        let lifetime = lifetime.clone().unwrap_or_default();
        let params = query.analysis.params.iter();
        let types = params.map(|param| param_type(param, &lifetime)).chain(
            variants::added(query)
                .into_iter()
                .map(|added| added.argument),
        );
        let built = if fields.is_empty() {
            quote! { let query = #statement; }
        } else {
            quote! { let query = #statement { #(#fields),* }; }
        };
        (quote! { #(#fields: #types),* }, built)
    };
    if let (false, Some(row)) = (query.loads.is_empty(), module.row_of(query)) {
        let (body, returned) = load::body(query, row, &conn);
        let comma = (!arguments.is_empty()).then(|| quote! { , });
        let added = added.iter().map(|(name, rust)| quote! { #name: #rust });
        let added = quote! { #comma #(#added),* };
        let bound = if query.pipelines {
            quote! { Pipeline }
        } else {
            quote! { AsyncConnectionCore<Backend = Pg> }
        };
        return quote! {
            #doc
            pub async fn #name<C>(#conn: &mut C, #arguments #added) -> planwright::Result<#returned>
            where
                C: #bound,
            {
                #built
                #body
            }
        };
    }
    let (returned, map) = returned(query, module);
    if streams {
        let run = if query.variants.is_empty() {
            stream_call(&quote! { #conn }, &quote! { query }, &map)
        } else {
            quote! { query.run(#conn) }
        };
        let all = quote! { #conn: &#lifetime mut C, #arguments };
        let body = quote! { #built #run };
        return stream(query, lifetime.as_ref(), &all, &returned, &body);
    }
    let call = call(query, module.row_of(query), &quote! { #conn });
    quote! {
        #doc
        pub async fn #name<C>(#conn: &mut C, #arguments) -> planwright::Result<#returned>
        where
            C: AsyncConnectionCore<Backend = Pg>,
        {
            #built
            #call.await #map
        }
    }
}

/// What runs the statement that the variable `query` is.
pub(super) fn call(query: &Query, row: Option<&RowStruct>, conn: &TokenStream) -> TokenStream {
    if query.variants.is_empty() {
        run(query, row, conn, &quote! { query })
    } else {
        quote! { query.run(#conn) }
    }
}

/// Runs a statement of the query.
pub(super) fn run(
    query: &Query,
    row: Option<&RowStruct>,
    conn: &TokenStream,
    statement: &TokenStream,
) -> TokenStream {
    let run = ident(query.command.word().trim_start_matches(':'));
    let Some(row) = row.filter(|row| row.joined().is_some()) else {
        return quote! { planwright::query::#run(#conn, #statement) };
    };
    let (run, row) = (format_ident!("{run}_collapsed"), ident(&row.name));
    quote! { planwright::query::#run(#conn, #statement, #row::collapse) }
}

/// Runs a statement whose rows are a stream, each mapped where something is made of it.
pub(super) fn stream_call(
    conn: &TokenStream,
    statement: &TokenStream,
    map: &TokenStream,
) -> TokenStream {
    if map.is_empty() {
        quote! { planwright::query::stream(#conn, #statement) }
    } else {
        quote! { planwright::query::stream_map(#conn, #statement, #map) }
    }
}

/// The function of a stream: it waits for nothing, and what it returns borrows what it takes.
fn stream(
    query: &Query,
    lifetime: Option<&TokenStream>,
    takes: &TokenStream,
    item: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let name = ident(&query.name);
    let generic = lifetime.iter();
    let elided = quote! { '_ };
    let shown = lifetime.unwrap_or(&elided);
    quote! {
        #doc
        pub fn #name<#(#generic,)* C>(#takes) -> planwright::query::RowStream<#shown, #item>
        where
            C: AsyncConnectionCore<Backend = Pg>,
        {
            #body
        }
    }
}

/// A name for the connection that no parameter has.
fn free_name(taken: &[Ident]) -> Ident {
    let mut name = "conn".to_owned();
    while taken.iter().any(|ident| *ident == name) {
        name.push('_');
    }
    ident(&name)
}

/// What a call returns, and how it is made of what the run time returns.
pub(super) fn returned(query: &Query, module: &Module) -> (TokenStream, TokenStream) {
    let Some(row) = &query.row else {
        let value = if query.command == Command::ExecRows {
            quote! { u64 }
        } else {
            quote! { () }
        };
        return (value, TokenStream::new());
    };
    let name = ident(&row.name);
    let scalar =
        row.scalar
            .as_ref()
            .and_then(|field| match &module.row_of(query)?.fields.first()?.value {
                FieldValue::Column { column, .. } => Some((
                    ident(field),
                    row::rust_type(&column.rust_type, column.nullable),
                )),
                FieldValue::Nested { .. } => None,
            });
    let (value, map) = match scalar {
        None => (quote! { #name }, None),
        Some((field, rust)) => (rust, Some(quote! { |row| row.#field })),
    };
    if query.page.is_some() {
        let cursor = ident(&query.cursor_name());
        return (quote! { Page<#value, #cursor> }, TokenStream::new());
    }
    match query.command.each() {
        Command::Opt => (
            quote! { Option<#value> },
            map.map(|map| quote! { .map(|found| found.map(#map)) })
                .unwrap_or_default(),
        ),
        Command::Many => (
            quote! { Vec<#value> },
            map.map(|map| quote! { .map(|rows| rows.into_iter().map(#map).collect()) })
                .unwrap_or_default(),
        ),
        Command::Stream | Command::Bulk => (value, map.unwrap_or_default()),
        _ => (
            value,
            map.map(|map| quote! { .map(#map) }).unwrap_or_default(),
        ),
    }
}
