//! The enums that a catalog uses.

use std::collections::BTreeSet;

use super::PgEnum;
use crate::schema::{Schema, TypeKind};
use crate::{analyze, names, types};

/// The enums among these types, those of parameters and columns, by Rust name.
pub(crate) fn enums(schema: &Schema, oids: impl Iterator<Item = u32>) -> Vec<PgEnum> {
    let mut enums: Vec<PgEnum> = analyze::enums_used(schema, oids)
        .into_iter()
        .filter_map(|oid| match schema.types.get(&oid)?.kind {
            TypeKind::Enum(ref labels) => Some(PgEnum {
                name: types::enum_name(schema, oid),
                sql_name: schema.type_name(oid),
                variants: variants(labels),
            }),
            _ => None,
        })
        .collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    enums
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
