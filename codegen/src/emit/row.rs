//! Row structs, and how they are read.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident, optional, path, sql_type};
use crate::analyze::Column;
use crate::catalog::{Field, FieldValue, RowStruct};
use crate::types::RustType;

/// A struct that rows, or parts of rows, become.
pub(super) fn emit(row: &RowStruct) -> TokenStream {
    let name = ident(&row.name);
    let doc = if row.nested {
        docs::outer(&[format!("The part of a row at `{}`.", row.of)])
    } else {
        docs::outer(&[format!("A row of [`{}`].", row.of)])
    };
    let fields = row.fields.iter().map(field);
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name {
            #(#fields)*
        }
    }
}

pub(super) fn field(field: &Field) -> TokenStream {
    let name = ident(&field.ident);
    match &field.value {
        FieldValue::Column { column, .. } => {
            let doc = docs::outer(&column_doc(column));
            let rust = rust_type(&column.rust_type, column.nullable);
            quote! { #doc pub #name: #rust, }
        }
        FieldValue::Nested {
            name: nested,
            many: true,
            ..
        } => {
            let text = format!("Every joined `{}`, in the order of the rows.", field.ident);
            let doc = docs::outer(&[text]);
            let nested = ident(nested);
            quote! { #doc pub #name: Vec<#nested>, }
        }
        FieldValue::Nested {
            name: nested,
            presence,
            ..
        } => {
            let text = match presence {
                Some(_) => format!("The joined `{}`, when there is one.", field.ident),
                None => format!("The joined `{}`.", field.ident),
            };
            let doc = docs::outer(&[text]);
            let nested = ident(nested);
            let rust = optional("Option", presence.is_some(), &quote! { #nested });
            quote! { #doc pub #name: #rust, }
        }
    }
}

fn column_doc(column: &Column) -> Vec<String> {
    match &column.comment {
        Some(comment) => {
            let lines: Vec<String> = comment.lines().map(str::to_owned).collect();
            docs::prose(&lines)
        }
        None => vec![format!(
            "The column {}, {}.",
            docs::code(&column.name),
            docs::code(&column.sql_type)
        )],
    }
}

/// What a row holds.
pub(super) fn rust_type(rust: &RustType, nullable: bool) -> TokenStream {
    let inner = match rust {
        RustType::Scalar(scalar) => path(scalar.owned),
        RustType::Enum(name) | RustType::Composite(name) => {
            let name = ident(name);
            quote! { types::#name }
        }
        // An array may hold nulls, whatever its column says.
        RustType::Array(element) => {
            let element = rust_type(element, false);
            quote! { Vec<Option<#element>> }
        }
        RustType::User(user) => path(&user.path),
    };
    optional("Option", nullable, &inner)
}

/// The type a column is read as; the elements of an array may be null.
fn read_type(column: &Column, nullable: bool) -> TokenStream {
    element_type(&column.rust_type, nullable)
}

/// The SQL type of what Rust holds: the elements of an array are `Option`s.
pub(super) fn element_type(rust_type: &RustType, nullable: bool) -> TokenStream {
    match rust_type {
        RustType::Array(element) => {
            let element = sql_type(element, true);
            optional("st::Nullable", nullable, &quote! { st::Array<#element> })
        }
        other => sql_type(other, nullable),
    }
}

/// How the rows of the server with one key become one.
pub(super) fn collapse(row: &RowStruct) -> Option<TokenStream> {
    let joined = row.joined()?;
    let (name, field) = (ident(&row.name), ident(&joined.ident));
    let key: Vec<TokenStream> = row
        .key
        .iter()
        .map(|column| {
            let field = ident(&column.ident);
            let clone = (!column.rust_type.is_copy()).then(|| quote! { .clone() });
            quote! { row.#field #clone }
        })
        .collect();
    let key = match key.as_slice() {
        [only] => only.clone(),
        several => quote! { (#(#several),*) },
    };
    let FieldValue::Nested {
        name: inner,
        fields,
        ..
    } = &joined.value
    else {
        // What is joined is a struct, as `RowStruct::joined` says.
        return None;
    };
    let inner = ident(inner);
    let deeper = fields
        .iter()
        .any(|field| matches!(field.value, FieldValue::Nested { many: true, .. }));
    let rows = quote! {
        planwright::load::collapse(
            rows,
            |row: &Self| #key,
            |first, row| first.#field.extend(row.#field),
        )
    };
    let body = if deeper {
        quote! {
            let mut rows = #rows;
            for row in &mut rows {
                row.#field = #inner::collapse(std::mem::take(&mut row.#field));
            }
            rows
        }
    } else {
        rows
    };
    Some(quote! {
        impl #name {
            fn collapse(rows: Vec<Self>) -> Vec<Self> {
                #body
            }
        }
    })
}

/// How a row of the query's type is read into the struct.
pub(super) fn from_sql_row(row: &RowStruct, query: &TokenStream) -> TokenStream {
    let name = ident(&row.name);
    let values = row.fields.iter().map(value);
    // There are tables without columns.
    let read = if row.fields.is_empty() {
        quote! { _ }
    } else {
        quote! { row }
    };
    quote! {
        impl FromSqlRow<<#query as Query>::SqlType, Pg> for #name {
            #[inline(always)]
            fn build_from_row<'a>(#read: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
                Ok(Self { #(#values,)* })
            }
        }
    }
}

fn value(field: &Field) -> TokenStream {
    let name = ident(&field.ident);
    match &field.value {
        FieldValue::Column { index, column } => {
            let read = read(*index, column, column.nullable);
            quote! { #name: #read? }
        }
        FieldValue::Nested {
            name: nested,
            presence: None,
            many,
            fields,
        } => {
            let nested = ident(nested);
            let values = fields.iter().map(value);
            let one = quote! { #nested { #(#values,)* } };
            if *many {
                quote! { #name: vec![#one] }
            } else {
                quote! { #name: #one }
            }
        }
        FieldValue::Nested {
            name: nested,
            presence: Some(at),
            many,
            fields,
        } => {
            let nested = ident(nested);
            let present = &fields[*at];
            let FieldValue::Column { index, column } = &present.value else {
                // Presence is told by a column, as `FieldValue::Nested` says.
                return quote! {};
            };
            let read = read(*index, column, true);
            let key = ident(&present.ident);
            let values = fields.iter().enumerate().map(|(i, field)| {
                if i == *at {
                    quote! { #key }
                } else {
                    value(field)
                }
            });
            let one = quote! { #nested { #(#values,)* } };
            let (some, none) = if *many {
                (quote! { vec![#one] }, quote! { Vec::new() })
            } else {
                (quote! { Some(#one) }, quote! { None })
            };
            quote! {
                #name: match #read? {
                    Some(#key) => #some,
                    None => #none,
                }
            }
        }
    }
}

fn read(index: usize, column: &Column, nullable: bool) -> TokenStream {
    let read = read_type(column, nullable);
    let index = Literal::usize_unsuffixed(index);
    quote! { column::<#read, _>(row, #index) }
}

/// The SQL types of a row's columns, as a tuple.
pub(super) fn sql_types(columns: &[Column]) -> TokenStream {
    let types = columns
        .iter()
        .map(|column| read_type(column, column.nullable));
    quote! { (#(#types,)*) }
}
