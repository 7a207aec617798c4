//! How many rows each table gets: few, if it only names things; the more, the more things
//! it relates.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::references::References;
use super::schema::Table;

/// A number that depends on a name and nothing else (FNV-1a).
pub(super) fn hash(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    }) >> 16
}

/// Whether a table only names things, such as kinds: it refers to nothing, and has room for
/// little else than a name.
pub(super) fn only_names(table: &Table, references: &References) -> bool {
    let refers = |column: &str| references.contains_key(&(table.name.clone(), column.to_owned()));
    table.columns.len() <= 2 && !table.columns.iter().any(|column| refers(&column.name))
}

/// The rows of each table, of which the largest has so many.
pub(super) fn rows(
    tables: &[Table],
    references: &References,
    facts: &Facts,
    largest: u64,
) -> BTreeMap<String, u64> {
    let names: Vec<&str> = tables
        .iter()
        .filter(|table| only_names(table, references))
        .map(|table| table.name.as_str())
        .collect();
    let related = |table: &Table| {
        let all = references.iter().filter(|((of, _), _)| *of == table.name);
        all.filter(|(_, to)| !names.contains(&to.as_str())).count()
    };
    let most = tables.iter().map(related).max().unwrap_or(0);
    let size = |table: &Table| {
        let hash = hash(&table.name);
        if names.contains(&table.name.as_str()) {
            let constants = facts.texts.iter().filter(|((of, _), _)| *of == table.name);
            let constants = constants.map(|(_, texts)| texts.len() as u64).max();
            return (4 + hash % 110).max(constants.unwrap_or(0));
        }
        let share = match related(table) {
            related if related == most => 0,
            0 => 3 + hash % 4,
            _ => 1 + hash % 4,
        };
        (largest >> share).max(1)
    };
    let sizes = tables.iter().map(|table| (table.name.clone(), size(table)));
    sizes.collect()
}
