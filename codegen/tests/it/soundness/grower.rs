//! Grows random queries of given types.

use super::Random;
use super::world::RELATIONS;

/// The type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Text,
    Bool,
    Mood,
}

pub(super) const KINDS: [Kind; 4] = [Kind::Int, Kind::Text, Kind::Bool, Kind::Mood];

impl Kind {
    pub(super) fn sql(self) -> &'static str {
        match self {
            Kind::Int => "int",
            Kind::Text => "text",
            Kind::Bool => "bool",
            Kind::Mood => "mood",
        }
    }

    /// An aggregate that gives one of its values.
    pub(super) fn extreme(self) -> &'static str {
        if self == Kind::Bool { "bool_or" } else { "max" }
    }
}

/// An expression that stands for a column, and its type.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) sql: String,
    pub(super) kind: Kind,
}

/// A part of FROM, and the columns it brings.
pub(super) struct From {
    pub(super) sql: String,
    pub(super) columns: Vec<Column>,
}

/// The columns of every table and view.
pub(super) const COLUMNS: [(&str, Kind); 10] = [
    ("a", Kind::Int),
    ("b", Kind::Int),
    ("c", Kind::Int),
    ("d", Kind::Int),
    ("t", Kind::Text),
    ("u", Kind::Text),
    ("f", Kind::Bool),
    ("g", Kind::Bool),
    ("m", Kind::Mood),
    ("n", Kind::Mood),
];

/// The columns of a table under an alias.
pub(super) fn table_columns(alias: &str) -> Vec<Column> {
    // Those that forbid null twice: there is more to be wrong about.
    let strict = COLUMNS.iter().filter(|(name, _)| "actfm".contains(name));
    let columns = COLUMNS.iter().chain(strict).map(|(name, kind)| Column {
        sql: format!("{alias}.{name}"),
        kind: *kind,
    });
    columns.collect()
}

pub(super) struct Grower {
    pub(super) random: Random,
    /// The server's major version.
    pub(super) major: u32,
    aliases: usize,
    /// The queries of WITH that may be named: name, types of the columns.
    ctes: Vec<(String, Vec<Kind>)>,
    /// What the first column of the last statement was made by.
    pub(super) label: &'static str,
}

impl Grower {
    pub(super) fn new(random: Random, major: u32) -> Self {
        Self {
            random,
            major,
            aliases: 0,
            ctes: Vec::new(),
            label: "",
        }
    }

    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("x{}", self.aliases)
    }

    pub(super) fn kinds(&mut self, least: usize) -> Vec<Kind> {
        let count = least + self.random.below(3);
        (0..count).map(|_| KINDS[self.random.below(4)]).collect()
    }

    /// A whole statement.
    pub(super) fn statement(&mut self) -> String {
        self.ctes.clear();
        self.aliases = 0;
        self.label = "";
        let kinds = self.kinds(4);
        let depth = self.random.below(3);
        match self.random.below(10) {
            0 => self.change(&kinds),
            1 => {
                let (name, inner) = (self.alias(), self.kinds(2));
                let change = self.change(&inner);
                self.ctes.push((name.clone(), inner));
                format!("WITH {name} AS ({change}) {}", self.plain(&kinds, &[], 1))
            }
            2 => self.with(&kinds, &[], depth),
            3 => self.recursive(&kinds, &[], depth),
            _ => self.query(&kinds, &[], depth),
        }
    }

    /// A query with columns of these types, called c0, c1 and so on. `outer` are columns of
    /// the queries around it.
    pub(super) fn query(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        match self.random.below(if depth == 0 { 8 } else { 14 }) {
            0 | 12 => self.grouped(kinds, outer, depth),
            1 => self.grouping_sets(kinds, outer, depth),
            2 => self.windows(kinds, outer, depth),
            3 => self.values_list(kinds, outer, depth),
            8 | 9 => self.set_operation(kinds, outer, depth - 1),
            10 => self.with(kinds, outer, depth - 1),
            11 => self.recursive(kinds, outer, depth - 1),
            _ => self.plain(kinds, outer, depth),
        }
    }

    fn plain(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let from = self.from(outer, depth);
        let seen = [from.columns.as_slice(), outer].concat();
        let mut list = self.list(kinds, &seen, depth);
        if self.random.chance(7) {
            let rows = self.random.pick(&[
                "generate_series(1, 2)",
                "unnest(ARRAY[1, NULL])",
                "abs(generate_series(1, 2))",
            ]);
            list = format!("{list}, {rows} AS extra");
            let rest = self.tail();
            let filter = self.filter(&seen, depth);
            let names = names(kinds);
            let alias = self.alias();
            return format!(
                "SELECT {names} FROM (SELECT {list} FROM {}{filter}{rest}) {alias}",
                from.sql
            );
        }
        let distinct = self.random.pick(&["", "", "", "", "DISTINCT "]);
        let filter = self.filter(&seen, depth);
        let rest = self.tail();
        format!("SELECT {distinct}{list} FROM {}{filter}{rest}", from.sql)
    }

    fn tail(&mut self) -> &'static str {
        self.random
            .pick(&["", "", "", "", "", " LIMIT 2", " ORDER BY 1 OFFSET 1"])
    }

    /// The select list.
    pub(super) fn list(&mut self, kinds: &[Kind], columns: &[Column], depth: usize) -> String {
        let mut items = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            let value = self.value(*kind, columns, depth);
            items.push(format!("{value} AS c{number}"));
        }
        items.join(", ")
    }

    pub(super) fn filter(&mut self, columns: &[Column], depth: usize) -> String {
        let mut conditions = Vec::new();
        let count = self.random.below(10);
        for _ in 0..count.saturating_sub(6).min(2) {
            conditions.push(self.value(Kind::Bool, columns, depth.min(1)));
        }
        if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        }
    }

    fn values_list(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let rows: Vec<String> = (0..=self.random.below(3))
            .map(|_| {
                let cells: Vec<String> = kinds
                    .iter()
                    .map(|kind| self.value(*kind, outer, depth.min(1)))
                    .collect();
                format!("({})", cells.join(", "))
            })
            .collect();
        let (alias, names) = (self.alias(), names(kinds));
        format!(
            "SELECT {names} FROM (VALUES {}) {alias} ({names})",
            rows.join(", ")
        )
    }

    fn set_operation(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let operator = self.random.pick(&[
            "UNION",
            "UNION ALL",
            "INTERSECT",
            "INTERSECT ALL",
            "EXCEPT",
            "EXCEPT ALL",
        ]);
        let (left, right) = (
            self.query(kinds, outer, depth),
            self.query(kinds, outer, depth),
        );
        format!("({left}) {operator} ({right})")
    }

    fn with(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let (name, inner) = (self.alias(), self.kinds(2));
        let query = self.query(&inner, outer, depth.saturating_sub(1));
        let kept = self
            .random
            .pick(&["", "", "MATERIALIZED ", "NOT MATERIALIZED "]);
        let before = self.ctes.len();
        self.ctes.push((name.clone(), inner));
        let body = self.query(kinds, outer, depth);
        self.ctes.truncate(before);
        format!("WITH {name} AS {kept}({query}) {body}")
    }

    fn recursive(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let (name, row, other) = (self.alias(), self.alias(), self.alias());
        let base = self.query(kinds, outer, depth.saturating_sub(1));
        let names = names(kinds);
        let own = kinds.iter().enumerate().map(|(number, kind)| Column {
            sql: format!("{row}.c{number}"),
            kind: *kind,
        });
        let mut columns: Vec<Column> = own.collect();
        let mut from = format!("{name} {row}");
        if self.random.chance(50) {
            let join = self.random.pick(&["JOIN", "LEFT JOIN"]);
            let more = table_columns(&other);
            columns.extend(more);
            let on = self.value(Kind::Bool, &columns, 0);
            from = format!(
                "{from} {join} {} {other} ON {on}",
                self.random.pick(RELATIONS)
            );
        }
        let list = self.list(kinds, &columns, 0);
        let union = self.random.pick(&["UNION", "UNION ALL"]);
        let order = self.random.pick(&[
            "",
            "",
            " SEARCH DEPTH FIRST BY c0 SET o",
            " CYCLE c0 SET y USING z",
        ]);
        let alias = self.alias();
        format!(
            "WITH RECURSIVE {name} ({names}, rounds) AS (SELECT {alias}.*, 1 FROM ({base}) {alias} \
             {union} SELECT {list}, {row}.rounds + 1 FROM {from} WHERE {row}.rounds < 3){order} \
             SELECT {names} FROM {name}"
        )
    }

    /// A query of WITH, if there is one.
    pub(super) fn cte(&mut self) -> Option<(String, Vec<Kind>)> {
        if self.ctes.is_empty() || self.random.chance(40) {
            return None;
        }
        let index = self.random.below(self.ctes.len());
        self.ctes.get(index).cloned()
    }
}

/// The names of a query's columns.
fn names(kinds: &[Kind]) -> String {
    let names: Vec<String> = (0..kinds.len()).map(|i| format!("c{i}")).collect();
    names.join(", ")
}
