//! Arguments for calls of a query, as real ones would be: taken from the rows that are there, so
//! that parameters compared with columns of one table come from one row of it; values that no
//! row has, for unique columns that the query writes; else whatever the type allows.

mod prober;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tokio_postgres::types::Type;

pub use prober::Prober;

use super::bounds::Bounds;
use super::facts::Facts;
use super::picks::{column_sql, table_sql};
use super::space::{self, Of, literal};
use crate::analyze::{Analysis, ParamUse, UseKind};
use crate::quoting;
use crate::schema::Schema;

/// The rows that arguments are taken from.
const SAMPLE: u64 = 1_000;
/// From so many rows on a table is sampled, not read.
const LARGE: f64 = 200_000.0;
/// The elements of an array.
const ELEMENTS: u32 = 10;
/// Numbers of values that no row has yet.
const FRESH: u64 = 1_000_000_000;

/// A value in PostgreSQL's binary form; `None` is null.
pub type Argument = Option<Vec<u8>>;

/// A statement whose arguments are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The statement.
    pub sql: &'a str,
    /// What is known of it.
    pub analysis: &'a Analysis,
    /// The schema that the analysis speaks of.
    pub schema: &'a Schema,
    /// The values that were given, by the name of the parameter; `None` is null.
    pub given: &'a BTreeMap<String, Option<String>>,
}

/// Arguments for calls of a query.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// The arguments of each call.
    pub calls: Vec<Vec<Argument>>,
    /// Where those of each parameter come from, as `:id from customers.id`.
    pub origins: Vec<String>,
}

/// The rows of one table that arguments are taken from.
struct Group {
    oid: u32,
    rows: f64,
    /// The parameters, each with what it is used for.
    uses: Vec<ParamUse>,
}

struct Sampler<'a> {
    call: Call<'a>,
    facts: &'a Facts,
    types: &'a [Type],
    groups: Vec<Group>,
}

impl<'a> Sampler<'a> {
    fn new(call: Call<'a>, facts: &'a Facts, types: &'a [Type]) -> Self {
        Self {
            call,
            facts,
            types,
            groups: Vec::new(),
        }
    }

    /// Gives each parameter to the table that most of those that are left are used with.
    fn group(&mut self) {
        let params = self.call.analysis.params.iter();
        let free = params
            .enumerate()
            .filter(|(_, param)| !self.call.given.contains_key(&param.name));
        let mut left: Vec<usize> = free.map(|(number, _)| number).collect();
        loop {
            let mut tables: BTreeMap<u32, Vec<ParamUse>> = BTreeMap::new();
            for used in self.uses().filter(|used| left.contains(&used.param)) {
                let uses = tables.entry(used.table).or_default();
                if uses.iter().all(|other| other.param != used.param) {
                    uses.push(used);
                }
            }
            let most = tables
                .into_iter()
                .max_by_key(|(oid, uses)| (uses.len(), std::cmp::Reverse(*oid)));
            let Some((oid, uses)) = most else { return };
            left.retain(|param| uses.iter().all(|used| used.param != *param));
            self.groups.push(Group {
                oid,
                rows: 0.0,
                uses,
            });
        }
    }

    /// The uses of parameters, with the tables of this database.
    fn uses(&self) -> impl Iterator<Item = ParamUse> + '_ {
        self.call.analysis.uses.iter().filter_map(|used| {
            let table = self.call.schema.tables.get(&used.table)?;
            let column = table.columns.get(&used.column)?;
            let own = |t: &&(u32, &crate::schema::Table)| {
                t.1.schema == table.schema && t.1.name == table.name
            };
            let tables: Vec<(u32, &crate::schema::Table)> = self
                .facts
                .schema
                .tables
                .iter()
                .map(|(oid, t)| (*oid, t))
                .collect();
            let (oid, found) = *tables.iter().find(own)?;
            let mut columns = found.columns.iter();
            let (attribute, _) = columns.find(|(_, c)| c.name == column.name)?;
            let known = matches!(found.kind, 'r' | 'p' | 'm');
            known.then_some(ParamUse {
                table: oid,
                column: *attribute,
                ..*used
            })
        })
    }

    /// The statement that returns the arguments of calls, and where they come from.
    fn statement(&self) -> (String, Vec<String>) {
        let mut with = Vec::new();
        let mut from = format!("generate_series(0, {}) AS call(n)", SAMPLE - 1);
        for (number, group) in self.groups.iter().enumerate() {
            with.push(self.sample(number, group));
            // A second row, for a second value of a column.
            for (row, shift) in [("r", 0), ("s", 1)] {
                let _ = write!(
                    from,
                    "\nLEFT JOIN g{number} AS {row}{number} ON {row}{number}.n = (call.n + {shift}) % (SELECT count(*) FROM g{number})"
                );
            }
        }
        let mut origins = Vec::new();
        let values = self
            .call
            .analysis
            .params
            .iter()
            .enumerate()
            .map(|(number, param)| {
                let (value, origin) = self.value(number);
                origins.push(format!(":{} {origin}", param.name));
                let cast = self.types.get(number).map_or("text".to_owned(), |of| {
                    quoting::fully_qualified(of.schema(), of.name())
                });
                format!("({value})::{cast}")
            });
        let values: Vec<String> = values.collect();
        let with = if with.is_empty() {
            String::new()
        } else {
            format!("WITH {}\n", with.join(",\n"))
        };
        let sql = format!(
            "{with}SELECT {}\nFROM {from}\nORDER BY call.n",
            values.join(",\n  ")
        );
        (sql, origins)
    }

    /// Rows of a table in which no column that is used is null, in an order that says nothing;
    /// those that agree in what an array's elements have in common stand together.
    fn sample(&self, number: usize, group: &Group) -> String {
        let table = table_sql(self.facts, group.oid);
        let mut columns: Vec<i64> = group.uses.iter().map(|used| used.column).collect();
        columns.sort_unstable();
        columns.dedup();
        let names = columns.iter().map(|column| {
            let name = column_sql(self.facts, group.oid, *column);
            (
                format!("t.{name} AS c{column}"),
                format!("t.{name} IS NOT NULL"),
            )
        });
        let (columns, conditions): (Vec<String>, Vec<String>) = names.unzip();
        let sampled = if group.rows > LARGE {
            let share = (LARGE / 10.0 / group.rows * 100.0).max(0.000_1);
            format!(" TABLESAMPLE SYSTEM ({share}) REPEATABLE (1)")
        } else {
            String::new()
        };
        let together = if group.uses.iter().any(|used| used.array) {
            let equal = group.uses.iter().filter(|used| is_common(used));
            let hashed = equal.map(|used| {
                let name = column_sql(self.facts, group.oid, used.column);
                format!("hashtextextended(t.{name}::text, 1), ")
            });
            hashed.collect()
        } else {
            String::new()
        };
        format!(
            "g{number} AS MATERIALIZED (SELECT *, row_number() OVER () - 1 AS n FROM (\
             SELECT {} FROM {table} AS t{sampled} WHERE {} \
             ORDER BY {together}hashtextextended(t.ctid::text || t.tableoid, 1) LIMIT {SAMPLE}) s)",
            columns.join(", "),
            conditions.join(" AND ")
        )
    }

    /// The value of a parameter, and where it comes from.
    fn value(&self, param: usize) -> (String, String) {
        let known = &self.call.analysis.params[param];
        if let Some(given) = self.call.given.get(&known.name) {
            let value = given
                .as_ref()
                .map_or("NULL".to_owned(), |given| literal(given));
            return (value, "as given".to_owned());
        }
        let mut groups = self.groups.iter().enumerate();
        let found = groups.find_map(|(number, group)| {
            let used = group.uses.iter().find(|used| used.param == param)?;
            Some((number, group, used))
        });
        match found {
            Some((number, group, used)) => self.of_column(number, group, used),
            None => (self.of_type(param), "by its type".to_owned()),
        }
    }

    fn of_column(&self, number: usize, group: &Group, used: &ParamUse) -> (String, String) {
        let table = &self.facts.schema.tables[&group.oid];
        let column = &table.columns[&used.column];
        let name = format!("{}.{}", table.display_name(), column.name);
        let c = used.column;
        if used.kind == UseKind::Written
            && self.is_unique(group.oid, c)
            && let Some(fresh) = self.fresh(group.oid, c)
        {
            return (fresh, format!("another one than in {name}"));
        }
        if used.array {
            let common = group.uses.iter().filter(|other| is_common(other));
            let common = common.map(|other| {
                format!(
                    " AND e.c{0} IS NOT DISTINCT FROM r{number}.c{0}",
                    other.column
                )
            });
            let common: String = common.collect();
            let elements = format!(
                "ARRAY(SELECT e.c{c} FROM g{number} AS e WHERE TRUE{common} \
                 ORDER BY (e.n - call.n + {SAMPLE}) % {SAMPLE} LIMIT {ELEMENTS})"
            );
            return (elements, format!("{ELEMENTS} from {name}"));
        }
        let (first, second) = (format!("r{number}.c{c}"), format!("s{number}.c{c}"));
        let others = group
            .uses
            .iter()
            .filter(|other| other.column == c && !other.array);
        let others: Vec<&ParamUse> = others.filter(|other| other.param != used.param).collect();
        let value = match used.kind {
            _ if others.is_empty() => first,
            UseKind::Least => format!("least({first}, {second})"),
            UseKind::Greatest => format!("greatest({first}, {second})"),
            // Of two that are alike, the later one gets another row's.
            _ if others.iter().any(|other| other.param < used.param) => second,
            _ => first,
        };
        (value, format!("from {name}"))
    }

    /// Whether a unique index has the column, and no foreign key says what it may be.
    fn is_unique(&self, table: u32, column: i64) -> bool {
        let refers = self
            .facts
            .foreign_keys(table)
            .any(|key| key.columns.contains(&column));
        let mut keys = self.facts.keys(table);
        let unique = keys.any(|key| key.keys.iter().any(|key| key.attribute == Some(column)));
        unique && !refers
    }

    /// A value that no row has, if there are so many.
    fn fresh(&self, table: u32, column: i64) -> Option<String> {
        let found = self.facts.schema.tables.get(&table)?.columns.get(&column)?;
        let mut bounds = Bounds::default();
        for check in self.facts.checks.get(&table).into_iter().flatten() {
            bounds.add(&check.condition, &found.name);
        }
        let facts = self.facts.columns.get(&(table, column));
        let space = space::space(Of {
            facts: self.facts,
            name: &found.name,
            type_oid: found.type_oid,
            modifier: facts.map_or(-1, |facts| facts.modifier),
            bounds: &bounds,
            distinct: None,
            rows: 2 * FRESH,
            width: None,
            salt: 1,
            first: &[],
        })?;
        (space.capacity > FRESH).then(|| space.value(&format!("({FRESH} + call.n)::int8")))
    }

    /// A value of a parameter that is used with no column.
    fn of_type(&self, param: usize) -> String {
        let known = &self.call.analysis.params[param];
        let Some(of) = self.types.get(param) else {
            return "NULL".to_owned();
        };
        if matches!(of.name(), "int2" | "int4" | "int8") {
            // Most numbers that stand beside no column are limits.
            let number = if known.name.contains("offset") {
                "0"
            } else {
                "20"
            };
            return number.to_owned();
        }
        let space = space::space(Of {
            facts: self.facts,
            name: &known.name,
            type_oid: of.oid(),
            modifier: -1,
            bounds: &Bounds::default(),
            distinct: None,
            rows: SAMPLE,
            width: None,
            salt: 1,
            first: &[],
        });
        space.map_or_else(|| "NULL".to_owned(), |space| space.value("call.n::int8"))
    }
}

/// Whether the elements of an array are of rows that agree in this column.
fn is_common(used: &ParamUse) -> bool {
    !used.array && used.kind == UseKind::Equal
}
