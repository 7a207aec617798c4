//! The keys of rows, and what a child gets of them.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{added, numbered};
use crate::catalog::{Given, KeyColumn, Load};
use crate::emit::ident;

/// The key of a row: an `Option`, of a tuple where there are several columns.
pub(super) fn key(columns: &[KeyColumn]) -> TokenStream {
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

pub(super) fn key_of_child(columns: &[KeyColumn]) -> TokenStream {
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

/// What a parameter of the child gets.
pub(super) fn argument(load: &Load, given: &Given, keys: Option<&Ident>) -> (Ident, TokenStream) {
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
            let own = added(own);
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
