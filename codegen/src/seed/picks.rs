//! How a row gets the keys of the rows that it refers to: the keys are numbered, and a row takes
//! one by its number. Where a column belongs to two foreign keys, the second takes a key among
//! those that agree with the first.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::order::{self, Order};
use crate::quoting;
use crate::schema::{ForeignKey, Table};

/// A foreign key, and which of its columns it decides.
#[derive(Debug, Clone)]
pub(super) struct Pick<'a> {
    pub(super) key: &'a ForeignKey,
    /// The places of the columns that an earlier one decides.
    pub(super) shared: Vec<usize>,
    /// The places of the columns that this one decides.
    pub(super) own: Vec<usize>,
    /// Whether it is filled in when all rows are there.
    pub(super) later: bool,
    /// Whether a row can do without.
    pub(super) nullable: bool,
    /// How many keys there are to choose from.
    pub(super) count: u64,
}

impl Pick<'_> {
    /// Whether it takes a key among those that agree with earlier ones.
    pub(super) fn is_grouped(&self) -> bool {
        !self.shared.is_empty()
    }
}

/// The foreign keys of a table: the widest first, those filled in later at the end. One whose
/// columns are all decided by earlier ones decides nothing.
pub(super) fn picks<'a>(facts: &'a Facts, order: &Order, table: u32) -> Vec<Pick<'a>> {
    let mut keys: Vec<&ForeignKey> = facts.foreign_keys(table).collect();
    keys.sort_by_key(|key| {
        let nullable = order::may_be_null(facts, key);
        let wide = std::cmp::Reverse(key.columns.len());
        (order.is_later(key), wide, nullable, key.name.clone())
    });
    let mut decided: Vec<i64> = Vec::new();
    let mut picks = Vec::new();
    for key in keys {
        let places = 0..key.columns.len();
        let (shared, own): (Vec<usize>, Vec<usize>) =
            places.partition(|&place| decided.contains(&key.columns[place]));
        let later = order.is_later(key);
        let nullable = own.iter().any(|&place| {
            let columns = facts.schema.tables.get(&table).map(|t| &t.columns);
            let column = columns.and_then(|columns| columns.get(&key.columns[place]));
            column.is_some_and(|column| !column.not_null)
        });
        if !later {
            decided.extend(own.iter().map(|&place| key.columns[place]));
        }
        picks.push(Pick {
            key,
            shared,
            own,
            later,
            nullable,
            count: 0,
        });
    }
    picks
}

/// Which pick decides a column, and at which place of its key.
pub(super) fn decided(picks: &[Pick<'_>]) -> BTreeMap<i64, (usize, usize)> {
    let mut decided = BTreeMap::new();
    for (number, pick) in picks.iter().enumerate().filter(|(_, pick)| !pick.later) {
        for &place in &pick.own {
            decided.insert(pick.key.columns[place], (number, place));
        }
    }
    decided
}

/// The temporary table of a pick's numbered keys.
pub(super) fn keys_table(number: usize) -> String {
    format!("pg_temp.planwright_keys_{number}")
}

/// The temporary table of how many keys agree with which values.
pub(super) fn groups_table(number: usize) -> String {
    format!("pg_temp.planwright_groups_{number}")
}

/// The statements that number the keys of a pick.
pub(super) fn prepare(facts: &Facts, picks: &[Pick<'_>], number: usize) -> Vec<String> {
    let pick = &picks[number];
    let places = 0..pick.key.columns.len();
    let columns: Vec<String> = places
        .clone()
        .map(|place| format!("t.{} AS k{place}", target_column(facts, pick.key, place)))
        .collect();
    let mut conditions: Vec<String> = places
        .clone()
        .map(|place| format!("t.{} IS NOT NULL", target_column(facts, pick.key, place)))
        .collect();
    conditions.extend(agreeing(facts, picks, number));
    // By bytes, so that the order is the same whatever the database's language is.
    let texts = places.map(|place| format!("k{place}::text COLLATE \"C\""));
    let order = texts.collect::<Vec<_>>().join(", ");
    let shared: Vec<String> = pick
        .shared
        .iter()
        .map(|place| format!("k{place}"))
        .collect();
    let shared = shared.join(", ");
    let partition = if pick.is_grouped() {
        format!("PARTITION BY {shared} ")
    } else {
        String::new()
    };
    let keys = keys_table(number);
    let target = only_sql(facts, pick.key.target);
    let mut statements = vec![
        format!(
            "CREATE TABLE {keys} AS \
             SELECT *, row_number() OVER ({partition}ORDER BY {order}) - 1 AS n \
             FROM (SELECT {} FROM {target} t WHERE {}) s",
            columns.join(", "),
            conditions.join(" AND ")
        ),
        if pick.is_grouped() {
            format!("CREATE INDEX ON {keys} ({shared}, n)")
        } else {
            format!("CREATE INDEX ON {keys} (n)")
        },
        format!("ANALYZE {keys}"),
    ];
    if pick.is_grouped() {
        let groups = groups_table(number);
        statements.extend([
            format!("CREATE TABLE {groups} AS SELECT {shared}, count(*) AS c FROM {keys} GROUP BY {shared}"),
            format!("CREATE INDEX ON {groups} ({shared})"),
            format!("ANALYZE {groups}"),
        ]);
    }
    statements
}

/// The statements that remove what [`prepare`] made.
pub(super) fn forget(pick: &Pick<'_>, number: usize) -> String {
    if pick.is_grouped() {
        format!(
            "DROP TABLE {}, {}",
            keys_table(number),
            groups_table(number)
        )
    } else {
        format!("DROP TABLE {}", keys_table(number))
    }
}

/// A key is of use only if those that have to agree with it exist.
fn agreeing(facts: &Facts, picks: &[Pick<'_>], number: usize) -> Vec<String> {
    let pick = &picks[number];
    let others = picks.iter().skip(number + 1);
    let others = others.filter(|other| !other.later && !other.nullable);
    others
        .filter_map(|other| {
            let mut conditions = Vec::new();
            for &place in &other.shared {
                let column = other.key.columns[place];
                let mut own = pick.key.columns.iter();
                if let Some(at) = own.position(|own| *own == column) {
                    conditions.push(format!(
                        "o.{} = t.{}",
                        target_column(facts, other.key, place),
                        target_column(facts, pick.key, at)
                    ));
                }
            }
            (!conditions.is_empty()).then(|| {
                format!(
                    "EXISTS (SELECT FROM {} o WHERE {})",
                    only_sql(facts, other.key.target),
                    conditions.join(" AND ")
                )
            })
        })
        .collect()
}

fn target_column(facts: &Facts, key: &ForeignKey, place: usize) -> String {
    column_sql(facts, key.target, key.target_columns[place])
}

/// A column's name as SQL writes it.
pub(super) fn column_sql(facts: &Facts, table: u32, column: i64) -> String {
    let table = facts.schema.tables.get(&table);
    let column = table.and_then(|table| table.columns.get(&column));
    column.map_or_else(String::new, |column| quoting::identifier(&column.name))
}

/// A table's name as SQL writes it, whatever the search path is.
pub(super) fn table_sql(facts: &Facts, table: u32) -> String {
    let table = facts.schema.tables.get(&table);
    table.map_or_else(String::new, |table: &Table| {
        quoting::fully_qualified(&table.schema, &table.name)
    })
}

/// The same, without the tables that inherit from it: their rows are not its own.
pub(super) fn only_sql(facts: &Facts, table: u32) -> String {
    let found = facts.schema.tables.get(&table);
    let partitioned = found.is_some_and(|table| table.kind == 'p');
    let only = if partitioned { "" } else { "ONLY " };
    format!("{only}{}", table_sql(facts, table))
}
