//! The enums and composite types that a catalog uses.

use std::collections::BTreeSet;

use super::{CompositeField, PgComposite, PgEnum};
use crate::schema::{Schema, TypeKind};
use crate::types::Mapping;
use crate::{analyze, names, types};

/// The enums among these types, those of parameters and columns, by Rust name.
pub(crate) fn enums(schema: &Schema, oids: impl Iterator<Item = u32>) -> Vec<PgEnum> {
    let mut enums: Vec<PgEnum> = analyze::named_types(schema, oids)
        .into_iter()
        .filter_map(|oid| match schema.types.get(&oid)?.kind {
            TypeKind::Enum(ref labels) => Some(PgEnum {
                name: types::named(schema, oid),
                sql_name: schema.type_name(oid),
                variants: variants(labels),
            }),
            _ => None,
        })
        .collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    enums
}

/// The composite types among these and in what they are made of, by Rust name. One whose attributes
/// generated code cannot hold is left out: what uses it is refused.
pub(crate) fn composites(
    schema: &Schema,
    mapping: &Mapping,
    oids: impl Iterator<Item = u32>,
) -> Vec<PgComposite> {
    let named = analyze::named_types(schema, oids);
    let composite = |oid| {
        let TypeKind::Composite(attributes) = &schema.types.get(&oid)?.kind else {
            return None;
        };
        let mut taken = BTreeSet::new();
        let fields = attributes.iter().map(|attribute| {
            let mut ident = names::identifier(&attribute.name);
            let mut number = 2;
            while !taken.insert(ident.clone()) {
                ident = names::identifier(&format!("{}_{number}", attribute.name));
                number += 1;
            }
            Some(CompositeField {
                ident,
                name: attribute.name.clone(),
                sql_type: schema.type_name(attribute.type_oid),
                rust_type: mapping.resolve(schema, attribute.type_oid)?,
            })
        });
        Some(PgComposite {
            name: types::named(schema, oid),
            sql_name: schema.type_name(oid),
            fields: fields.collect::<Option<_>>()?,
        })
    };
    let mut all: Vec<PgComposite> = named.into_iter().filter_map(composite).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// A Rust variant for each label; labels that would be the same variant get a number.
fn variants(labels: &[String]) -> Vec<(String, String)> {
    let mut taken = BTreeSet::new();
    labels
        .iter()
        .map(|label| {
            let camel = names::type_name(label);
            let base = match camel.chars().next() {
                None => "Empty".to_owned(),
                Some(_) if camel != "Self" && !names::is_identifier(&camel) => format!("V{camel}"),
                Some(_) if camel == "Self" => "SelfValue".to_owned(),
                Some(_) => camel,
            };
            let mut variant = base.clone();
            let mut number = 2;
            while !taken.insert(variant.clone()) {
                variant = format!("{base}{number}");
                number += 1;
            }
            (variant, label.clone())
        })
        .collect()
}
