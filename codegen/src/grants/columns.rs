//! The columns that a privilege on a table is granted for.

use std::collections::BTreeSet;

use crate::analyze::privileges::Columns;
use crate::quoting::identifier;
use crate::schema::Relation;

/// What may be done to columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Select,
    Insert,
    Update,
}

/// A privilege on columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) action: Action,
    /// In the table's order; none where the table has no column.
    pub(super) columns: Vec<String>,
    /// Whether any other column would do as well.
    pub(super) arbitrary: bool,
}

impl Action {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
        }
    }
}

/// What has to be granted for columns that are needed, if anything.
pub(super) fn granted(relation: &Relation, action: Action, needed: &Columns) -> Option<Granted> {
    let open = |number: &i64| is_open(relation, action, *number);
    let mut numbers: BTreeSet<i64> = needed.named.clone();
    if needed.all {
        numbers.extend(relation.columns.keys());
    }
    let none_named = numbers.is_empty();
    numbers.retain(|number| !open(number));
    let any_open = relation.columns.keys().any(open);
    let arbitrary = none_named && needed.any && !any_open;
    if arbitrary {
        numbers.extend(some_column(relation, action));
    } else if numbers.is_empty() {
        return None;
    }
    let mut numbers: Vec<i64> = numbers.into_iter().collect();
    numbers.sort_unstable_by_key(|number| (*number < 0, number.abs()));
    let columns = numbers.iter().filter_map(|n| name(relation, *n));
    Some(Granted {
        action,
        columns: columns.map(identifier).collect(),
        arbitrary,
    })
}

/// Whether everybody may read a column of a table that PostgreSQL brings. System columns
/// are as open as the table.
fn is_open(relation: &Relation, action: Action, number: i64) -> bool {
    if action != Action::Select || !relation.builtin {
        return false;
    }
    match relation.columns.get(&number) {
        Some(column) => column.open,
        None => relation.columns.values().all(|column| column.open),
    }
}

/// The column to grant where any one will do: for UPDATE, best one that no statement can
/// change; then the first of the primary key.
fn some_column(relation: &Relation, action: Action) -> Option<i64> {
    let mut columns = relation.columns.iter();
    let harmless = columns.find(|(_, column)| match action {
        Action::Select => false,
        Action::Insert => column.generated,
        Action::Update => column.generated || column.identity,
    });
    let harmless = harmless.map(|(number, _)| *number);
    harmless
        .or_else(|| relation.primary_key.first().copied())
        .or_else(|| relation.columns.keys().next().copied())
}

/// The name of a column, or of one that every table has.
fn name(relation: &Relation, number: i64) -> Option<&str> {
    match number {
        -1 => Some("ctid"),
        -2 => Some("xmin"),
        -3 => Some("cmin"),
        -4 => Some("xmax"),
        -5 => Some("cmax"),
        -6 => Some("tableoid"),
        number => Some(relation.columns.get(&number)?.name.as_str()),
    }
}
