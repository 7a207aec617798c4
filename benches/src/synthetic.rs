//! Generated projects: any number of queries over fifty tables.
//!
//! A [`Query`] is a description, which each contender of `build-time` writes in its own form.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

/// The number of tables.
pub(crate) const TABLES: usize = 50;

/// The types that the tables have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    BigInt,
    Integer,
    Text,
    Time,
}

/// A parameter, or a column of the result.
#[derive(Clone, Copy)]
pub(crate) struct Value {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    pub(crate) nullable: bool,
    /// What a column is computed from, where it is not a column of that name.
    pub(crate) expression: &'static str,
}

/// What a call returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    One,
    Optional,
    Many,
}

/// One query: the shapes that catalogs are made of, in turn.
#[derive(Clone, Copy)]
pub(crate) struct Query {
    pub(crate) table: usize,
    /// Its number among the queries of its table.
    pub(crate) number: usize,
}

/// How a contender writes parameters and columns.
pub(crate) trait Style {
    /// The parameter at a position that counts from 1.
    fn parameter(&self, position: usize, parameter: &Value) -> String;

    /// The column of a SELECT list.
    fn column(&self, column: &Value) -> String {
        plain_column(column)
    }
}

/// `:name`, as Planwright and Cornucopia have it.
pub(crate) struct Colons;

impl Style for Colons {
    fn parameter(&self, _: usize, parameter: &Value) -> String {
        format!(":{}", parameter.name)
    }
}

/// `$1`, as the server has it.
pub(crate) struct Dollars;

impl Style for Dollars {
    fn parameter(&self, position: usize, _: &Value) -> String {
        format!("${position}")
    }
}

/// A column without a word of its type.
pub(crate) fn plain_column(column: &Value) -> String {
    if column.expression == column.name || column.expression.ends_with(&format!(".{}", column.name))
    {
        column.expression.to_owned()
    } else {
        format!("{} AS {}", column.expression, column.name)
    }
}

const fn value(name: &'static str, kind: Type) -> Value {
    Value {
        name,
        kind,
        nullable: false,
        expression: name,
    }
}

impl Value {
    const fn null(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }

    const fn from(self, expression: &'static str) -> Self {
        Self { expression, ..self }
    }
}

const ID: Value = value("id", Type::BigInt);
const PARENT: Value = value("parent_id", Type::BigInt);
const NAME: Value = value("name", Type::Text);
const NOTE: Value = value("note", Type::Text).null();
const AMOUNT: Value = value("amount", Type::Integer);
const CREATED: Value = value("created_at", Type::Time);

impl Query {
    fn shape(self) -> usize {
        (self.table + self.number) % 5
    }

    /// The name within its module.
    pub(crate) fn name(self) -> String {
        let shape = ["by_id", "page", "joined", "totals", "add"][self.shape()];
        format!("{shape}_{}", self.number)
    }

    /// What a call returns.
    pub(crate) fn returns(self) -> Returns {
        match self.shape() {
            0 => Returns::Optional,
            4 => Returns::One,
            _ => Returns::Many,
        }
    }

    /// The parameters, in the order of their first use.
    pub(crate) fn parameters(self) -> &'static [Value] {
        match self.shape() {
            0 => &[ID],
            1 => &[PARENT],
            2 => &[AMOUNT],
            3 => const { &[value("since", Type::Time)] },
            _ => const { &[ID, PARENT.null(), NAME, NOTE] },
        }
    }

    /// The columns of the result.
    pub(crate) fn columns(self) -> &'static [Value] {
        match self.shape() {
            0 => &[ID, NAME, NOTE, AMOUNT, CREATED],
            1 => &[ID, NAME, NOTE],
            2 => {
                const {
                    &[
                        ID.from("c.id"),
                        NAME.from("c.name"),
                        value("parent_name", Type::Text).null().from("p.name"),
                        value("parent_note", Type::Text).from("coalesce(p.note, '')"),
                    ]
                }
            }
            3 => {
                const {
                    &[
                        PARENT.null(),
                        value("rows", Type::BigInt).from("count(*)"),
                        value("total", Type::BigInt).null().from("sum(amount)"),
                        value("latest", Type::Time).null().from("max(created_at)"),
                    ]
                }
            }
            _ => &[ID, CREATED],
        }
    }

    /// The statement, without a semicolon.
    pub(crate) fn sql(self, style: &dyn Style) -> String {
        let columns: Vec<String> = self.columns().iter().map(|c| style.column(c)).collect();
        let columns = columns.join(", ");
        let p: Vec<String> = (self.parameters().iter().zip(1..))
            .map(|(parameter, position)| style.parameter(position, parameter))
            .collect();
        let (t, q, parent) = (self.table, self.number, self.table.saturating_sub(1));
        match self.shape() {
            0 => format!(
                "SELECT {columns} FROM table_{t} WHERE id = {} AND amount >= {q}",
                p[0]
            ),
            1 => format!(
                "SELECT {columns} FROM table_{t} WHERE parent_id = {} AND amount > {q} ORDER BY created_at DESC LIMIT 50",
                p[0]
            ),
            2 => format!(
                "SELECT {columns} FROM table_{t} c LEFT JOIN table_{parent} p ON p.id = c.parent_id WHERE c.amount = {} + {q}",
                p[0]
            ),
            3 => format!(
                "SELECT {columns} FROM table_{t} WHERE created_at >= {} AND amount > {q} GROUP BY parent_id",
                p[0]
            ),
            _ => format!(
                "INSERT INTO table_{t} (id, parent_id, name, note, amount) VALUES ({}, {q}) RETURNING {columns}",
                p.join(", ")
            ),
        }
    }
}

/// So many queries, by table; the tables that have none are left out.
pub(crate) fn modules(queries: usize) -> Vec<Vec<Query>> {
    (0..TABLES.min(queries))
        .map(|table| {
            let count = (table..queries).step_by(TABLES).count();
            (0..count).map(|number| Query { table, number }).collect()
        })
        .collect()
}

/// Writes a project of `queries` queries into a folder.
pub(crate) fn write(folder: &Path, queries: usize) -> std::io::Result<()> {
    for part in ["queries", "migrations/0001_tables", "generated/src"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    std::fs::write(folder.join("planwright.toml"), "")?;
    std::fs::write(folder.join("migrations/0001_tables/up.sql"), migration())?;
    for (table, module) in modules(queries).iter().enumerate() {
        let path = folder.join(format!("queries/module_{table}.sql"));
        std::fs::write(path, annotated(module))?;
    }
    Ok(())
}

fn annotated(module: &[Query]) -> String {
    let mut sql = String::new();
    for query in module {
        let command = match query.returns() {
            Returns::One => ":one",
            Returns::Optional => ":opt",
            Returns::Many => ":many",
        };
        let _ = writeln!(
            sql,
            "-- name: {} {command}\n{};\n",
            query.name(),
            query.sql(&Colons)
        );
    }
    sql
}

/// The file of the first query, in a project of Planwright.
pub(crate) const FIRST: &str = "queries/module_0.sql";

/// Changes the first query of a file: its constant becomes another one for each number.
pub(crate) fn edit(path: &Path, number: usize) -> Result<(), Box<dyn Error>> {
    const BEFORE: &str = "amount >= ";
    let text = std::fs::read_to_string(path)?;
    let at = text.find(BEFORE).ok_or("the first query has no constant")? + BEFORE.len();
    let digits = (text[at..].chars().take_while(char::is_ascii_digit)).count();
    let constant = 1_000_000 + number;
    let edited = format!("{}{constant}{}", &text[..at], &text[at + digits..]);
    Ok(std::fs::write(path, edited)?)
}

/// The tables.
pub(crate) fn migration() -> String {
    let mut sql = String::new();
    for t in 0..TABLES {
        let _ = writeln!(
            sql,
            "CREATE TABLE table_{t} (
    id bigint PRIMARY KEY,
    parent_id bigint{},
    name text NOT NULL,
    note text,
    amount integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_table_{t}_parent ON table_{t} (parent_id, created_at);",
            if t > 0 {
                format!(" REFERENCES table_{} (id)", t - 1)
            } else {
                String::new()
            }
        );
    }
    sql
}
