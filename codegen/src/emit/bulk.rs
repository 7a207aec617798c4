//! `:bulk` and `:copy`: a struct for a row that is given, and a function that takes many.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::query::field_doc;
use super::{docs, function, ident, optional, path, sql_type};
use crate::analyze::Param;
use crate::catalog::{Module, Query};
use crate::names;
use crate::source::Command;
use crate::types::RustType;

/// The function that applications call: it returns what is awaited.
pub(super) fn function(query: &Query) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let (name, statement) = (ident(&query.name), ident(&query.type_name()));
    let input = ident(&query.input_name());
    let rows = ident(if query.type_name() == "Rows" {
        "Given"
    } else {
        "Rows"
    });
    let (call, connection, returned) = if query.command == Command::Copy {
        (
            quote! { copy },
            quote! { planwright::bulk::CopyIn },
            quote! { CopyRows },
        )
    } else {
        (
            quote! { insert },
            quote! { diesel_async::AsyncConnection<Backend = Pg> },
            quote! { Bulk },
        )
    };
    quote! {
        #doc
        pub fn #name<C, #rows>(
            conn: &mut C,
            rows: #rows,
        ) -> planwright::bulk::#returned<'_, C, #statement, #rows::IntoIter>
        where
            C: #connection,
            #rows: IntoIterator<Item = #input>,
        {
            planwright::bulk::#call(conn, rows)
        }
    }
}

/// The struct of a row that is given, and that of the statement.
pub(super) fn structs(query: &Query) -> TokenStream {
    let (name, input) = (ident(&query.type_name()), ident(&query.input_name()));
    let doc = docs::outer(&[format!("A row that [`{}`] is given.", query.name)]);
    let params = query.analysis.params.iter();
    let fields = params.clone().map(|param| {
        let (doc, field, rust) = (field_doc(query, param), field(param), owned(param));
        quote! { #doc pub #field: #rust, }
    });
    let statement_doc = docs::outer(&[if query.command == Command::Copy {
        format!("The statement of [`{}`].", query.name)
    } else {
        format!("The statement of [`{}`], for one batch.", query.name)
    }]);
    let statement = if query.command == Command::Copy {
        quote! { #[derive(Debug, Clone, Copy)] pub struct #name; }
    } else {
        let columns = params.map(|param| {
            let (field, rust) = (field(param), owned(param));
            let doc = docs::outer(&[format!(
                "What each row has for {}.",
                docs::code(&param.name)
            )]);
            quote! { #doc pub #field: planwright::bulk::Values<#input, #rust>, }
        });
        quote! { #[derive(Debug, Clone)] pub struct #name { #(#columns)* } }
    };
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #input { #(#fields)* }

        #statement_doc
        #statement
    }
}

/// What makes the struct a statement of many rows.
pub(super) fn traits(query: &Query, module: &Module) -> TokenStream {
    if query.command == Command::Copy {
        copied(query)
    } else {
        batched(query, module)
    }
}

fn batched(query: &Query, module: &Module) -> TokenStream {
    let (name, input) = (ident(&query.type_name()), ident(&query.input_name()));
    let columns = query.analysis.params.iter().map(|param| {
        let field = field(param);
        quote! { #field: batch.column(|row| &row.#field) }
    });
    let (item, map) = function::returned(query, module);
    let rows = query.row.is_some();
    let (item, answer) = if rows {
        (item.clone(), quote! { Returned<#item> })
    } else {
        (quote! { () }, quote! { Inserted })
    };
    let send = if rows {
        let map = (!map.is_empty()).then(|| quote! { .into_iter().map(#map).collect() });
        quote! {
            let rows = planwright::query::many(conn, self).await?;
            Ok(planwright::bulk::Sent::rows(rows #map))
        }
    } else {
        quote! {
            let count = planwright::query::execrows(conn, self).await?;
            Ok(planwright::bulk::Sent::count(count))
        }
    };
    quote! {
        impl planwright::bulk::BulkStatement for #name {
            type Input = #input;
            type Item = #item;
            type Answer = planwright::bulk::#answer;
            fn of(batch: &planwright::bulk::Batch<#input>) -> Self {
                Self { #(#columns),* }
            }
            async fn send<C>(
                self,
                conn: &mut C,
            ) -> planwright::Result<planwright::bulk::Sent<Self::Item>>
            where
                C: diesel_async::AsyncConnectionCore<Backend = Pg>,
            {
                #send
            }
        }
    }
}

fn copied(query: &Query) -> TokenStream {
    let (name, input) = (ident(&query.type_name()), ident(&query.input_name()));
    let constant = ident(&query.const_name());
    let many = query.analysis.many_rows.as_ref();
    let table = many.map_or("", |many| &many.table);
    let fields = many.map_or(&[][..], |many| &many.fields);
    let params = fields.iter().filter_map(|n| query.analysis.params.get(*n));
    let columns = params.map(|param| {
        let (field, sql) = (field(param), sql_type(&param.rust_type, param.nullable));
        quote! { out.column::<#sql, _, _>(rows, |row| &row.#field)?; }
    });
    quote! {
        impl planwright::bulk::CopyStatement for #name {
            type Input = #input;
            const INFO: &'static QueryInfo = &#constant;
            const TABLE: &'static str = #table;
            fn timer() -> &'static Timer {
                static TIMER: Timer = Timer::new(&#constant);
                &TIMER
            }
            fn encode(
                rows: &[#input],
                out: &mut planwright::bulk::Columns,
            ) -> diesel::QueryResult<()> {
                #(#columns)*
                Ok(())
            }
        }
    }
}

/// The arrays that the statement of a batch takes.
pub(super) fn binds(query: &Query) -> Vec<TokenStream> {
    let params = query.analysis.params.iter();
    let bind = |param: &Param| {
        let (field, sql) = (field(param), sql_type(&param.rust_type, param.nullable));
        quote! { out.push_bind_param_value_only::<st::Array<#sql>, _>(&self.#field) }
    };
    params.map(bind).collect()
}

/// A row is given by value: whoever makes a million of them has them nowhere to borrow from.
fn owned(param: &Param) -> TokenStream {
    fn inner(rust: &RustType) -> TokenStream {
        match rust {
            RustType::Scalar(scalar) => path(scalar.owned),
            RustType::Enum(name) | RustType::Composite(name) => {
                let name = ident(name);
                quote! { types::#name }
            }
            RustType::Array(element) => {
                let element = inner(element);
                quote! { Vec<#element> }
            }
            RustType::User(user) => path(&user.path),
        }
    }
    optional("Option", param.nullable, &inner(&param.rust_type))
}

fn field(param: &Param) -> Ident {
    ident(&names::identifier(&param.name))
}
