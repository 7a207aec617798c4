//! PostgreSQL's composite types as Rust structs, beside the enums.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, enums, ident, is_named, path, row};
use crate::catalog::{CompositeField, PgComposite, PgEnum};
use crate::types::RustType;

/// The module `types`, where there are composite types.
pub(super) fn emit(composites: &[PgComposite], enums: &[PgEnum]) -> TokenStream {
    let structs = composites.iter().map(item);
    let items = enums.iter().map(enums::item);
    let labels = (!enums.is_empty()).then(enums::unknown_label);
    let write = labels
        .is_some()
        .then(|| quote! { use std::io::Write as _; });
    let fields = || composites.iter().flat_map(|composite| &composite.fields);
    let nested = fields().any(|field| is_named(&field.rust_type));
    let nested = nested.then(|| quote! { use crate::types; });
    let typed = fields().next().is_some();
    let typed = typed.then(|| quote! { use diesel::sql_types as st; });
    quote! {
        //! The enums and composite types of the database.
        //!
        //! The server infers the type of a value from where it is used, so no call looks it up
        //! in the catalogues first.

        #write

        #nested
        use diesel::deserialize::{self, FromSql};
        use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata, PgValue};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        #typed
        use diesel::sql_types::{HasSqlType, SqlType, is_nullable};
        use planwright::types::{RecordReader, RecordWriter};

        #(#structs)*
        #(#items)*
        #labels
    }
}

fn item(composite: &PgComposite) -> TokenStream {
    let name = ident(&composite.name);
    let sql_name = &composite.sql_name;
    let doc = docs::outer(&[format!("The composite type {}.", docs::code(sql_name))]);
    let fields = composite.fields.iter().map(|field| {
        let doc = docs::outer(&[format!(
            "The attribute {}, {}.",
            docs::code(&field.name),
            docs::code(&field.sql_type)
        )]);
        let (ident, rust) = (ident(&field.ident), row::rust_type(&field.rust_type, true));
        quote! { #doc pub #ident: #rust, }
    });
    let count = Literal::usize_unsuffixed(composite.fields.len());
    let reads = composite.fields.iter().map(|field| {
        let (ident, sql, name) = (ident(&field.ident), sql_type(field), &field.name);
        quote! { #ident: record.attribute::<#sql, _>(#name)?, }
    });
    let writes = composite.fields.iter().map(|field| {
        let (ident, sql) = (ident(&field.ident), sql_type(field));
        quote! { record.attribute::<#sql, _>(&self.#ident)?; }
    });
    let made = if composite.fields.is_empty() {
        quote! { RecordReader::new(value, #sql_name, #count)?; }
    } else {
        quote! { let mut record = RecordReader::new(value, #sql_name, #count)?; }
    };
    let begun = if composite.fields.is_empty() {
        quote! { RecordWriter::new(out, #count)?; }
    } else {
        quote! { let mut record = RecordWriter::new(out, #count)?; }
    };
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name {
            #(#fields)*
        }

        impl SqlType for #name {
            type IsNull = is_nullable::NotNull;
        }

        impl HasSqlType<#name> for Pg {
            fn metadata(_: &mut (dyn PgMetadataLookup + 'static)) -> PgTypeMetadata {
                PgTypeMetadata::new(0, 0)
            }
        }

        impl FromSql<#name, Pg> for #name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                #made
                Ok(Self { #(#reads)* })
            }
        }

        impl ToSql<#name, Pg> for #name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                #begun
                #(#writes)*
                Ok(IsNull::No)
            }
        }
    }
}

/// The SQL type of an attribute. Its object identifier is part of the value, and must be that of
/// the attribute where the type is the server's own: Diesel calls all texts `text`.
fn sql_type(field: &CompositeField) -> TokenStream {
    let other = match field.sql_type.trim_end_matches("[]") {
        "varchar" => "planwright::types::sql::Varchar",
        "name" => "planwright::types::sql::Name",
        _ => return row::element_type(&field.rust_type, true),
    };
    let other = path(other);
    match field.rust_type.plain() {
        RustType::Array(_) => quote! { st::Nullable<st::Array<st::Nullable<#other>>> },
        _ => quote! { st::Nullable<#other> },
    }
}
