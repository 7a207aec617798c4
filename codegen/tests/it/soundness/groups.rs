//! Grows aggregates, grouping sets and windows.

use super::grower::{Column, Grower, KINDS, Kind};

impl Grower {
    pub(super) fn grouped(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let from = self.from(outer, depth);
        let seen = [from.columns.as_slice(), outer].concat();
        let filter = self.filter(&seen, depth);
        let keys = if self.random.chance(40) {
            Vec::new()
        } else {
            self.keys(&from.columns, &seen)
        };
        let group = match keys.as_slice() {
            [] => String::new(),
            keys => format!(" GROUP BY {}", texts(keys)),
        };
        let made = [keys, self.aggregates(&from.columns, &seen)].concat();
        self.finish(
            kinds,
            &made,
            outer,
            &format!("{}{filter}{group}", from.sql),
            depth,
        )
    }

    pub(super) fn grouping_sets(
        &mut self,
        kinds: &[Kind],
        outer: &[Column],
        depth: usize,
    ) -> String {
        let from = self.from(outer, depth);
        let seen = [from.columns.as_slice(), outer].concat();
        let filter = self.filter(&seen, depth);
        let keys = self.keys(&from.columns, &seen);
        let (all, first) = (texts(&keys), keys[0].sql.clone());
        let sets = match self.random.below(6) {
            0 => format!("ROLLUP ({all})"),
            1 => format!("CUBE ({all})"),
            2 => format!("GROUPING SETS (({first}), ({all}), ())"),
            3 => format!("GROUPING SETS ({all})"),
            4 => format!("{first}, ROLLUP ({all})"),
            _ => "()".to_owned(),
        };
        let keys = if sets == "()" { Vec::new() } else { keys };
        let mut made = [keys.clone(), self.aggregates(&from.columns, &seen)].concat();
        if !keys.is_empty() && sets.len() > 2 {
            made.push(Column {
                sql: format!("GROUPING({first})"),
                kind: Kind::Int,
            });
        }
        self.finish(
            kinds,
            &made,
            outer,
            &format!("{}{filter} GROUP BY {sets}", from.sql),
            depth,
        )
    }

    /// The select list over keys and aggregates, HAVING, and sometimes windows over them.
    fn finish(
        &mut self,
        kinds: &[Kind],
        made: &[Column],
        outer: &[Column],
        rest: &str,
        depth: usize,
    ) -> String {
        let mut made = [made, outer].concat();
        let having = if self.random.chance(25) {
            format!(" HAVING {}", self.value(Kind::Bool, &made, depth.min(1)))
        } else {
            String::new()
        };
        if self.random.chance(15) {
            let windows = self.calls(&made);
            made.extend(windows);
        }
        let list = self.list(kinds, &made, depth.min(1));
        format!("SELECT {list} FROM {rest}{having}")
    }

    fn keys(&mut self, own: &[Column], seen: &[Column]) -> Vec<Column> {
        let mut keys = Vec::new();
        for _ in 0..=self.random.below(3) {
            let column = own[self.random.below(own.len())].clone();
            let other = self.leaf(column.kind, seen);
            let (sql, kind) = match self.random.below(8) {
                0 => (format!("coalesce({}, {other})", column.sql), column.kind),
                1 => (format!("({} IS NULL)", column.sql), Kind::Bool),
                2 => (format!("NULLIF({}, {other})", column.sql), column.kind),
                _ => (column.sql, column.kind),
            };
            keys.push(Column { sql, kind });
        }
        keys
    }

    /// One aggregate of each type, and some more.
    fn aggregates(&mut self, own: &[Column], seen: &[Column]) -> Vec<Column> {
        let kinds = [KINDS.as_slice(), &[Kind::Int, Kind::Int, Kind::Text]].concat();
        let mut made = Vec::new();
        for kind in kinds {
            let columns = if self.random.chance(85) { own } else { seen };
            let mut sql = self.aggregate(kind, columns);
            if self.random.chance(15) {
                let filter = self.condition(own, 0);
                sql = format!("{sql} FILTER (WHERE {filter})");
            }
            if kind == Kind::Int {
                sql = format!("({sql})::int");
            }
            made.push(Column { sql, kind });
        }
        made
    }

    fn aggregate(&mut self, kind: Kind, columns: &[Column]) -> String {
        let value = if self.random.chance(70) {
            self.leaf(kind, columns)
        } else {
            self.value(kind, columns, 0)
        };
        let distinct = self.random.pick(&["", "", "", "DISTINCT "]);
        match kind {
            Kind::Int => match self.random.below(14) {
                0 => "count(*)".to_owned(),
                1 => format!("count({distinct}{value})"),
                2 => format!("sum({distinct}{value})"),
                3 => format!("min({value})"),
                4 => format!("max({value})"),
                5 => format!("avg({value})"),
                6 => format!("stddev({value})"),
                7 => format!("var_pop({value})"),
                8 => format!("bit_or({value})"),
                9 => format!("mode() WITHIN GROUP (ORDER BY {value})"),
                10 => format!("percentile_disc(0.5) WITHIN GROUP (ORDER BY {value})"),
                11 => format!("regr_count({value}, {value})"),
                12 => format!("rank(1) WITHIN GROUP (ORDER BY {value})"),
                _ => format!("corr({value}, {value})"),
            },
            Kind::Text => match self.random.below(5) {
                0 => format!("string_agg({value}, ',')"),
                1 => {
                    let between = self.leaf(kind, columns);
                    format!("string_agg({value}, {between})")
                }
                2 => format!("array_agg({value})::text"),
                3 => format!("json_agg({value})::text"),
                _ => format!("max({value})"),
            },
            Kind::Bool => {
                let of = self.random.pick(&["bool_and", "bool_or", "every"]);
                format!("{of}({value})")
            }
            Kind::Mood => {
                let of = self.random.pick(&["min", "max"]);
                format!("{of}({value})")
            }
        }
    }

    pub(super) fn windows(&mut self, kinds: &[Kind], outer: &[Column], depth: usize) -> String {
        let from = self.from(outer, depth);
        let seen = [from.columns.as_slice(), outer].concat();
        let filter = self.filter(&seen, depth);
        let calls = self.calls(&seen);
        let mut made = calls.clone();
        made.extend(calls);
        made.extend(from.columns.iter().take(4).cloned());
        let list = self.list(kinds, &made, depth.min(1));
        format!("SELECT {list} FROM {}{filter}", from.sql)
    }

    /// Calls of window functions, one of each type and some more.
    fn calls(&mut self, columns: &[Column]) -> Vec<Column> {
        let kinds = [KINDS.as_slice(), &[Kind::Int, Kind::Int, Kind::Text]].concat();
        let calls = kinds.into_iter().map(|kind| {
            let call = self.call(kind, columns);
            let window = self.window(columns);
            let sql = if kind == Kind::Int {
                format!("({call} OVER ({window}))::int")
            } else {
                format!("({call} OVER ({window}))")
            };
            Column { sql, kind }
        });
        calls.collect()
    }

    fn call(&mut self, kind: Kind, columns: &[Column]) -> String {
        let (value, other) = (self.leaf(kind, columns), self.leaf(kind, columns));
        let number = self.leaf(Kind::Int, columns);
        match self.random.below(if kind == Kind::Int { 16 } else { 9 }) {
            0 => format!("lag({value})"),
            1 => format!("lead({value}, 1, {other})"),
            2 => format!("lag({value}, {number}, {other})"),
            3 => format!("lead({value}, 0)"),
            4 => format!("first_value({value})"),
            5 => format!("last_value({value})"),
            6 => format!("nth_value({value}, 2)"),
            7 | 8 => {
                let filter = if self.random.chance(25) {
                    format!(" FILTER (WHERE {})", self.condition(columns, 0))
                } else {
                    String::new()
                };
                format!("{}({value}){filter}", kind.extreme())
            }
            9 => "row_number()".to_owned(),
            10 => "rank()".to_owned(),
            11 => "ntile(2)".to_owned(),
            12 => format!("ntile({number})"),
            13 => format!("count({value})"),
            14 => "percent_rank()".to_owned(),
            _ => format!("sum({value})"),
        }
    }

    fn window(&mut self, columns: &[Column]) -> String {
        let kind = KINDS[self.random.below(4)];
        let (key, order) = (self.leaf(kind, columns), self.leaf(Kind::Int, columns));
        let partition = if self.random.chance(40) {
            format!("PARTITION BY {key} ")
        } else {
            String::new()
        };
        let frame = self.random.pick(&[
            "",
            "",
            "",
            " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
            " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING",
            " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW",
            " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES",
            " GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP",
            " RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
        ]);
        if self.random.chance(20) && frame.is_empty() {
            return partition;
        }
        format!("{partition}ORDER BY {order}{frame}")
    }
}

fn texts(columns: &[Column]) -> String {
    let texts: Vec<&str> = columns.iter().map(|column| column.sql.as_str()).collect();
    texts.join(", ")
}
