//! What the statements of migrations name, far enough to say which one makes a table, an
//! index or a foreign key, and where that is written. It knows no grammar beyond that: the
//! server is the parser, and has accepted every statement before.

use std::collections::BTreeSet;
use std::ops::Range;

use super::migrations;
use super::words::{ObjectName, Words};

/// A statement of a script.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// From its first token to its last one.
    pub(crate) span: Range<usize>,
    /// What it does.
    pub(crate) ddl: Ddl<'a>,
}

/// What a statement does to tables, indexes and domains.
#[derive(Debug)]
pub(crate) enum Ddl<'a> {
    CreateTable(CreateTable<'a>),
    CreateIndex(CreateIndex),
    AlterTable(AlterTable<'a>),
    DropTable(Vec<ObjectName>),
    DropIndex(Vec<ObjectName>),
    Truncate(Vec<ObjectName>),
    CreateDomain(ObjectName),
    AlterDomain(ObjectName),
    Other,
}

/// `CREATE TABLE name (part, …)`, or a materialised view
#[derive(Debug)]
pub(crate) struct CreateTable<'a> {
    pub(crate) table: ObjectName,
    /// What stands in brackets: columns and constraints.
    pub(crate) parts: Vec<Words<'a>>,
    /// Whether its rows are in partitions.
    pub(crate) partitioned: bool,
}

/// `CREATE INDEX name ON table`
#[derive(Debug)]
pub(crate) struct CreateIndex {
    /// Its name; where there is none, the server makes one up.
    pub(crate) name: Option<ObjectName>,
    pub(crate) table: ObjectName,
    /// Whether the table can be written to meanwhile.
    pub(crate) concurrently: bool,
    /// Whether it is made on a partitioned table without its partitions.
    pub(crate) only: bool,
}

/// `ALTER TABLE name action, …`
#[derive(Debug)]
pub(crate) struct AlterTable<'a> {
    pub(crate) table: ObjectName,
    /// Whether its partitions are left alone.
    pub(crate) only: bool,
    pub(crate) actions: Vec<Words<'a>>,
}

/// Reads the statements of a script.
pub(crate) fn statements(text: &str) -> Vec<Statement<'_>> {
    let spans = migrations::statements(text);
    let read = spans.into_iter().map(|span| Statement {
        ddl: Words::of(text, &span).ddl().unwrap_or(Ddl::Other),
        span,
    });
    read.collect()
}

/// The tables that a script names where it makes, changes or drops them or their indexes, as
/// a reader calls them.
pub(crate) fn tables(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for statement in statements(text) {
        match &statement.ddl {
            Ddl::CreateTable(made) => named.extend([made.table.display()]),
            Ddl::CreateIndex(made) => named.extend([made.table.display()]),
            Ddl::AlterTable(altered) => named.extend([altered.table.display()]),
            Ddl::DropTable(tables) | Ddl::Truncate(tables) => {
                named.extend(tables.iter().map(ObjectName::display));
            }
            Ddl::DropIndex(_) | Ddl::CreateDomain(_) | Ddl::AlterDomain(_) | Ddl::Other => {}
        }
    }
    named
}

impl<'a> Words<'a> {
    fn ddl(mut self) -> Option<Ddl<'a>> {
        if self.take("create") {
            return self.create();
        }
        if self.take("alter") {
            if self.take("domain") {
                return Some(Ddl::AlterDomain(self.name()?));
            }
            if !self.take("table") && !self.take_all(&["materialized", "view"]) {
                return None;
            }
            self.take_all(&["if", "exists"]);
            let only = self.take("only");
            let table = self.name()?;
            self.symbol("*");
            let actions = self.parts();
            return Some(Ddl::AlterTable(AlterTable {
                table,
                only,
                actions,
            }));
        }
        if self.take("drop") {
            let index = self.take("index");
            if !index && !self.take("table") && !self.take_all(&["materialized", "view"]) {
                return None;
            }
            self.take("concurrently");
            self.take_all(&["if", "exists"]);
            let names = self.names();
            return Some(if index {
                Ddl::DropIndex(names)
            } else {
                Ddl::DropTable(names)
            });
        }
        self.take("truncate").then(|| {
            self.take("table");
            Ddl::Truncate(self.names())
        })
    }

    fn create(&mut self) -> Option<Ddl<'a>> {
        if self.take("domain") {
            return Some(Ddl::CreateDomain(self.name()?));
        }
        if self.take_all(&["index"]) || self.take_all(&["unique", "index"]) {
            return self.create_index().map(Ddl::CreateIndex);
        }
        for kind in ["global", "local", "temporary", "temp", "unlogged"] {
            self.take(kind);
        }
        if !self.take("table") && !self.take_all(&["materialized", "view"]) {
            return None;
        }
        self.take_all(&["if", "not", "exists"]);
        let table = self.name()?;
        let parts = self.clone().parts_in_brackets();
        let mut partitioned = false;
        while !partitioned && self.find("partition") {
            partitioned = self.take_all(&["partition", "by"]);
            self.skip();
        }
        Some(Ddl::CreateTable(CreateTable {
            table,
            parts,
            partitioned,
        }))
    }

    fn create_index(&mut self) -> Option<CreateIndex> {
        let concurrently = self.take("concurrently");
        self.take_all(&["if", "not", "exists"]);
        let mut name = None;
        if !self.take("on") {
            name = Some(self.name()?);
            self.take("on");
        }
        let only = self.take("only");
        Some(CreateIndex {
            name,
            table: self.name()?,
            concurrently,
            only,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        let displays = |names: &[ObjectName]| {
            let names: Vec<String> = names.iter().map(ObjectName::display).collect();
            names.join(" ")
        };
        let texts = |parts: &[Words<'_>]| {
            let texts: Vec<&str> = parts.iter().map(|part| &sql[part.span()]).collect();
            texts.join(" | ")
        };
        let shown = statements(sql)
            .into_iter()
            .map(|statement| match statement.ddl {
                Ddl::CreateTable(made) => {
                    let kind = if made.partitioned { " partitioned" } else { "" };
                    let table = made.table.display();
                    format!("create{kind} {table}: {}", texts(&made.parts))
                }
                Ddl::CreateIndex(index) => {
                    let name = index.name.map_or("-".to_owned(), |name| name.display());
                    let only = if index.only { " only" } else { "" };
                    format!("index {name} on{only} {}", index.table.display())
                }
                Ddl::AlterTable(alter) => {
                    let only = if alter.only { "only " } else { "" };
                    let table = alter.table.display();
                    format!("alter {only}{table}: {}", texts(&alter.actions))
                }
                Ddl::DropTable(names) => format!("drop {}", displays(&names)),
                Ddl::DropIndex(names) => format!("drop index {}", displays(&names)),
                Ddl::Truncate(names) => format!("truncate {}", displays(&names)),
                Ddl::CreateDomain(name) => format!("domain {}", name.display()),
                Ddl::AlterDomain(name) => format!("alter domain {}", name.display()),
                Ddl::Other => "other".to_owned(),
            });
        shown.collect::<Vec<String>>().join("; ")
    }

    #[test]
    fn statements_are_read_as_far_as_their_names() {
        for (sql, read) in [
            (
                "CREATE TABLE IF NOT EXISTS Shops (id int, x numeric(4, 2), /* , */ CHECK (f(1, 2)));",
                "create shops: id int | x numeric(4, 2) | CHECK (f(1, 2))",
            ),
            (
                "create unlogged table a.\"B\"\"c\" as select 1",
                "create a.B\"c: ",
            ),
            ("CREATE TABLE p PARTITION OF public.q DEFAULT", "create p: "),
            (
                "CREATE TABLE p PARTITION OF q FOR VALUES IN (1) PARTITION BY HASH (x)",
                "create partitioned p: 1",
            ),
            (
                "CREATE TABLE p (partition int, by int)",
                "create p: partition int | by int",
            ),
            ("CREATE MATERIALIZED VIEW m AS SELECT 1", "create m: "),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY public.t (x)",
                "index i on only t",
            ),
            ("CREATE INDEX ON s.t (x)", "index - on s.t"),
            (
                "ALTER TABLE IF EXISTS ONLY t * ADD x int DEFAULT f(1, 2), DROP COLUMN y",
                "alter only t: ADD x int DEFAULT f(1, 2) | DROP COLUMN y",
            ),
            ("DROP TABLE IF EXISTS a, s.b CASCADE", "drop a s.b"),
            ("DROP INDEX CONCURRENTLY IF EXISTS i", "drop index i"),
            ("TRUNCATE ONLY a, b * CASCADE", "truncate a b"),
            (
                "CREATE DOMAIN d AS int; ALTER DOMAIN d DROP NOT NULL",
                "domain d; alter domain d",
            ),
            (
                "CREATE VIEW v AS SELECT 1; SELECT 1; CREATE INDEX",
                "other; other; other",
            ),
        ] {
            assert_eq!(shown(sql), read, "{sql}");
        }
    }
}
