//! Random statements that change rows of the tables of `rows.sql`.

use std::fmt::Write as _;

use super::grower::{From, Grower, OTHER, TABLES};

impl Grower {
    /// A statement that changes rows and returns none.
    pub(super) fn statement(&mut self) -> String {
        match self.random.below(10) {
            0..3 => self.update(),
            3 | 4 => self.delete(),
            5 => self.insert(),
            6 | 7 => self.upsert(),
            _ => self.merge(),
        }
    }

    /// A table, and it as a part of FROM; what others refer to is taken less often.
    fn target(&mut self) -> (&'static str, From) {
        let (table, _) = TABLES[1 + self.random.below(TABLES.len() - 1)];
        let from = From {
            sql: format!("{table} a"),
            aliases: vec!["a".to_owned()],
        };
        (table, from)
    }

    fn with_others(&mut self, target: &From) -> (String, Vec<String>) {
        if self.random.chance(40) {
            return (String::new(), target.aliases.clone());
        }
        let others = self.from(1);
        let aliases = [target.aliases.clone(), others.aliases].concat();
        (others.sql, aliases)
    }

    fn update(&mut self) -> String {
        let (_, target) = self.target();
        let (others, aliases) = self.with_others(&target);
        let from = if others.is_empty() {
            others
        } else {
            format!(" FROM {others}")
        };
        let filter = self.filter(&aliases, 1);
        format!("UPDATE {} SET {}{from}{filter}", target.sql, self.sets())
    }

    /// Of several rows that an UPDATE joins, the server takes any: what is assigned depends
    /// on the target alone.
    fn sets(&mut self) -> String {
        let value = match self.random.below(4) {
            0 => "x = a.x + 10".to_owned(),
            1 => format!(
                "x = (SELECT count(*) FROM {} b WHERE b.tid = a.tid)",
                self.table()
            ),
            2 => format!(
                "x = (SELECT max(b.x) FROM {} b WHERE b.ref = a.id)",
                self.table()
            ),
            _ => "x = 7".to_owned(),
        };
        match self.random.below(8) {
            0 => format!("tid = :tenant, {value}"),
            1 => format!("tid = a.tid, {value}"),
            2 => format!("tid = a.x, {value}"),
            _ => value,
        }
    }

    fn delete(&mut self) -> String {
        let (_, target) = self.target();
        let (others, aliases) = self.with_others(&target);
        let using = if others.is_empty() {
            others
        } else {
            format!(" USING {others}")
        };
        let filter = self.filter(&aliases, 1);
        format!("DELETE FROM {}{using}{filter}", target.sql)
    }

    fn insert(&mut self) -> String {
        let (table, _) = self.target();
        let rows = self.query(1);
        let tid = self.random.pick(&["i.tid", "i.tid", ":tenant", "i.x"]);
        format!(
            "INSERT INTO {table} (id, tid, ref, x) SELECT 100 + i.id, {tid}, i.ref, i.x FROM ({rows}) i"
        )
    }

    fn upsert(&mut self) -> String {
        let table = self.random.pick(&["p", "n", "w", "m"]);
        let (id, x) = (1 + self.random.below(7), 1 + self.random.below(4));
        let tid = self.random.pick(&[":tenant", ":tenant", ":tenant", OTHER]);
        let conflict = match (table, self.random.below(3)) {
            ("p" | "n", 0 | 1) => "tid, x",
            ("p", _) => "id, tid",
            _ => "id",
        };
        let filter = self.random.pick(&[
            "",
            "",
            " WHERE a.tid = :tenant",
            " WHERE a.tid = excluded.tid",
            " WHERE a.x = excluded.x",
        ]);
        let tid_set = self.random.pick(&["", "", "", "tid = excluded.tid, "]);
        format!(
            "INSERT INTO {table} AS a (id, tid, ref, x) VALUES ({id}, {tid}, 1, {x}) ON CONFLICT ({conflict}) DO UPDATE SET {tid_set}ref = excluded.ref{filter}"
        )
    }

    fn merge(&mut self) -> String {
        let (_, target) = self.target();
        let source = self.from(1);
        let s = source.aliases[self.random.below(source.aliases.len())].clone();
        let mut on = match self.random.below(5) {
            0 => format!("a.id = {s}.ref"),
            1 => format!("a.ref = {s}.id"),
            2 => format!("a.tid = {s}.tid AND a.x = {s}.x"),
            _ => format!("a.id = {s}.id"),
        };
        if self.random.chance(60) {
            on += " AND a.tid = :tenant";
        }
        if self.random.chance(40) {
            let _ = write!(on, " AND {s}.tid = :tenant");
        }
        let own = self.random.pick(&["", " AND a.tid = :tenant"]);
        let change = match self.random.below(3) {
            0 => "DELETE".to_owned(),
            _ => format!("UPDATE SET {}", self.sets()),
        };
        let tid = [":tenant".to_owned(), format!("{s}.tid"), "a.x".to_owned()];
        let tid = &tid[self.random.below(2)];
        let insert =
            format!("INSERT (id, tid, ref, x) VALUES (100 + {s}.id, {tid}, {s}.ref, {s}.x)");
        let actions = match self.random.below(4) {
            0 => format!("WHEN NOT MATCHED THEN {insert}"),
            1 => format!("WHEN MATCHED{own} THEN {change} WHEN NOT MATCHED THEN {insert}"),
            2 => {
                format!("WHEN MATCHED AND a.x = 1 THEN DO NOTHING WHEN MATCHED{own} THEN {change}")
            }
            _ => format!("WHEN MATCHED{own} THEN {change}"),
        };
        let source = format!("(SELECT {s}.* FROM {}) {s}", source.sql);
        format!("MERGE INTO {} USING {source} ON {on} {actions}", target.sql)
    }

    /// What PostgreSQL 17 added to MERGE.
    pub(super) fn merge_by_source(&mut self) -> String {
        let (_, target) = self.target();
        let source = self.relation(1);
        let s = &source.aliases[0];
        let (one, two) = (
            self.random.pick(&["", " AND a.tid = :tenant"]),
            self.random
                .pick(&["", " AND a.tid = :tenant", " AND a.x = 1"]),
        );
        let more = match self.random.below(3) {
            0 => format!(
                " WHEN NOT MATCHED THEN INSERT (id, tid, ref, x) VALUES (100 + {s}.id, :tenant, {s}.ref, {s}.x)"
            ),
            1 => format!(" WHEN MATCHED{one} THEN DELETE"),
            _ => String::new(),
        };
        format!(
            "MERGE INTO {} USING {} ON a.id = {s}.id AND {s}.tid = :tenant{one} WHEN NOT MATCHED BY SOURCE{two} THEN UPDATE SET x = 9{more}",
            target.sql, source.sql
        )
    }
}
