//! Where the migrations make what a rule speaks of.

use std::ops::Range;

use crate::diagnostics::Diagnostic;
use crate::files::Migration;
use crate::schema::ddl::{self, Ddl, Statement};
use crate::schema::words::{ObjectName, Words};
use crate::schema::{ForeignKey, Index, Schema};

/// The statements of every migration, to look places up in.
pub(crate) struct Places<'a> {
    migrations: Vec<(&'a Migration, Vec<Statement<'a>>)>,
}

/// A place in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
}

impl<'a> Places<'a> {
    pub(crate) fn of(migrations: &'a [Migration]) -> Self {
        let read = migrations
            .iter()
            .map(|migration| (migration, ddl::statements(&migration.up.text)));
        Self {
            migrations: read.collect(),
        }
    }

    /// The migrations in their order, each with its statements.
    pub(crate) fn migrations(&self) -> &[(&'a Migration, Vec<Statement<'a>>)] {
        &self.migrations
    }

    /// The name of the index in the statement that makes it; for an index without a name
    /// there, and for that of a constraint, its table.
    pub(crate) fn index(&self, index: &Index) -> Option<Place> {
        let made = self.last(|statement| match &statement.ddl {
            Ddl::CreateIndex(made) if made.table.display() == index.table => {
                let name = made.name.as_ref().filter(|name| name.name == index.name);
                name.map(|name| name.span.clone())
            }
            _ => None,
        });
        made.or_else(|| self.table(&index.table))
    }

    /// The name of the table in the statement that makes it.
    pub(crate) fn table(&self, table: &str) -> Option<Place> {
        self.last(|statement| match &statement.ddl {
            Ddl::CreateTable(made) => {
                (made.table.display() == table).then(|| made.table.span.clone())
            }
            _ => None,
        })
    }

    /// `FOREIGN KEY (…) REFERENCES t` or `REFERENCES t`; where neither is found, the table.
    pub(crate) fn foreign_key(&self, schema: &Schema, key: &ForeignKey) -> Option<Place> {
        let table = schema.tables.get(&key.table)?;
        let target = schema.tables.get(&key.target)?.display_name();
        let columns = key.column_names(table);
        let display = table.display_name();
        let declared = self.last(|statement| {
            let (name, parts) = match &statement.ddl {
                Ddl::CreateTable(made) => (&made.table, &made.parts),
                Ddl::AlterTable(alter) => (&alter.table, &alter.actions),
                _ => return None,
            };
            let mut declared = parts.iter().filter_map(declared_key);
            let mut declared = declared.by_ref().filter(|declared| {
                declared.columns == columns && declared.target.display() == target
            });
            declared
                .next()
                .filter(|_| name.display() == display)
                .map(|declared| declared.span)
        });
        declared.or_else(|| self.table(&display))
    }

    /// The last statement that fits: it made what is there now.
    pub(crate) fn last(
        &self,
        span: impl Fn(&Statement<'a>) -> Option<Range<usize>>,
    ) -> Option<Place> {
        let newest = self.migrations.iter().rev();
        let mut found = newest.filter_map(|(migration, statements)| {
            let span = statements.iter().rev().find_map(&span)?;
            let path = migration.up.path.clone();
            Some(Place { path, span })
        });
        found.next()
    }
}

/// Adds a place, if there is one.
pub(crate) fn at(diagnostic: Diagnostic, place: Option<Place>, text: &str) -> Diagnostic {
    match place {
        Some(place) => diagnostic.at(place.path, place.span, text),
        None => diagnostic,
    }
}

/// A foreign key as it is written.
struct Declared {
    columns: Vec<String>,
    target: ObjectName,
    span: Range<usize>,
}

/// The foreign key in a part of CREATE TABLE or ALTER TABLE.
fn declared_key(part: &Words<'_>) -> Option<Declared> {
    let mut words = part.clone();
    if words.take("add") {
        words.take("column");
        words.take_all(&["if", "not", "exists"]);
    }
    if words.take("constraint") {
        words.identifier()?;
    }
    let start = words.span().start;
    let (columns, start) = if words.take_all(&["foreign", "key"]) {
        (words.identifiers_in_brackets(), Some(start))
    } else {
        (vec![words.identifier()?.0], None)
    };
    if !words.find("references") {
        return None;
    }
    let start = start.unwrap_or(words.span().start);
    words.take("references");
    let target = words.name()?;
    let span = start..target.span.end;
    Some(Declared {
        columns,
        target,
        span,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;
    use crate::schema::{Table, TableColumn};

    fn migration(name: &str, text: &str) -> Migration {
        let path = format!("{name}/up.sql");
        Migration {
            name: name.to_owned(),
            up: SourceText {
                path,
                text: text.to_owned(),
            },
            metadata: None,
        }
    }

    /// A schema of the tables `a` and `shop.b`, each with the columns `x` and `y`.
    fn schema() -> Schema {
        let mut schema = Schema::default();
        for (oid, of, name) in [(1, "public", "a"), (2, "shop", "b")] {
            let column = |name: &str| TableColumn {
                name: name.to_owned(),
                type_oid: 20,
                not_null: false,
                comment: None,
            };
            let table = Table {
                schema: of.to_owned(),
                name: name.to_owned(),
                kind: 'r',
                is_partition: false,
                parents: Vec::new(),
                columns: [(1, column("x")), (2, column("y"))].into(),
            };
            schema.tables.insert(oid, table);
        }
        schema
    }

    #[test]
    fn foreign_keys_are_found_as_they_are_written() {
        for (sql, columns, found) in [
            (
                "CREATE TABLE shop.b (x int NOT NULL CHECK (x > 0) REFERENCES a (x), y int REFERENCES a)",
                vec![2],
                Some("REFERENCES a"),
            ),
            (
                "CREATE TABLE shop.b (x int, y int, CONSTRAINT k FOREIGN KEY (y, x) REFERENCES public.a (x, y))",
                vec![2, 1],
                Some("FOREIGN KEY (y, x) REFERENCES public.a"),
            ),
            (
                "CREATE TABLE shop.b (x int, y int); ALTER TABLE ONLY shop.b ADD COLUMN IF NOT EXISTS z int, ADD FOREIGN KEY (\"x\") REFERENCES a NOT VALID",
                vec![1],
                Some("FOREIGN KEY (\"x\") REFERENCES a"),
            ),
            (
                "CREATE TABLE shop.b (); ALTER TABLE shop.b ADD COLUMN y int REFERENCES a",
                vec![2],
                Some("REFERENCES a"),
            ),
            // Another table's key, and a key to another table: the table itself is left.
            (
                "CREATE TABLE shop.b (x int REFERENCES c, y int); CREATE TABLE b (x int REFERENCES a)",
                vec![1],
                Some("shop.b"),
            ),
            ("SELECT make_tables()", vec![1], None),
        ] {
            let migrations = [migration("1", sql), migration("2", "SELECT 1")];
            let key = ForeignKey {
                name: "k".to_owned(),
                table: 2,
                columns,
                target: 1,
                target_columns: vec![1],
                validated: true,
                check: String::new(),
            };
            let place = Places::of(&migrations).foreign_key(&schema(), &key);
            assert_eq!(place.as_ref().map(|p| &sql[p.span.clone()]), found, "{sql}");
        }
    }

    #[test]
    fn an_index_is_found_where_it_was_made_last() {
        let index = |name: &str| Index {
            oid: 1,
            name: name.to_owned(),
            table: "shop.b".to_owned(),
            table_oid: 2,
            parent: None,
            method: "btree".to_owned(),
            unique: false,
            deferrable: false,
            referred: false,
            constraint: None,
            keys: Vec::new(),
            included: Vec::new(),
            predicate: None,
            predicate_tree: None,
            expression_trees: None,
            definition: String::new(),
        };
        let migrations = [
            migration(
                "1",
                "CREATE TABLE shop.b (x int); CREATE INDEX i ON shop.b (x); CREATE INDEX ON shop.b (x)",
            ),
            migration(
                "2",
                "DROP INDEX shop.i; CREATE INDEX i ON b (x); CREATE INDEX I ON shop.b (x)",
            ),
        ];
        let places = Places::of(&migrations);
        let of = |name: &str| {
            let place = places.index(&index(name)).expect("a place");
            let migration = migrations.iter().find(|m| m.up.path == place.path);
            let text = &migration.expect("the migration").up.text[place.span];
            format!("{}: {text}", place.path)
        };
        assert_eq!(of("i"), "2/up.sql: I");
        assert_eq!(of("b_x_idx"), "1/up.sql: shop.b");
    }
}
