//! Random conditions and values, and the sub-queries in them.

use std::fmt::Write as _;

use super::grower::{COLUMNS, Grower};

impl Grower {
    /// A query that refers to columns of the one around it, perhaps from a level further in.
    pub(super) fn correlated(&mut self, outer: &[String], depth: usize) -> String {
        let sql = self.directly_correlated(outer, depth);
        match self.random.below(10) {
            0 => {
                let (name, inner) = (self.alias(), self.alias());
                format!(
                    "WITH {name} (tid, id, ref, x) AS ({sql}) SELECT {inner}.* FROM (SELECT * FROM {name}) {inner}"
                )
            }
            1 => {
                let operators = ["UNION", "UNION ALL", "EXCEPT"];
                let operator = self.random.pick(&operators);
                format!(
                    "({sql}) {operator} ({})",
                    self.directly_correlated(outer, 0)
                )
            }
            _ => sql,
        }
    }

    fn directly_correlated(&mut self, outer: &[String], depth: usize) -> String {
        let from = self.from(depth);
        let mut link = self.link(&from.aliases, outer);
        // Also from further in.
        if depth > 0 && self.random.chance(25) {
            let around = [outer, &from.aliases].concat();
            let _ = write!(
                link,
                " AND EXISTS ({})",
                self.correlated(&around, depth - 1)
            );
        }
        let one = self.one(&from.aliases).to_owned();
        let list = self.list(&from.aliases, 0);
        match self.random.below(4) {
            0 => format!(
                "SELECT max({one}.tid) AS tid, count(*)::int AS id, max({one}.ref) AS ref, 0 AS x FROM {} WHERE {link}",
                from.sql
            ),
            1 => format!(
                "SELECT {list} FROM {} WHERE {link} ORDER BY 4, 3, 2, 1 LIMIT 1",
                from.sql
            ),
            _ => format!("SELECT {list} FROM {} WHERE {link}", from.sql),
        }
    }

    fn link(&mut self, inner: &[String], outer: &[String]) -> String {
        let (one, two) = (self.one(inner).to_owned(), self.one(outer).to_owned());
        match self.random.below(7) {
            0 | 1 => format!("{one}.ref = {two}.id"),
            2 => format!("{one}.x = {two}.{}", self.random.pick(&COLUMNS)),
            3 => format!("{one}.tid = :tenant"),
            4 => format!("({one}.tid = {two}.tid AND {one}.x = {two}.x)"),
            _ => format!("{one}.tid = {two}.tid"),
        }
    }

    /// Conditions that bind some of the aliases, and others.
    pub(super) fn filter(&mut self, aliases: &[String], depth: usize) -> String {
        let mut conditions = Vec::new();
        for (index, alias) in aliases.iter().enumerate() {
            match self.random.below(10) {
                0..4 => conditions.push(format!("{alias}.tid = :tenant")),
                4 | 5 if index > 0 => {
                    let other = self.one(&aliases[..index]);
                    conditions.push(format!("{alias}.tid = {other}.tid"));
                }
                _ => {}
            }
        }
        if self.random.chance(45) {
            conditions.push(self.condition(aliases, depth));
        }
        if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        }
    }

    pub(super) fn condition(&mut self, aliases: &[String], depth: usize) -> String {
        let column = self.column(aliases);
        let one = self.one(aliases).to_owned();
        match self.random.below(if depth == 0 { 11 } else { 18 }) {
            0 => format!("{column} IS NOT NULL"),
            1 => format!("{one}.tid IS NULL"),
            2 => format!("{column} = {}", self.column(aliases)),
            3 => format!("{column} > 1"),
            4 => format!(
                "{one}.tid IN (:tenant, {})",
                self.random
                    .pick(&[":tenant", "1", "x"])
                    .replace('x', &column)
            ),
            5 => format!("NOT ({one}.tid = :tenant)"),
            6 | 7 => format!("({} OR {})", self.arm(aliases), self.arm(aliases)),
            8 => format!("({one}.tid = :tenant) IS NOT FALSE"),
            9 => format!("coalesce({one}.tid, :tenant) = :tenant"),
            10 => format!("{one}.tid = ANY (ARRAY[:tenant, {column}])"),
            11 => format!("{one}.ref IN ({})", self.single("id", depth)),
            12 => format!("{one}.tid IN ({})", self.single("tid", depth)),
            13 => format!("{column} NOT IN ({})", self.single("x", depth)),
            14 => format!(
                "({one}.tid, {one}.x) IN (SELECT i.tid, i.x FROM ({}) i)",
                self.query(depth - 1)
            ),
            15 => format!("NOT EXISTS ({})", self.correlated(aliases, depth - 1)),
            16 => format!(
                "({one}.tid = :tenant OR EXISTS ({}))",
                self.correlated(aliases, depth - 1)
            ),
            _ => format!("EXISTS ({})", self.correlated(aliases, depth - 1)),
        }
    }

    fn single(&mut self, column: &str, depth: usize) -> String {
        let distinct = self.random.pick(&["", "", "DISTINCT "]);
        format!(
            "SELECT {distinct}i.{column} FROM ({}) i",
            self.query(depth - 1)
        )
    }

    fn arm(&mut self, aliases: &[String]) -> String {
        let one = self.one(aliases).to_owned();
        match self.random.below(4) {
            0 => self.condition(aliases, 0),
            1 => format!("({one}.tid = :tenant AND {})", self.condition(aliases, 0)),
            _ => format!("{one}.tid = :tenant"),
        }
    }

    pub(super) fn value(&mut self, aliases: &[String], depth: usize) -> String {
        let column = self.column(aliases);
        match self.random.below(if depth == 0 { 6 } else { 9 }) {
            0 => format!("coalesce({column}, {})", self.column(aliases)),
            1 => format!("({})::int", self.condition(aliases, 0)),
            6 => format!(
                "(SELECT count(*)::int FROM ({}) i)",
                self.correlated(aliases, depth - 1)
            ),
            7 => format!(
                "(SELECT max(i.x) FROM ({}) i)",
                self.correlated(aliases, depth - 1)
            ),
            8 => format!("({})::int", self.condition(aliases, depth - 1)),
            _ => column,
        }
    }
}
