//! The statements that make the rows of one table: each inserts a batch of them, numbered by
//! `generate_series`; each row is tried until it meets the constraints, which the server judges.

use std::fmt::Write as _;

use super::choice::{self, ROW};
use super::picks::{self, Pick, column_sql, groups_table, keys_table, only_sql, table_sql};
use super::table::{Column, Part, TableRows};
use crate::quoting;

/// How often a row is tried until it meets the constraints.
const TRIES: u32 = 32;

impl TableRows<'_> {
    /// The statement that inserts rows of these numbers, and of them at most `most`.
    pub(super) fn insert(&self, from: u64, until: u64, most: u64, part: Part<'_>) -> String {
        let names: Vec<String> = self
            .columns
            .keys()
            .map(|&column| self.sql(column))
            .collect();
        let mut sql = format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE\n",
            table_sql(self.facts, self.wanted.oid),
            names.join(", ")
        );
        if names.is_empty() {
            // Defaults and computed columns alone.
            sql = format!("INSERT INTO {}\n", table_sql(self.facts, self.wanted.oid));
        }
        let _ = write!(
            sql,
            "SELECT {} FROM generate_series({from}::int8, {until}::int8) AS seed_row(i)\n\
             CROSS JOIN LATERAL (\n{}\nLIMIT 1) AS made ORDER BY {ROW} LIMIT {most}",
            names
                .iter()
                .map(|name| format!("made.{name}"))
                .collect::<Vec<_>>()
                .join(", "),
            self.tries(part, &self.conditions(part))
        );
        sql
    }

    /// How many of these rows each condition refuses, in the order of [`refusals`](Self::refusals),
    /// and last how many are refused by none.
    pub(super) fn count_refusals(&self, from: u64, until: u64, part: Part<'_>) -> String {
        let conditions = self.refusals(part);
        let counts = conditions
            .iter()
            .map(|(_, _, condition)| format!("count(*) FILTER (WHERE NOT ({condition}))"));
        let mut counts: Vec<String> = counts.collect();
        let all = self.conditions(part).join(" AND ");
        let all = if all.is_empty() {
            "TRUE".to_owned()
        } else {
            all
        };
        counts.push(format!("count(*) FILTER (WHERE {all})"));
        format!(
            "SELECT ARRAY[{}] FROM generate_series({from}::int8, {until}::int8) AS seed_row(i)\n\
             CROSS JOIN LATERAL (\n{}\n) AS made",
            counts.join(", "),
            self.tries(part, &[])
        )
    }

    /// Each condition on a row: its name, what it says, and as SQL that is true or false.
    pub(super) fn refusals(&self, part: Part<'_>) -> Vec<(String, String, String)> {
        let checks = self.checks(part).into_iter().map(|check| {
            let condition = format!("({}) IS NOT FALSE", check.condition);
            let says = format!("CHECK ({})", check.condition.trim());
            (check.name, says, condition)
        });
        let picks = self.picks.iter().filter(|pick| !pick.later);
        let keys = picks.flat_map(|pick| {
            let own = pick.own.iter().map(|place| pick.key.columns[*place]);
            own.filter(|column| self.table.columns[column].not_null)
                .map(|column| {
                    let target = &self.facts.schema.tables[&pick.key.target];
                    let says = format!(
                        "a row needs a row of `{}` that all of its foreign keys agree with",
                        target.display_name()
                    );
                    let condition = format!("{} IS NOT NULL", self.sql(column));
                    (pick.key.name.clone(), says, condition)
                })
        });
        checks.chain(keys).collect()
    }

    fn conditions(&self, part: Part<'_>) -> Vec<String> {
        let refusals = self.refusals(part).into_iter();
        refusals
            .map(|(_, _, condition)| format!("({condition})"))
            .collect()
    }

    /// The tries of one row that meet the conditions, with every column by its name.
    fn tries(&self, part: Part<'_>, conditions: &[String]) -> String {
        let checked = !self.conditions(part).is_empty();
        let tries = if checked { TRIES - 1 } else { 0 };
        let mut numbers = Vec::new();
        let mut values = Vec::new();
        for (&attribute, column) in &self.columns {
            if let Column::Value {
                choice, null, salt, ..
            } = column
            {
                let number = choice.number(*salt);
                let number = match null {
                    Some(null) => format!("CASE WHEN {null} THEN NULL ELSE {number} END"),
                    None => number,
                };
                numbers.push(format!("{number} AS n{attribute}"));
            }
            values.push(format!(
                "{} AS {}",
                self.value(attribute, column),
                self.sql(attribute)
            ));
        }
        let mut from = format!("generate_series(0, {tries}) AS seed_try(a)");
        for (number, pick) in self
            .picks
            .iter()
            .enumerate()
            .filter(|(_, pick)| !pick.later)
        {
            if pick.own.is_empty() {
                continue;
            }
            from.push_str(&self.join(number, pick));
            let places = pick.own.iter();
            numbers.extend(places.map(|place| format!("f{number}.k{place} AS f{number}_{place}")));
            numbers.push(format!("{} AS none{number}", self.no_key(number, pick)));
        }
        if numbers.is_empty() {
            numbers.push("1 AS nothing".to_owned());
        }
        if values.is_empty() {
            values.push("1 AS nothing".to_owned());
        }
        let generated = self.table.columns.iter().filter_map(|(attribute, column)| {
            let facts = self.facts.columns.get(&(self.wanted.oid, *attribute))?;
            let computed = facts.generated.as_ref()?;
            Some(format!(
                "({computed}) AS {}",
                quoting::identifier(&column.name)
            ))
        });
        let columns: Vec<String> = std::iter::once("*".to_owned()).chain(generated).collect();
        let columns = columns.join(", ");
        let filter = if conditions.is_empty() {
            String::new()
        } else {
            format!("\nWHERE {}", conditions.join(" AND "))
        };
        // OFFSET 0 keeps the server from writing each number into every place that uses it.
        format!(
            "SELECT * FROM (SELECT {columns} FROM (SELECT {}\n\
             FROM (SELECT {}\nFROM {from} OFFSET 0) AS chosen) AS plain) AS tried{filter}",
            values.join(",\n  "),
            numbers.join(",\n  ")
        )
    }

    fn value(&self, attribute: i64, column: &Column) -> String {
        let type_oid = self.table.columns[&attribute].type_oid;
        let (base, _) = self.facts.schema.base_type(type_oid);
        let cast = quoting::type_name(&self.facts.schema, base);
        match column {
            Column::Null => format!("NULL::{cast}"),
            Column::Same(other) => match self.columns_of(*other) {
                Some(column) => format!("({})::{cast}", self.value(*other, column)),
                None => format!("NULL::{cast}"),
            },
            Column::Of {
                pick,
                place,
                nullable,
            } => {
                let key = format!("(chosen.f{pick}_{place})::{cast}");
                if *nullable && self.picks[*pick].nullable {
                    format!("CASE WHEN NOT chosen.none{pick} THEN {key} END")
                } else {
                    key
                }
            }
            Column::Value { space, null, .. } => {
                let number = format!("chosen.n{attribute}");
                let value = space.value(&number);
                match null {
                    Some(_) => format!("CASE WHEN {number} IS NOT NULL THEN {value} END"),
                    None => value,
                }
            }
        }
    }

    /// How a column is made; one that is made after this one is not known yet.
    fn columns_of(&self, attribute: i64) -> Option<&Column> {
        let column = self.columns.get(&attribute)?;
        (!matches!(column, Column::Same(_))).then_some(column)
    }

    /// Joins the key that a row takes.
    fn join(&self, number: usize, pick: &Pick<'_>) -> String {
        let salt = self.salt(&pick.key.name);
        let keys = keys_table(number);
        if !pick.is_grouped() {
            let chosen = self.pick_choice(number).number(salt);
            return format!("\nLEFT JOIN {keys} AS f{number} ON f{number}.n = {chosen}");
        }
        let decided = picks::decided(self.picks);
        let agree = |alias: &str| {
            let shared = pick.shared.iter().filter_map(|place| {
                let (other, at) = decided.get(&pick.key.columns[*place])?;
                Some(format!("{alias}.k{place} = f{other}.k{at}"))
            });
            shared.collect::<Vec<_>>().join(" AND ")
        };
        format!(
            "\nLEFT JOIN {} AS g{number} ON {}\nLEFT JOIN {keys} AS f{number} ON {} AND f{number}.n = {} % g{number}.c",
            groups_table(number),
            agree(&format!("g{number}")),
            agree(&format!("f{number}")),
            choice::hash(ROW, salt)
        )
    }

    /// Whether a row does without a foreign key.
    fn no_key(&self, number: usize, pick: &Pick<'_>) -> String {
        if !pick.nullable {
            return "FALSE".to_owned();
        }
        let salt = self.salt(&format!("{} null", pick.key.name));
        let spared = if pick.is_grouped() {
            0
        } else {
            self.pick_choice(number).covering()
        };
        let none = Part { check: None };
        let mut own = pick
            .own
            .iter()
            .map(|place| &self.table.columns[&pick.key.columns[*place]]);
        let explore = own.any(|column| self.may_have_to_be_null(column, none));
        let null = choice::is_null(
            self.null_share(pick),
            spared,
            self.wanted.rows,
            explore,
            salt,
        );
        null.unwrap_or_else(|| "FALSE".to_owned())
    }

    fn sql(&self, attribute: i64) -> String {
        column_sql(self.facts, self.wanted.oid, attribute)
    }

    /// The statement that fills in a foreign key when all rows are there, in the rows of this
    /// transaction. A table that refers to itself becomes a tree: a row refers to one before it.
    pub(super) fn fill_in(&self, number: usize) -> String {
        let pick = &self.picks[number];
        let table = only_sql(self.facts, self.wanted.oid);
        let agree = |alias: &str| {
            let shared = pick.shared.iter();
            let shared = shared.map(|place| format!("{alias}.k{place} = seed_row.s{place} AND "));
            shared.collect::<String>()
        };
        let groups = if pick.is_grouped() {
            format!(" JOIN {} AS g ON {}TRUE", groups_table(number), agree("g"))
        } else {
            String::new()
        };
        let shared = pick.shared.iter().map(|place| {
            let column = self.sql(pick.key.columns[*place]);
            format!("t.{column} AS s{place}, ")
        });
        let own = pick.own.iter();
        let sets = own.map(|place| {
            let column = self.sql(pick.key.columns[*place]);
            format!("{column} = found.k{place}")
        });
        let found = pick.own.iter().map(|place| format!("f.k{place}"));
        format!(
            "UPDATE {table} AS t SET {}\nFROM (SELECT seed_row.place, seed_row.part, {} FROM (\n\
             SELECT {}t.ctid AS place, t.tableoid AS part, t.xmin AS made_by, \
             row_number() OVER (ORDER BY {}) - 1 AS i FROM {table} AS t) AS seed_row\n\
             CROSS JOIN (VALUES (0)) AS seed_try(a){groups}\n\
             JOIN {} AS f ON {}f.n = {}\n\
             WHERE seed_row.made_by = pg_current_xact_id()::xid AND {}) AS found\n\
             WHERE t.ctid = found.place AND t.tableoid = found.part",
            sets.collect::<Vec<_>>().join(", "),
            found.collect::<Vec<_>>().join(", "),
            shared.collect::<String>(),
            self.numbered_by(pick),
            keys_table(number),
            agree("f"),
            self.later_choice(number),
            self.later_condition(number)
        )
    }

    /// What rows are numbered by when they are all there: by the key that others refer to, as
    /// keys are; else by all that is in them.
    fn numbered_by(&self, pick: &Pick<'_>) -> String {
        if pick.key.target != self.wanted.oid {
            return "(t.*)::text COLLATE \"C\"".to_owned();
        }
        let targets = pick.key.target_columns.iter();
        let texts = targets.map(|&column| format!("t.{}::text COLLATE \"C\"", self.sql(column)));
        texts.collect::<Vec<_>>().join(", ")
    }

    /// The number of the key that a row takes when all rows are there.
    fn later_choice(&self, number: usize) -> String {
        let pick = &self.picks[number];
        let salt = self.salt(&pick.key.name);
        let itself = pick.key.target == self.wanted.oid;
        if pick.is_grouped() {
            return format!("{} % g.c", choice::hash(ROW, salt));
        }
        match (self.is_one_to_one(pick), itself) {
            (true, true) => format!("{ROW} - 1"),
            (true, false) => ROW.to_owned(),
            (false, true) => format!("{} % greatest({ROW}, 1)", choice::hash(ROW, salt)),
            (false, false) => self.pick_choice(number).number(salt),
        }
    }

    /// Which rows take a key when all rows are there.
    fn later_condition(&self, number: usize) -> String {
        let pick = &self.picks[number];
        let itself = pick.key.target == self.wanted.oid;
        let mut condition = "TRUE".to_owned();
        if itself && !pick.is_grouped() {
            let _ = write!(condition, " AND {ROW} > 0");
        }
        let spared = if itself {
            0
        } else {
            self.pick_choice(number).covering()
        };
        let salt = self.salt(&format!("{} null", pick.key.name));
        let share = self.null_share(pick);
        if let Some(null) = choice::is_null(share, spared, self.wanted.rows, false, salt) {
            let _ = write!(condition, " AND NOT ({null})");
        }
        condition
    }

    /// Whether an index lets no two rows refer to the same one.
    fn is_one_to_one(&self, pick: &Pick<'_>) -> bool {
        let mut keys = self.facts.keys(self.wanted.oid);
        keys.any(|key| {
            let mut columns = key.keys.iter().map(|key| key.attribute);
            columns.all(|column| column.is_some_and(|column| pick.key.columns.contains(&column)))
        })
    }
}
