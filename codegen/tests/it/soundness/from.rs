//! Grows FROM: tables, joins, queries and functions.

use std::fmt::Write as _;

use super::grower::{COLUMNS, Column, From, Grower, Kind, table_columns};
use super::world::RELATIONS;

const JOINS: &[&str] = &["JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];

impl Grower {
    /// One to four relations. `outer` are columns of the queries around.
    pub(super) fn from(&mut self, outer: &[Column], depth: usize) -> From {
        let mut from = self.relation(outer, depth);
        for _ in 0..self.random.below(3) {
            from = match self.random.below(6) {
                0 => self.lateral(&from, outer, depth),
                1 => self.comma(from, outer, depth),
                2 if depth > 0 => {
                    let (one, two) = (self.relation(outer, 0), self.relation(outer, 0));
                    let joined = self.join(&one, &two, outer);
                    let right = From {
                        sql: format!("({})", joined.sql),
                        columns: joined.columns,
                    };
                    self.join(&from, &right, outer)
                }
                _ => {
                    let right = self.relation(outer, depth);
                    self.join(&from, &right, outer)
                }
            };
        }
        from
    }

    fn join(&mut self, left: &From, right: &From, outer: &[Column]) -> From {
        let columns = [left.columns.clone(), right.columns.clone()].concat();
        let kind = self.random.pick(JOINS);
        let sql = if self.random.chance(8) {
            format!("{} CROSS JOIN {}", left.sql, right.sql)
        } else {
            // FULL JOIN needs a condition that can be merged or hashed.
            let (one, two) = self.pair(&left.columns, &right.columns);
            let mut on = format!("{one} = {two}");
            if kind != "FULL JOIN" && self.random.chance(50) {
                let seen = [columns.as_slice(), outer].concat();
                let more = self.value(Kind::Bool, &seen, 0);
                on = match self.random.below(3) {
                    0 => more,
                    1 => format!("{on} OR {more}"),
                    _ => format!("{on} AND {more}"),
                };
            }
            format!("{} {kind} {} ON {on}", left.sql, right.sql)
        };
        From { sql, columns }
    }

    /// A column of each side, of one type.
    fn pair(&mut self, left: &[Column], right: &[Column]) -> (String, String) {
        let one = &left[self.random.below(left.len())];
        let fitting: Vec<&Column> = right.iter().filter(|c| c.kind == one.kind).collect();
        match fitting.as_slice() {
            [] => (one.sql.clone(), one.sql.clone()),
            _ => (
                one.sql.clone(),
                fitting[self.random.below(fitting.len())].sql.clone(),
            ),
        }
    }

    fn comma(&mut self, left: From, outer: &[Column], depth: usize) -> From {
        let right = self.relation(outer, depth);
        From {
            sql: format!("{}, {}", left.sql, right.sql),
            columns: [left.columns, right.columns].concat(),
        }
    }

    fn lateral(&mut self, left: &From, outer: &[Column], depth: usize) -> From {
        let seen = [left.columns.as_slice(), outer].concat();
        let kinds = self.kinds(1);
        let query = self.query(&kinds, &seen, depth.saturating_sub(1));
        let right = self.named(&format!("LATERAL ({query})"), &kinds);
        let columns = [left.columns.clone(), right.columns].concat();
        let sql = match self.random.below(4) {
            0 => format!("{}, {}", left.sql, right.sql),
            1 => format!("{} CROSS JOIN {}", left.sql, right.sql),
            2 => format!("{} LEFT JOIN {} ON true", left.sql, right.sql),
            _ => {
                let on = self.value(Kind::Bool, &columns, 0);
                format!("{} LEFT JOIN {} ON {on}", left.sql, right.sql)
            }
        };
        From { sql, columns }
    }

    /// Something under an alias, with its columns renamed.
    fn named(&mut self, sql: &str, kinds: &[Kind]) -> From {
        let alias = self.alias();
        let names: Vec<String> = (0..kinds.len()).map(|i| format!("n{i}")).collect();
        let columns = names.iter().zip(kinds).map(|(name, kind)| Column {
            sql: format!("{alias}.{name}"),
            kind: *kind,
        });
        From {
            sql: format!("{sql} {alias} ({})", names.join(", ")),
            columns: columns.collect(),
        }
    }

    fn relation(&mut self, outer: &[Column], depth: usize) -> From {
        if let Some((name, kinds)) = self.cte() {
            return self.named(&name, &kinds);
        }
        match self.random.below(if depth == 0 { 12 } else { 17 }) {
            0 => self.natural(),
            1 => self.using(),
            2 => self.function(outer),
            3 => {
                let kinds = [Kind::Int, Kind::Text];
                let rows = "(VALUES (1, NULL), (2, 't2'), (NULL, 'u1'))";
                self.named(rows, &kinds)
            }
            12..=16 => {
                let kinds = self.kinds(2);
                let query = self.query(&kinds, outer, depth - 1);
                self.named(&format!("({query})"), &kinds)
            }
            _ => {
                let alias = self.alias();
                let sample = self.random.pick(&["", "", "", "", "ONLY "]);
                From {
                    sql: format!("{sample}{} {alias}", self.random.pick(RELATIONS)),
                    columns: table_columns(&alias),
                }
            }
        }
    }

    /// Columns merged by name, and an alias for the join as a whole.
    fn natural(&mut self) -> From {
        let mut side = || {
            let kept: Vec<(&str, Kind)> = COLUMNS
                .iter()
                .filter(|_| self.random.chance(35))
                .copied()
                .collect();
            let kept = if kept.is_empty() {
                vec![COLUMNS[1]]
            } else {
                kept
            };
            let names: Vec<&str> = kept.iter().map(|(name, _)| *name).collect();
            let (table, alias) = (self.random.pick(RELATIONS), self.alias());
            (
                format!("(SELECT {} FROM {table}) {alias}", names.join(", ")),
                kept,
            )
        };
        let ((left, mut columns), (right, others)) = (side(), side());
        let more = others
            .into_iter()
            .filter(|column| !columns.contains(column));
        let more: Vec<_> = more.collect();
        columns.extend(more);
        let (kind, alias) = (self.random.pick(JOINS), self.alias());
        let columns = columns.into_iter().map(|(name, kind)| Column {
            sql: format!("{alias}.{name}"),
            kind,
        });
        From {
            columns: columns.collect(),
            sql: format!("({left} NATURAL {kind} {right}) {alias}"),
        }
    }

    /// Merged columns, and those of both sides; in half of the cases without an alias.
    fn using(&mut self) -> From {
        let merged = &[("a", Kind::Int), ("b", Kind::Int), ("u", Kind::Text)];
        let (name, kind) = merged[self.random.below(3)];
        let (one, two) = (self.random.pick(RELATIONS), self.random.pick(RELATIONS));
        let (left, right, alias) = (self.alias(), self.alias(), self.alias());
        let join = self.random.pick(JOINS);
        let mut sql = format!("({one} {left} {join} {two} {right} USING ({name})");
        // An alias for the merged columns alone leaves the tables' names in sight.
        let mut columns = vec![Column {
            sql: format!("{alias}.{name}"),
            kind,
        }];
        if self.random.chance(50) {
            let _ = write!(sql, ") {alias}");
        } else {
            let _ = write!(sql, " AS {alias})");
            columns.extend(table_columns(&left));
            columns.extend(table_columns(&right));
        }
        From { sql, columns }
    }

    fn function(&mut self, outer: &[Column]) -> From {
        let value = self.value(Kind::Int, outer, 0);
        let (sql, kinds): (String, Vec<Kind>) = match self.random.below(9) {
            0 => ("generate_series(1, 3)".to_owned(), vec![Kind::Int]),
            1 => (format!("unnest(ARRAY[1, {value}])"), vec![Kind::Int]),
            2 => (
                "unnest(ARRAY['t1', NULL], ARRAY[1, 2, 3])".to_owned(),
                vec![Kind::Text, Kind::Int],
            ),
            3 => (
                "ROWS FROM (generate_series(1, 2), generate_series(1, 3))".to_owned(),
                vec![Kind::Int, Kind::Int],
            ),
            4 => (
                format!("jsonb_each_text(jsonb_build_object('k', {value}))"),
                vec![Kind::Text, Kind::Text],
            ),
            5 => return self.record_set(&value),
            6 => ("pairs_of(0)".to_owned(), vec![Kind::Int, Kind::Text]),
            7 => (
                "regexp_split_to_table('a,b', ',')".to_owned(),
                vec![Kind::Text],
            ),
            _ => {
                let alias = self.alias();
                return From {
                    sql: format!("rows_of(1) {alias}"),
                    columns: table_columns(&alias),
                };
            }
        };
        if self.random.chance(30) {
            let kinds = [kinds.as_slice(), &[Kind::Int]].concat();
            return self.named(&format!("{sql} WITH ORDINALITY"), &kinds);
        }
        self.named(&sql, &kinds)
    }

    /// A function whose columns the query lists.
    fn record_set(&mut self, value: &str) -> From {
        let alias = self.alias();
        let column = Column {
            sql: format!("{alias}.n0"),
            kind: Kind::Int,
        };
        let rows = format!("jsonb_build_array(jsonb_build_object('n0', {value}), '{{}}'::jsonb)");
        From {
            sql: format!("jsonb_to_recordset({rows}) AS {alias} (n0 int)"),
            columns: vec![column],
        }
    }
}
