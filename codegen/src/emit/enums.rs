//! PostgreSQL enums as Rust enums.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, ident};
use crate::catalog::PgEnum;

/// The module `types`.
pub(super) fn emit(enums: &[PgEnum]) -> TokenStream {
    let items = enums.iter().map(item);
    let unknown = unknown_label();
    quote! {
        //! The enums of the database.
        //!
        //! A value travels as its label. The server infers the type from where the value
        //! is used, so no call looks it up in the catalogues first.

        use std::io::Write as _;

        use diesel::deserialize::{self, FromSql};
        use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata, PgValue};
        use diesel::serialize::{self, IsNull, Output, ToSql};
        use diesel::sql_types::{HasSqlType, SqlType, is_nullable};

        #(#items)*

        #unknown
    }
}

/// What is said of a label that is new.
pub(super) fn unknown_label() -> TokenStream {
    quote! {
        #[cold]
        fn unknown_label(name: &str, label: &[u8]) -> Box<dyn std::error::Error + Send + Sync> {
            let label = String::from_utf8_lossy(label);
            format!("the enum {name} has the label `{label}`, which the generated code does not know").into()
        }
    }
}

pub(super) fn item(pg_enum: &PgEnum) -> TokenStream {
    let name = ident(&pg_enum.name);
    let doc = docs::outer(&[format!("The enum {}.", docs::code(&pg_enum.sql_name))]);
    let sql_name = &pg_enum.sql_name;
    let variants: Vec<_> = pg_enum
        .variants
        .iter()
        .map(|(variant, _)| ident(variant))
        .collect();
    let labels: Vec<&String> = pg_enum.variants.iter().map(|(_, label)| label).collect();
    let variant_docs = labels.iter().map(|label| docs::outer(&[docs::code(label)]));
    let count = Literal::usize_unsuffixed(variants.len());
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name {
            #(#variant_docs #variants,)*
        }

        impl #name {
            /// Every value, in the order of the database.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The label in the database.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    #(Self::#variants => #labels,)*
                }
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.label())
            }
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
                let label = value.as_bytes();
                Self::ALL
                    .into_iter()
                    .find(|known| known.label().as_bytes() == label)
                    .ok_or_else(|| unknown_label(#sql_name, label))
            }
        }

        impl ToSql<#name, Pg> for #name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.label().as_bytes())?;
                Ok(IsNull::No)
            }
        }
    }
}
