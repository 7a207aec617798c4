//! What is asked of a seeding, and what came of it.

use std::collections::BTreeMap;

use super::error::SeedError;
use super::facts::Facts;
use crate::names;
use crate::schema::Table;
use crate::statistics::ExpectedTable;

/// How a database is filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// How many rows tables get, where it is not what `scale` makes of their sizes. A table with
    /// none is left as it is.
    pub rows: BTreeMap<String, u64>,
    /// The share of production's rows that are made.
    pub scale: f64,
    /// The most rows of a table that `rows` does not name; every table gets the smaller share
    /// that keeps the largest below it.
    pub most_rows: Option<u64>,
    /// Another number, other rows.
    pub seed: u64,
    /// What becomes of rows that are there.
    pub existing: Existing,
}

/// What becomes of rows that are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Existing {
    /// Nothing is done where there are any.
    #[default]
    Refuse,
    /// They stay, and new ones come.
    Append,
    /// They are removed, if this is the database's name.
    Truncate(String),
}

/// What a database was filled with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeded {
    /// The tables that got rows, in the order in which they were filled, and how many.
    pub tables: Vec<(String, u64)>,
    /// What is worth knowing of it.
    pub notes: Vec<String>,
}

/// How far a seeding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The table that is being filled.
    pub table: &'a str,
    /// The rows made so far, of all tables.
    pub done: u64,
    /// The rows there are to be.
    pub of: u64,
}

/// A table that is to be filled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filled {
    pub(super) oid: u32,
    /// As a reader calls it.
    pub(super) name: String,
    pub(super) rows: u64,
    /// Whether nobody said how many there are to be.
    pub(super) assumed: bool,
    pub(super) expected: ExpectedTable,
}

/// The tables that Diesel keeps for itself.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// The tables that are to be filled, and how many rows each gets.
pub(super) fn filled(
    request: &Request,
    facts: &Facts,
    expected: &BTreeMap<String, ExpectedTable>,
) -> Result<Vec<Filled>, SeedError> {
    let own = facts.schema.tables.iter().filter(|(_, table)| {
        let system = matches!(table.schema.as_str(), "pg_catalog" | "information_schema");
        let temporary = table.schema.starts_with("pg_");
        !system
            && !temporary
            && matches!(table.kind, 'r' | 'p')
            && !table.is_partition
            && table.name != MIGRATIONS
    });
    let mut own: Vec<(u32, &Table)> = own.map(|(oid, table)| (*oid, table)).collect();
    own.sort_by_key(|(_, table)| table.display_name());
    for table in request.rows.keys() {
        let names: Vec<String> = own.iter().map(|(_, t)| t.display_name()).collect();
        if !names.contains(table) {
            let nearest = names::nearest(table, names.iter().map(String::as_str));
            return Err(SeedError::UnknownTable {
                table: table.clone(),
                nearest: nearest.map(str::to_owned),
            });
        }
    }
    let of = |table: &Table| {
        expected
            .get(&table.display_name())
            .cloned()
            .unwrap_or_default()
    };
    let largest = own.iter().map(|(_, table)| of(table).rows * request.scale);
    let largest = largest.fold(0.0, f64::max);
    let scale = match request.most_rows {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        Some(most) if largest > most as f64 => request.scale * most as f64 / largest,
        _ => request.scale,
    };
    let all = own.into_iter().map(|(oid, table)| {
        let (name, expected) = (table.display_name(), of(table));
        let rows = request.rows.get(&name).copied();
        Filled {
            oid,
            rows: rows.unwrap_or_else(|| scaled(expected.rows, scale)),
            assumed: rows.is_none() && expected.assumed,
            name,
            expected,
        }
    });
    Ok(all.filter(|table| table.rows > 0).collect())
}

/// Of a table that has rows, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn scaled(rows: f64, scale: f64) -> u64 {
    if rows <= 0.0 || scale <= 0.0 {
        return 0;
    }
    ((rows * scale).round() as u64).max(1)
}
