//! Queries that return a page of their rows, and where the next one begins.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident, row, sql_type};
use crate::analyze::Column;
use crate::catalog::{Page, Query};
use crate::names;

/// The struct that says where a page begins.
pub(super) fn cursor(query: &Query) -> Option<TokenStream> {
    let page = query.page.as_ref()?;
    let name = ident(&query.cursor_name());
    let doc = docs::outer(&[
        format!(
            "Where a row of [`{}`] stands: the next page is behind it.",
            query.name
        ),
        String::new(),
        "It is good for calls with the same parameters.".to_owned(),
    ]);
    let fields = page.keys.iter().map(|(column, _)| {
        let field = field(column);
        let rust = row::rust_type(&column.rust_type, false);
        let doc = docs::outer(&[format!("Its {}.", docs::code(&column.name))]);
        quote! { #doc pub #field: #rust, }
    });
    Some(quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name { #(#fields)* }
    })
}

fn field(column: &Column) -> proc_macro2::Ident {
    ident(&names::identifier(&column.name))
}

/// What makes a page of the rows that the chosen statement returns.
pub(super) fn body(query: &Query, page: &Page, choose: &TokenStream) -> TokenStream {
    let cursor = ident(&query.cursor_name());
    let fields = page.keys.iter().map(|(column, _)| {
        let field = field(column);
        let clone = (!column.rust_type.is_copy()).then(|| quote! { .clone() });
        quote! { #field: row.#field #clone }
    });
    quote! {
        let query = Self { page_size: self.page_size.clamp(1, i64::MAX - 1), ..self };
        let rows = #choose;
        Ok(Page::new(rows, query.page_size, |row| #cursor { #(#fields),* }))
    }
}

/// The values of the cursor, and the size of the page.
pub(super) fn binds(page: &Page) -> TokenStream {
    let calls = page.keys.iter().map(|(column, _)| {
        let field = field(column);
        let sql = sql_type(&column.rust_type, false);
        quote! { out.push_bind_param_value_only::<#sql, _>(&after.#field)?; }
    });
    quote! {
        if let Some(after) = self.0.after {
            #(#calls)*
        }
        out.push_bind_param_value_only::<st::BigInt, _>(&self.0.page_size)?;
    }
}

/// In which order the pages come.
pub(super) fn documentation(query: &Query, page: &Page) -> Vec<String> {
    let keys = page.keys.iter().map(|(column, descending)| {
        let name = docs::code(&column.name);
        if *descending {
            format!("{name} descending")
        } else {
            name
        }
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    vec![format!(
        "Returns a page, ordered by {keys}: `page_size` rows, those behind `after`. Where there are more, [`Page::next`] is the [`{}`] of its last row.",
        query.cursor_name()
    )]
}
