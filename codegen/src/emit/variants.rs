//! A query with several statements: one function, and a type for each statement, because
//! statements are prepared by type.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::info::{Known, info_value};
use super::query::{borrows, elided};
use super::{docs, function, ident, pages, row, sql_type};
use crate::catalog::{Module, Query, Variant};
use crate::names;
use crate::source::Command;
use crate::source::pages::PAGE_SIZE;

/// The constant that describes every statement.
pub(super) fn infos(query: &Query) -> TokenStream {
    let constant = ident(&query.const_name());
    let doc = docs::outer(&[format!(
        "What is known of the statements of [`{}`] before they run.",
        query.name
    )]);
    let count = Literal::usize_unsuffixed(query.variants.len());
    let infos = query.variants.iter().map(|variant| {
        let known = Known {
            full_name: &variant.full_name,
            sql: &variant.sql,
            fingerprint: variant.fingerprint,
            analysis: &variant.analysis,
            plan: &variant.plan,
        };
        info_value(query, &known)
    });
    quote! {
        #doc
        pub const #constant: [QueryInfo; #count] = [#(#infos),*];
    }
}

/// The first statement's type, with its lifetime left open.
pub(super) fn first(query: &Query) -> TokenStream {
    let name = ident(&query.variant_name());
    if borrows(query) {
        quote! { #name<'_, 0> }
    } else {
        quote! { #name<0> }
    }
}

/// The type of the statements, what makes it a timed Diesel query, and what chooses one.
pub(super) fn statements(query: &Query, module: &Module) -> TokenStream {
    let name = ident(&query.variant_name());
    let params = ident(&query.type_name());
    let doc = docs::outer(&[format!(
        "One of the statements of [`{}`]: [`{}`] by its number.",
        query.name,
        query.const_name()
    )]);
    let (generics, inner) = if borrows(query) {
        (
            quote! { <'a, const VARIANT: usize> },
            quote! { #params<'a> },
        )
    } else {
        (quote! { <const VARIANT: usize> }, quote! { #params })
    };
    let orders = orders(query);
    let cursor = pages::cursor(query);
    let choice = choice(query, module);
    let traits = traits(query);
    quote! {
        #orders
        #cursor
        #doc
        #[derive(Debug, Clone, Copy)]
        pub struct #name #generics (#inner);
        #choice
        #traits
    }
}

/// What a call takes beside the parameters of the SQL.
pub(super) struct Added {
    pub(super) name: Ident,
    /// Its type in a function.
    pub(super) argument: TokenStream,
    /// Its type in a struct.
    field: TokenStream,
    doc: &'static str,
}

/// The order that a caller chooses, or the page.
pub(super) fn added(query: &Query) -> Vec<Added> {
    let mut added = Vec::new();
    if query.page.is_some() {
        let cursor = ident(&query.cursor_name());
        added.push(Added {
            name: ident("after"),
            argument: quote! { Option<&#cursor> },
            field: quote! { Option<&'a #cursor> },
            doc: "Where the page before ended; `None` for the first page.",
        });
        added.push(Added {
            name: ident(PAGE_SIZE),
            argument: quote! { i64 },
            field: quote! { i64 },
            doc: "The most rows of the page; less than one counts as one.",
        });
    }
    if !query.orders.is_empty() {
        let name = ident(&query.order_name());
        added.push(Added {
            name: ident("order"),
            argument: quote! { #name },
            field: quote! { #name },
            doc: "The order of the rows.",
        });
    }
    added
}

/// The same as fields.
pub(super) fn added_fields(query: &Query) -> Vec<TokenStream> {
    let fields = added(query).into_iter().map(|added| {
        let (name, field) = (added.name, added.field);
        let doc = docs::outer(&[added.doc.to_owned()]);
        quote! { #doc pub #name: #field, }
    });
    fields.collect()
}

/// The enum of the orders.
fn orders(query: &Query) -> Option<TokenStream> {
    if query.orders.is_empty() {
        return None;
    }
    let name = ident(&query.order_name());
    let doc = docs::outer(&[format!("An order of the rows of [`{}`].", query.name)]);
    let orders = query.orders.iter().map(|order| {
        let doc = docs::outer(&[format!("By {}.", docs::code(&order.sql))]);
        let name = ident(&order.ident);
        quote! { #doc #name, }
    });
    Some(quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #name { #(#orders)* }
    })
}

/// What finds and runs the statement for what is given.
fn choice(query: &Query, module: &Module) -> TokenStream {
    let (params, name) = (elided(query), ident(&query.variant_name()));
    let bits = query.parts.iter().enumerate().map(|(bit, part)| {
        let field = ident(&names::identifier(part));
        let shift = Literal::usize_unsuffixed(bit);
        let shift = (bit > 0).then(|| quote! { << #shift });
        quote! { usize::from(self.#field.is_some()) #shift }
    });
    let order = (!query.orders.is_empty()).then(|| {
        let shift = Literal::usize_unsuffixed(query.parts.len());
        let shift = quote! { << #shift };
        if query.parts.is_empty() {
            quote! { self.order as usize }
        } else {
            quote! { (self.order as usize) #shift }
        }
    });
    let after = query.page.as_ref().map(|_| {
        let shift = Literal::usize_unsuffixed(query.parts.len());
        let shift = (!query.parts.is_empty()).then(|| quote! { << #shift });
        quote! { usize::from(self.after.is_some()) #shift }
    });
    let bits = bits.chain(order).chain(after);
    let this = if query.page.is_some() {
        quote! { query }
    } else {
        quote! { self }
    };
    let streams = query.command == Command::Stream;
    let (item, map) = function::returned(query, module);
    let last = query.variants.len().saturating_sub(1);
    let arms = (0..query.variants.len()).map(|number| {
        let number_of = Literal::usize_unsuffixed(number);
        let pattern = if number == last {
            quote! { _ }
        } else {
            quote! { #number_of }
        };
        let statement = quote! { #name::<#number_of>(#this) };
        let conn = quote! { conn };
        if streams {
            let call = function::stream_call(&conn, &statement, &map);
            return quote! { #pattern => #call, };
        }
        let call = function::run(query, module.row_of(query), &conn, &statement);
        // In pages, what is returned is not what the function returns.
        let end = query.page.as_ref().map(|_| quote! { ? });
        quote! { #pattern => #call.await #end, }
    });
    let choose = quote! { match #this.variant() { #(#arms)* } };
    let body = match &query.page {
        Some(page) => pages::body(query, page, &choose),
        None => choose,
    };
    let number = quote! {
        /// The number of the statement for what is given.
        fn variant(&self) -> usize {
            #(#bits)|*
        }
    };
    if streams {
        // What the stream borrows lives as long as the stream.
        let own = borrows(query).then(|| quote! { <'a> });
        let (reference, shown) = match own {
            Some(_) => (quote! { &'a mut C }, quote! { 'a }),
            None => (quote! { &mut C }, quote! { '_ }),
        };
        let params = ident(&query.type_name());
        return quote! {
            impl #own #params #own {
                #number
                /// The rows of the statement for what is given.
                fn run<C>(self, conn: #reference) -> planwright::query::RowStream<#shown, #item>
                where
                    C: AsyncConnectionCore<Backend = Pg>,
                {
                    #body
                }
            }
        };
    }
    let returned = returned(query);
    quote! {
        impl #params {
            #number
            /// Runs the statement for what is given.
            async fn run<C>(self, conn: &mut C) -> planwright::Result<#returned>
            where
                C: AsyncConnectionCore<Backend = Pg>,
            {
                #body
            }
        }
    }
}

/// What the run time returns.
fn returned(query: &Query) -> TokenStream {
    let row = query.row.as_ref().map(|row| ident(&row.name));
    if query.page.is_some() {
        let cursor = ident(&query.cursor_name());
        return quote! { Page<#row, #cursor> };
    }
    match query.command {
        Command::Many | Command::Stream => quote! { Vec<#row> },
        Command::Opt => quote! { Option<#row> },
        Command::One => quote! { #row },
        Command::ExecRows => quote! { u64 },
        // Statements for many rows and those of batches have no variants.
        _ => quote! { () },
    }
}

fn traits(query: &Query) -> TokenStream {
    let name = ident(&query.variant_name());
    let constant = ident(&query.const_name());
    let (own, id) = if borrows(query) {
        (
            quote! { #name<'_, VARIANT> },
            quote! { #name<'static, VARIANT> },
        )
    } else {
        (quote! { #name<VARIANT> }, quote! { Self })
    };
    let generics = quote! { <const VARIANT: usize> };
    let binds = binds(query);
    let numbers: Vec<Literal> = (0..query.variants.len())
        .map(Literal::usize_unsuffixed)
        .collect();
    let count = Literal::usize_unsuffixed(query.variants.len());
    let rows = query.row.as_ref().map(|row| {
        let row_name = ident(&row.name);
        let types = row::sql_types(&query.analysis.columns);
        quote! {
            impl #generics Query for #own { type SqlType = #types; }
            impl #generics ReturnsRows for #own { type Row = #row_name; }
        }
    });
    quote! {
        impl #generics QueryId for #own {
            type QueryId = #id;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl #generics QueryFragment<Pg> for #own {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                out.push_sql(#constant[VARIANT].sql);
                #binds
                Ok(())
            }
            fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
                Ok(true)
            }
        }
        impl #generics CatalogQuery for #own {
            const INFO: &'static QueryInfo = &#constant[VARIANT];
            fn timer() -> &'static Timer {
                static TIMERS: [Timer; #count] = [#(Timer::new(&#constant[#numbers])),*];
                &TIMERS[VARIANT]
            }
        }
        #rows
    }
}

/// Parameters are numbered in one order in all statements, so that each is bound where its
/// turn is, or not at all.
fn binds(query: &Query) -> TokenStream {
    let calls = query.analysis.params.iter().map(|param| {
        let field = ident(&names::identifier(&param.name));
        if query.parts.contains(&param.name) {
            let sql = sql_type(&param.rust_type, false);
            quote! {
                if let Some(value) = &self.0.#field {
                    out.push_bind_param_value_only::<#sql, _>(value)?;
                }
            }
        } else {
            let sql = sql_type(&param.rust_type, param.nullable);
            quote! { out.push_bind_param_value_only::<#sql, _>(&self.0.#field)?; }
        }
    });
    let page = query.page.as_ref().map(pages::binds);
    quote! { #(#calls)* #page }
}

/// How each statement reaches its tables; statements that do alike are named together.
pub(super) fn documentation(query: &Query) -> Vec<String> {
    let mut groups: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for variant in &query.variants {
        let paths = variant.plan.lines();
        let group = *known.entry(paths.clone()).or_insert_with(|| {
            groups.push((Vec::new(), paths));
            groups.len() - 1
        });
        groups[group].0.push(given(variant));
    }
    let mut lines = Vec::new();
    if !query.orders.is_empty() {
        let order = query.order_name();
        lines.push(format!("The rows come in one order of [`{order}`]:"));
        let orders = query.orders.iter();
        lines.extend(orders.map(|order| {
            let (name, sql) = (docs::code(&order.name), docs::code(&order.sql));
            format!("- {name}: {sql}")
        }));
        lines.push(String::new());
    }
    if let Some(page) = &query.page {
        lines.extend(pages::documentation(query, page));
        lines.push(String::new());
    }
    lines.push(format!(
        "There are {} statements, by what is given. Access paths:",
        query.variants.len()
    ));
    for (variants, paths) in groups {
        lines.push(format!("- {}:", variants.join("; ")));
        lines.extend(paths.iter().map(|path| format!("  - {}", docs::code(path))));
    }
    lines
}

/// `status` + `rating`, or nothing.
fn given(variant: &Variant) -> String {
    let given: Vec<String> = variant.given.iter().map(|name| docs::code(name)).collect();
    let given = match given.as_slice() {
        [] => "nothing".to_owned(),
        given => given.join(" + "),
    };
    let sample = if variant.plan.custom {
        ", for the sample values"
    } else {
        ""
    };
    given + sample
}
