//! One query: its struct, and what makes that a statement.

use proc_macro2::TokenStream;
use quote::quote;

use super::{bulk, docs, ident, optional, path, row, sql_type, variants};
use crate::analyze::Param;
use crate::catalog::Query;
use crate::names;
use crate::source::Command;
use crate::types::RustType;

/// From this many parameters on a call takes them as one struct.
pub(super) const MANY_PARAMETERS: usize = 6;

/// Whether any parameter is borrowed.
pub(super) fn borrows(query: &Query) -> bool {
    if query.command.takes_rows() {
        return false;
    }
    query.page.is_some()
        || query.analysis.params.iter().any(|p| match &p.rust_type {
            RustType::Array(_) => true,
            other => !other.is_copy(),
        })
}

/// What a call takes for a parameter.
pub(super) fn param_type(param: &Param, lifetime: &TokenStream) -> TokenStream {
    let inner = match &param.rust_type {
        RustType::Scalar(scalar) if scalar.copy => path(scalar.owned),
        RustType::Scalar(scalar) => {
            let borrowed = path(scalar.borrowed);
            quote! { &#lifetime #borrowed }
        }
        RustType::Enum(name) => {
            let name = ident(name);
            quote! { types::#name }
        }
        RustType::Composite(name) => {
            let name = ident(name);
            quote! { &#lifetime types::#name }
        }
        RustType::User(user) => {
            let user_type = path(&user.path);
            if user.copy {
                user_type
            } else {
                quote! { &#lifetime #user_type }
            }
        }
        RustType::Array(element) => {
            let element = row::rust_type(element, false);
            quote! { &#lifetime [#element] }
        }
    };
    optional("Option", param.nullable, &inner)
}

/// The struct that holds the parameters.
pub(super) fn statement(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    let doc = docs::outer(&[if query.variants.is_empty() {
        format!("The statement of [`{}`].", query.name)
    } else {
        format!("What a call of [`{}`] takes.", query.name)
    }]);
    let lifetime = quote! { 'a };
    let fields = query.analysis.params.iter().map(|param| {
        let field = ident(&names::identifier(&param.name));
        let rust = param_type(param, &lifetime);
        let doc = field_doc(query, param);
        quote! { #doc pub #field: #rust, }
    });
    let generics = borrows(query).then(|| quote! { <'a> });
    let added = variants::added_fields(query);
    let body = if query.analysis.params.is_empty() && added.is_empty() {
        quote! { ; }
    } else {
        quote! { { #(#fields)* #(#added)* } }
    };
    quote! {
        #doc
        #[derive(Debug, Clone, Copy)]
        pub struct #name #generics #body
    }
}

/// What the field of a parameter says.
pub(super) fn field_doc(query: &Query, param: &Param) -> TokenStream {
    let text = match &param.doc {
        Some(doc) => capitalized(doc),
        None => format!(
            "The parameter {}, {}.",
            docs::code(&format!(":{}", param.name)),
            docs::code(&param.sql_type)
        ),
    };
    let text = if query.parts.contains(&param.name) {
        text + " `None` leaves its part out."
    } else {
        text
    };
    docs::outer(&[text])
}

fn capitalized(text: &str) -> String {
    let text = &docs::prose(&[text.to_owned()]).concat();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    let mut out: String = first.chain(chars).collect();
    if !out.ends_with('.') {
        out.push('.');
    }
    out
}

/// The struct's name with its lifetime left open.
pub(super) fn elided(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    if borrows(query) {
        quote! { #name<'_> }
    } else {
        quote! { #name }
    }
}

/// The type whose SQL type is that of the query's rows.
pub(super) fn row_owner(query: &Query) -> TokenStream {
    if query.variants.is_empty() {
        elided(query)
    } else {
        variants::first(query)
    }
}

/// What makes the struct a Diesel query, and a timed one.
pub(super) fn traits(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    let elided = elided(query);
    let constant = ident(&query.const_name());
    let id = if borrows(query) {
        quote! { #name<'static> }
    } else {
        quote! { Self }
    };
    let binds = binds(query);
    let rows = query.row.as_ref().map(|row| {
        let row_name = ident(&row.name);
        let types = row::sql_types(&query.analysis.columns);
        quote! {
            impl Query for #elided { type SqlType = #types; }
            impl ReturnsRows for #elided { type Row = #row_name; }
        }
    });
    quote! {
        impl QueryId for #elided {
            type QueryId = #id;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl QueryFragment<Pg> for #elided {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                out.push_sql(#constant.sql);
                #binds
            }
            fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
                Ok(true)
            }
        }
        impl CatalogQuery for #elided {
            const INFO: &'static QueryInfo = &#constant;
            fn timer() -> &'static Timer {
                static TIMER: Timer = Timer::new(&#constant);
                &TIMER
            }
        }
        #rows
    }
}

fn binds(query: &Query) -> TokenStream {
    let params = query.analysis.params.iter();
    let one = |param: &Param| {
        let field = ident(&names::identifier(&param.name));
        let sql = sql_type(&param.rust_type, param.nullable);
        quote! { out.push_bind_param_value_only::<#sql, _>(&self.#field) }
    };
    let calls: Vec<TokenStream> = match query.command {
        Command::Bulk => bulk::binds(query),
        _ => params.map(one).collect(),
    };
    match calls.split_last() {
        Some((last, rest)) => quote! { #(#rest?;)* #last },
        None => quote! { Ok(()) },
    }
}
