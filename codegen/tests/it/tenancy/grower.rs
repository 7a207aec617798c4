//! Random queries over the tables of `rows.sql`. Every relation has the columns tid, id,
//! ref and x, all of them integers; `:tenant` is the key of the caller.

use std::fmt::Write as _;

use crate::soundness::Random;

/// The tables of tenants; each refers to the one named beside it.
pub(super) const TABLES: [(&str, &str); 7] = [
    ("p", "p"),
    ("m", "p"),
    ("n", "p"),
    ("k", "p"),
    ("u", "p"),
    ("w", "s"),
    ("s", "w"),
];

const VIEWS: [&str; 6] = [
    "v_plain", "v_joined", "v_counts", "v_ranks", "v_places", "v_hidden",
];

/// The key of the other tenant, and not as a constant: that would be as good as a parameter.
pub(super) const OTHER: &str = "(random() * 0)::int + 2";

pub(super) const COLUMNS: [&str; 4] = ["tid", "id", "ref", "x"];

/// Grows SQL.
pub(super) struct Grower {
    pub(super) random: Random,
    pub(super) aliases: usize,
}

/// A part of FROM, and the aliases it brings.
pub(super) struct From {
    pub(super) sql: String,
    pub(super) aliases: Vec<String>,
}

impl Grower {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            aliases: 0,
        }
    }

    pub(super) fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("q{}", self.aliases)
    }

    pub(super) fn table(&mut self) -> &'static str {
        TABLES[self.random.below(TABLES.len())].0
    }

    pub(super) fn one<'a>(&mut self, aliases: &'a [String]) -> &'a str {
        &aliases[self.random.below(aliases.len())]
    }

    pub(super) fn column(&mut self, aliases: &[String]) -> String {
        format!("{}.{}", self.one(aliases), self.random.pick(&COLUMNS))
    }

    /// A query of four integers.
    pub(super) fn query(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 10 } else { 16 }) {
            0 => self.grouped(depth),
            1 => self.windows(depth),
            2 => self.chosen(depth),
            10 | 11 => self.set_operation(depth),
            12 | 13 => self.with(depth),
            14 => self.recursive(depth),
            _ => self.plain(depth),
        }
    }

    fn plain(&mut self, depth: usize) -> String {
        let from = self.from(depth);
        let filter = self.filter(&from.aliases, depth);
        let list = self.list(&from.aliases, depth);
        let distinct = if self.random.chance(10) {
            "DISTINCT "
        } else {
            ""
        };
        format!("SELECT {distinct}{list} FROM {}{filter}", from.sql)
    }

    /// The columns that a query returns; the first is most often a tenant's.
    pub(super) fn list(&mut self, aliases: &[String], depth: usize) -> String {
        let tid = match self.random.below(20) {
            0 => format!("coalesce({}.tid, :tenant)", self.one(aliases)),
            1 => ":tenant::int".to_owned(),
            2 => self.column(aliases),
            3 => "NULL::int".to_owned(),
            _ => format!("{}.tid", self.one(aliases)),
        };
        let id = format!("{}.id", self.one(aliases));
        let (reference, x) = (self.value(aliases, 0), self.value(aliases, depth));
        format!("{tid} AS tid, {id} AS id, {reference} AS ref, {x} AS x")
    }

    fn grouped(&mut self, depth: usize) -> String {
        let from = self.from(depth);
        let filter = self.filter(&from.aliases, depth);
        let key = format!("{}.tid", self.one(&from.aliases));
        let (one, two) = (self.column(&from.aliases), self.column(&from.aliases));
        let having = match self.random.below(4) {
            0 => format!(" HAVING {key} = :tenant"),
            1 => " HAVING count(*) > 1".to_owned(),
            _ => String::new(),
        };
        let rest = format!(
            "count(*)::int AS id, max({one}) AS ref, sum({two})::int AS x FROM {}{filter}",
            from.sql
        );
        match self.random.below(8) {
            0 => format!("SELECT max({key}) AS tid, {rest}"),
            1 => format!("SELECT {key} AS tid, {rest} GROUP BY ROLLUP ({key}){having}"),
            2 => format!(
                "SELECT {key} AS tid, {rest} GROUP BY GROUPING SETS (({key}, {one}), ({two}), ({key})){having}"
            ),
            3 => format!("SELECT {one} AS tid, {rest} GROUP BY {one}"),
            4 | 5 => {
                let id = format!("{}.id", self.one(&from.aliases));
                let rest = rest.replacen("count(*)::int AS id", &format!("{id} AS id"), 1);
                if self.random.chance(50) {
                    format!("SELECT {key} AS tid, {rest} GROUP BY {id}, {key}")
                } else {
                    format!("SELECT max({key}) AS tid, {rest} GROUP BY {id}")
                }
            }
            6 => {
                let reference = format!("{}.ref", self.one(&from.aliases));
                let kind = self.random.pick(&["GROUP BY", "GROUP BY ROLLUP"]);
                format!(
                    "SELECT max({key}) AS tid, count(*)::int AS id, {reference} AS ref, sum({two})::int AS x FROM {}{filter} {kind} ({reference})",
                    from.sql
                )
            }
            _ => format!("SELECT {key} AS tid, {rest} GROUP BY {key}, {one}{having}"),
        }
    }

    fn windows(&mut self, depth: usize) -> String {
        let from = self.from(depth);
        let filter = self.filter(&from.aliases, depth);
        let one = self.one(&from.aliases).to_owned();
        let other = self.one(&from.aliases).to_owned();
        let partition = match self.random.below(4) {
            0 => String::new(),
            1 => format!("PARTITION BY {one}.x "),
            _ => format!("PARTITION BY {other}.tid "),
        };
        let (value, order) = (self.column(&from.aliases), self.column(&from.aliases));
        format!(
            "SELECT {one}.tid AS tid, {one}.id AS id, (count({value}) OVER ({partition}))::int AS ref, (rank() OVER ({partition}ORDER BY {order}))::int AS x FROM {}{filter}",
            from.sql
        )
    }

    /// Queries that choose among rows; the order is total, so that the choice is certain.
    fn chosen(&mut self, depth: usize) -> String {
        let from = self.from(depth);
        let filter = self.filter(&from.aliases, depth);
        let list = self.list(&from.aliases, 0);
        match self.random.below(4) {
            0 => format!(
                "SELECT DISTINCT ON (tid) {list} FROM {}{filter} ORDER BY 1, 2, 3, 4",
                from.sql
            ),
            1 => format!(
                "SELECT DISTINCT ON (id) {list} FROM {}{filter} ORDER BY 2, 1, 3, 4",
                from.sql
            ),
            2 => format!(
                "SELECT {list} FROM {}{filter} ORDER BY 4, 1, 2, 3 OFFSET 1",
                from.sql
            ),
            _ => format!(
                "SELECT {list} FROM {}{filter} ORDER BY 4, 3, 2, 1 LIMIT 2",
                from.sql
            ),
        }
    }

    fn set_operation(&mut self, depth: usize) -> String {
        let operators = ["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL"];
        let operator = self.random.pick(&operators);
        let (left, right) = (self.query(depth - 1), self.query(depth - 1));
        format!("({left}) {operator} ({right})")
    }

    fn with(&mut self, depth: usize) -> String {
        let (name, inner) = (self.alias(), self.query(depth - 1));
        let (one, two) = (self.alias(), self.alias());
        let left = From {
            sql: format!("{name} {one}"),
            aliases: vec![one],
        };
        let right = if self.random.chance(60) {
            From {
                sql: format!("{name} {two}"),
                aliases: vec![two],
            }
        } else {
            self.relation(0)
        };
        let from = self.join(&left, &right);
        let filter = self.filter(&from.aliases, 0);
        let list = self.list(&from.aliases, 0);
        format!(
            "WITH {name} (tid, id, ref, x) AS ({inner}) SELECT {list} FROM {}{filter}",
            from.sql
        )
    }

    fn recursive(&mut self, depth: usize) -> String {
        let (name, row, next) = (self.alias(), self.alias(), self.alias());
        let base = if self.random.chance(50) {
            format!(
                "SELECT tid, id, ref, x FROM p WHERE tid = :tenant AND x < {}",
                self.random.below(5)
            )
        } else {
            self.query(depth - 1)
        };
        let table = self.table();
        let join = match self.random.below(6) {
            0 => format!("{next}.tid = {row}.tid"),
            1 => format!("{next}.x = {row}.x"),
            2 => format!("{next}.tid = :tenant"),
            3 => format!("{next}.id = {row}.ref"),
            _ => format!("{next}.ref = {row}.id"),
        };
        let all = self.random.pick(&["UNION", "UNION ALL"]);
        let tid = if self.random.chance(80) { &next } else { &row };
        format!(
            "WITH RECURSIVE {name} (tid, id, ref, x, rounds) AS (SELECT base.*, 1 FROM ({base}) base \
             {all} SELECT {tid}.tid, {next}.id, {next}.ref, {row}.x, rounds + 1 FROM {name} {row}, {table} {next} \
             WHERE rounds < 3 AND {join}) SELECT tid, id, ref, x FROM {name}"
        )
    }

    pub(super) fn from(&mut self, depth: usize) -> From {
        let mut from = self.relation(depth);
        for _ in 0..self.random.below(3) {
            if depth > 0 && self.random.chance(15) {
                from = self.lateral(from, depth - 1);
                continue;
            }
            let mut next = self.relation(depth);
            if self.random.chance(20) {
                let other = self.relation(0);
                next = self.join(&next, &other);
                next.sql = format!("({})", next.sql);
            }
            from = self.join(&from, &next);
        }
        from
    }

    fn join(&mut self, left: &From, right: &From) -> From {
        let aliases = [left.aliases.clone(), right.aliases.clone()].concat();
        let kinds = [
            "JOIN",
            "JOIN",
            "LEFT JOIN",
            "LEFT JOIN",
            "RIGHT JOIN",
            "FULL JOIN",
        ];
        let kind = self.random.pick(&kinds);
        let (one, two) = (
            self.one(&left.aliases).to_owned(),
            self.one(&right.aliases).to_owned(),
        );
        let mut on = match self.random.below(8) {
            0 => format!("{one}.ref = {two}.id"),
            1 => format!("{two}.ref = {one}.id"),
            2 => format!(
                "{one}.{} = {two}.{}",
                self.random.pick(&COLUMNS),
                self.random.pick(&COLUMNS)
            ),
            3 => format!("{one}.tid = {two}.tid AND {one}.x = {two}.x"),
            _ => format!("{one}.tid = {two}.tid"),
        };
        // FULL JOIN needs a condition that can be merged or hashed.
        if kind != "FULL JOIN" && self.random.chance(35) {
            let more = if self.random.chance(60) {
                format!("{}.tid = :tenant", self.one(&aliases))
            } else {
                self.condition(&aliases, 0)
            };
            let _ = write!(on, " AND {more}");
        }
        // One relation on each side has one tid; of more it would be ambiguous.
        let condition = if aliases.len() == 2 && self.random.chance(15) {
            "USING (tid)".to_owned()
        } else {
            format!("ON {on}")
        };
        let sql = format!("{} {kind} {} {condition}", left.sql, right.sql);
        From { sql, aliases }
    }

    fn lateral(&mut self, from: From, depth: usize) -> From {
        let alias = self.alias();
        let inner = self.correlated(&from.aliases, depth);
        let kind = self.random.pick(&["JOIN", "LEFT JOIN"]);
        let on = if self.random.chance(70) {
            "true".to_owned()
        } else {
            self.condition(&from.aliases, 0)
        };
        let mut aliases = from.aliases;
        aliases.push(alias.clone());
        From {
            sql: format!(
                "{} {kind} LATERAL ({inner}) {alias} (tid, id, ref, x) ON {on}",
                from.sql
            ),
            aliases,
        }
    }

    pub(super) fn relation(&mut self, depth: usize) -> From {
        let alias = self.alias();
        let sql = if depth > 0 && self.random.chance(30) {
            format!("({}) {alias} (tid, id, ref, x)", self.query(depth - 1))
        } else {
            match self.random.below(20) {
                0 => format!("(SELECT x AS tid, id, ref, x FROM g) {alias}"),
                7 => {
                    let kinds = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];
                    let (one, two) = (self.table(), self.table());
                    let kind = self.random.pick(&kinds);
                    let (i, k) = (self.alias(), self.alias());
                    // Merged columns, and an alias for the join as a whole.
                    format!("({one} {i} {kind} {two} {k} USING (tid, id, ref, x)) {alias}")
                }
                // Constants are as good as parameters: none of these is the other tenant.
                1 | 2 => format!(
                    "(VALUES ({}, 1, 3, 3), (:tenant, 3, NULL, 1)) {alias} (tid, id, ref, x)",
                    self.random.pick(&[":tenant::int", ":tenant::int", OTHER])
                ),
                3 => format!(
                    "(SELECT * FROM {} WHERE tid = :tenant) {alias} (id, tid, ref, x)",
                    self.table()
                ),
                4..7 => format!("{} {alias}", self.random.pick(&VIEWS)),
                _ => format!("{} {alias}", self.table()),
            }
        };
        From {
            sql,
            aliases: vec![alias],
        }
    }
}
