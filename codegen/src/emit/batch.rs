//! `:batchone`, `:batchmany` and `:batchexec`: a function that takes several calls.

use proc_macro2::TokenStream;
use quote::quote;

use super::query::borrows;
use super::{docs, function, ident};
use crate::catalog::{Module, Query};

/// The function that applications call.
pub(super) fn function(query: &Query, module: &Module) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let (name, statement) = (ident(&query.name), ident(&query.type_name()));
    let calls = ident(if query.type_name() == "Calls" {
        "Given"
    } else {
        "Calls"
    });
    let lifetime = borrows(query).then(|| quote! { 'a });
    let (generic, statement) = match &lifetime {
        Some(lifetime) => (quote! { #lifetime, }, quote! { #statement<#lifetime> }),
        None => (TokenStream::new(), quote! { #statement }),
    };
    let (returned, map) = function::returned(query, module);
    let map =
        (!map.is_empty()).then(|| quote! { .into_iter().map(|answer| answer #map).collect() });
    let run = ident(query.command.word().trim_start_matches(':'));
    quote! {
        #doc
        #[must_use = "each call has an answer of its own, which may be an error"]
        pub async fn #name<#generic C, #calls>(
            conn: &mut C,
            calls: #calls,
        ) -> Vec<planwright::Result<#returned>>
        where
            C: Pipeline,
            #calls: IntoIterator<Item = #statement>,
        {
            planwright::query::#run(conn, calls).await #map
        }
    }
}
