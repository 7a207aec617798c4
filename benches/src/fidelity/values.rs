//! The rows of a table, as one statement that the server runs: skewed, and correlated with
//! what the rows refer to. Each value depends on the number `i` of its row and on the names
//! of its table and column, and on nothing else.

use std::collections::BTreeMap;

use super::facts::{Facts, Place};
use super::references::References;
use super::schema::{Column, Table};
use super::sizes::{hash, only_names};

/// A number from 0 to 1 for a number and a seed; and a text for a number.
pub(super) const FUNCTIONS: &str = "
CREATE FUNCTION pg_temp.u(bigint, integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    'SELECT (hashint8extended($1, $2) & 9007199254740991) / 9007199254740992.0::float8';
CREATE FUNCTION pg_temp.word(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$SELECT initcap(translate(md5($1::text), '0123456789abcdef', ' aeiounrstlmdkvb'))$$;";

/// What the rows are made from.
pub(super) struct Rows<'a> {
    pub(super) references: &'a References,
    pub(super) facts: &'a Facts,
    pub(super) sizes: &'a BTreeMap<String, u64>,
}

/// A column that gets values.
struct Filled<'a> {
    table: &'a Table,
    column: &'a Column,
    place: Place,
    seed: u64,
    /// The rows of the table.
    rows: u64,
}

impl<'a> Rows<'a> {
    /// The statement that fills a table.
    pub(super) fn insert(&self, table: &Table) -> String {
        let columns: Vec<&str> = table.columns.iter().map(|c| c.sql.as_str()).collect();
        let values = table.columns.iter().map(|c| self.value(table, c));
        // Combinations that have to be unique may come twice.
        let conflicts = if table.has_other_keys {
            "ON CONFLICT DO NOTHING"
        } else {
            ""
        };
        format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE\nSELECT {}\nFROM generate_series(1, {}::bigint) i {conflicts}",
            table.sql,
            columns.join(", "),
            values.collect::<Vec<_>>().join(",\n       "),
            self.sizes[&table.name],
        )
    }

    fn filled(&self, table: &'a Table, column: &'a Column) -> Filled<'a> {
        let place = (table.name.clone(), column.name.clone());
        Filled {
            seed: hash(&format!("{}.{}", table.name, column.name)) % 1_000_000_000,
            rows: self.sizes[&table.name],
            table,
            column,
            place,
        }
    }

    fn value(&self, table: &Table, column: &Column) -> String {
        let filled = self.filled(table, column);
        let value = match self.references.get(&filled.place) {
            Some(target) => {
                let key = self.target(&filled, target);
                key_of(column, &key)
            }
            None if column.unique => key_of(column, "i"),
            None => self.plain(&filled),
        };
        let share = match filled.seed % 5 {
            _ if !column.nullable || column.unique => return value,
            0 | 1 => return value,
            2 => 0.02,
            3 => 0.2,
            _ => 0.5,
        };
        let u = filled.u(2, "i");
        format!("CASE WHEN {u} >= {share} THEN {value} END")
    }

    /// The number of the row that a row refers to.
    fn target(&self, filled: &Filled<'_>, target: &str) -> String {
        let (rows, targets) = (filled.rows, self.sizes.get(target).copied().unwrap_or(1));
        let first = self
            .driver(filled.table)
            .is_some_and(|c| c.name == filled.column.name);
        if first && filled.seed.is_multiple_of(2) && rows >= targets {
            // Rows that belong together were written together.
            let near = filled.u(0, "i");
            return format!(
                "1 + floor({targets} * (i - 1 + 50 * {near}) / {}.0)::bigint",
                rows + 50
            );
        }
        let by = if first {
            "i".to_owned()
        } else {
            self.related(filled)
        };
        // The popular ones are not the first ones.
        let u = filled.u(0, &by);
        format!("1 + (floor({targets} * power({u}, 3))::bigint * 7919) % {targets}")
    }

    /// The column that others of its table depend on: the first that refers to a table of
    /// more than names.
    fn driver<'t>(&self, table: &'t Table) -> Option<&'t Column> {
        let target = |c: &Column| self.references.get(&(table.name.clone(), c.name.clone()));
        let size = |c: &Column| target(c).and_then(|target| self.sizes.get(target));
        let mut referring = table.columns.iter().filter(|c| size(c).is_some());
        let large = referring
            .clone()
            .find(|c| size(c).is_some_and(|size| *size > 200));
        large.or_else(|| referring.next())
    }

    /// For half of the rows what they refer to, for the others the row itself.
    fn related(&self, filled: &Filled<'_>) -> String {
        let driver = self
            .driver(filled.table)
            .filter(|c| c.name != filled.column.name);
        let Some((driver, target)) = driver.and_then(|driver| {
            let place = (filled.table.name.clone(), driver.name.clone());
            Some((
                self.filled(filled.table, driver),
                self.references.get(&place)?,
            ))
        }) else {
            return "i".to_owned();
        };
        let (half, key) = (filled.u(1, "i"), self.target(&driver, target));
        format!("CASE WHEN {half} < 0.5 THEN {key} ELSE -i END")
    }

    /// A value of its own.
    fn plain(&self, filled: &Filled<'_>) -> String {
        let of = &filled.column.of;
        let u = filled.u(3, &self.related(filled));
        let numbered = format!("floor(1000 * power({u}, 3))::bigint");
        match filled.column.category.as_str() {
            "S" => self.text(filled, &u),
            "N" => self.number(filled, &u),
            "B" => format!("({u} < 0.2)"),
            "enum" => format!(
                "(enum_range(NULL::{of}))[1 + floor(cardinality(enum_range(NULL::{of})) * power({u}, 2))::int]"
            ),
            "D" => format!("(timestamp '2024-01-01' - {u} * {u} * interval '2000 days')::{of}"),
            "json" | "jsonb" => format!("jsonb_build_object('a', {numbered})::{of}"),
            _ => key_of(filled.column, &numbered),
        }
    }

    /// Numbers around those that the queries know; or any.
    fn number(&self, filled: &Filled<'_>, u: &str) -> String {
        let of = &filled.column.of;
        let Some(known) = self.facts.numbers.get(&filled.place) else {
            let distinct = match filled.seed % 4 {
                0 => 10,
                1 => 200,
                _ if of == "smallint" => 10_000,
                2 => 10_000,
                _ => filled.rows,
            };
            return format!("floor({distinct} * power({u}, 3))::{of}");
        };
        let least = known.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let span = (greatest - least).max(20.0);
        let from = greatest + span / 4.0;
        format!("floor({from} - {} * power({u}, 2))::{of}", span * 1.75)
    }

    /// Texts of a dictionary, and among them those that the queries know.
    fn text(&self, filled: &Filled<'_>, u: &str) -> String {
        let (of, limit) = (&filled.column.of, filled.column.limit);
        let none = std::collections::BTreeSet::new();
        let known = self.facts.texts.get(&filled.place).unwrap_or(&none);
        let quoted = known
            .iter()
            .map(|text| format!("'{}'", text.replace('\'', "''")));
        let list = format!("(ARRAY[{}])", quoted.collect::<Vec<_>>().join(", "));
        let distinct = match limit {
            Some(0..=5) => 500,
            Some(6..32) => 300,
            Some(_) if known.is_empty() => filled.rows,
            _ => (filled.rows / 4).max(10),
        };
        let cut = |number: &str| {
            let length = limit.unwrap_or(if filled.seed.is_multiple_of(2) {
                24
            } else {
                14
            });
            format!("left(pg_temp.word({number}), {length})")
        };
        if only_names(filled.table, self.references) {
            // Each name once, those that the queries know first.
            let word = cut("i");
            return match known.len() {
                0 => format!("{word}::{of}"),
                count => format!("(CASE WHEN i <= {count} THEN {list}[i] ELSE {word} END)::{of}"),
            };
        }
        let word = cut(&format!("floor({distinct} * power({u}, 3))::bigint"));
        if known.is_empty() {
            return format!("{word}::{of}");
        }
        let share = match limit {
            Some(0..=2) => 0.8,
            Some(_) => 0.4,
            None => 0.1,
        };
        let (one, among) = (filled.u(4, "i"), filled.u(5, "i"));
        let count = known.len();
        format!(
            "(CASE WHEN {one} < {share} THEN {list}[1 + floor({count} * power({among}, 2))::int] ELSE {word} END)::{of}"
        )
    }
}

impl Filled<'_> {
    fn u(&self, stream: u64, by: &str) -> String {
        format!("pg_temp.u({by}, {})", self.seed + stream)
    }
}

/// A value that is another for each number.
fn key_of(column: &Column, number: &str) -> String {
    let of = &column.of;
    match column.category.as_str() {
        "N" => format!("({number})::{of}"),
        "S" => format!("('k' || {number})::{of}"),
        "D" => format!("(timestamp '2000-01-01' + ({number}) * interval '1 second')::{of}"),
        "bytea" => format!("decode(md5(({number})::text), 'hex')"),
        "uuid" => format!("md5(({number})::text)::uuid"),
        _ => format!("({number})::text::{of}"),
    }
}
