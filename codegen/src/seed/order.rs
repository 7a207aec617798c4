//! In which order tables are filled: those referred to first. A circle is broken at a foreign
//! key that may be null, which is filled in when all rows are there.

use std::collections::BTreeSet;

use super::error::Unmet;
use super::facts::Facts;
use crate::schema::ForeignKey;

/// In which order tables are filled.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The tables, the first to be filled first.
    pub(super) tables: Vec<u32>,
    /// The foreign keys that are filled in afterwards: table and name.
    later: BTreeSet<(u32, String)>,
}

impl Order {
    /// Whether a foreign key is filled in when all rows are there.
    pub(super) fn is_later(&self, key: &ForeignKey) -> bool {
        key.table == key.target || self.later.contains(&(key.table, key.name.clone()))
    }
}

/// Finds the order of tables.
pub(super) fn order(facts: &Facts, tables: &[u32]) -> Result<Order, Unmet> {
    let mut order = Order::default();
    let mut rest: Vec<u32> = tables.to_vec();
    while !rest.is_empty() {
        let waits = |order: &Order, table: u32| {
            let mut keys = facts.foreign_keys(table);
            keys.any(|key| rest.contains(&key.target) && !order.is_later(key))
        };
        match rest.iter().position(|&table| !waits(&order, table)) {
            Some(place) => order.tables.push(rest.remove(place)),
            None => break_circle(facts, &rest, &mut order)?,
        }
    }
    Ok(order)
}

/// Puts off one foreign key of a circle.
fn break_circle(facts: &Facts, rest: &[u32], order: &mut Order) -> Result<(), Unmet> {
    let open: Vec<&ForeignKey> = rest
        .iter()
        .flat_map(|&table| facts.foreign_keys(table))
        .filter(|key| rest.contains(&key.target) && !order.is_later(key))
        .collect();
    let circle: Vec<&ForeignKey> = open
        .iter()
        .copied()
        .filter(|key| reaches(&open, key.target, key.table))
        .collect();
    if let Some(key) = circle.iter().find(|key| may_be_null(facts, key)) {
        order.later.insert((key.table, key.name.clone()));
        return Ok(());
    }
    // Without a circle there would be a table that waits for none.
    let (table, constraint) = circle.first().map_or_else(Default::default, |key| {
        (name(facts, key.table), key.name.clone())
    });
    let mut names: Vec<String> = circle.iter().map(|key| name(facts, key.table)).collect();
    names.dedup();
    Err(Unmet {
        table,
        constraint,
        why: format!(
            "the foreign keys of {} go in a circle, and none of their columns may be null, so no \
             row can be the first",
            names.join(", ")
        ),
        help: "let a column of one of these foreign keys be null".to_owned(),
    })
}

/// Whether some of the columns of a foreign key may be null, so that it can be filled in later.
pub(super) fn may_be_null(facts: &Facts, key: &ForeignKey) -> bool {
    let table = facts.schema.tables.get(&key.table);
    let nullable = |column: &i64| {
        let column = table.and_then(|table| table.columns.get(column));
        column.is_some_and(|column| !column.not_null)
    };
    if facts.is_match_full(key) {
        key.columns.iter().all(nullable)
    } else {
        key.columns.iter().any(nullable)
    }
}

fn reaches(keys: &[&ForeignKey], from: u32, to: u32) -> bool {
    let mut found = BTreeSet::from([from]);
    loop {
        let next = keys
            .iter()
            .find(|key| found.contains(&key.table) && !found.contains(&key.target));
        match next {
            _ if found.contains(&to) => return true,
            Some(key) => found.insert(key.target),
            None => return false,
        };
    }
}

fn name(facts: &Facts, table: u32) -> String {
    let table = facts.schema.tables.get(&table);
    table.map_or_else(String::new, crate::schema::Table::display_name)
}
