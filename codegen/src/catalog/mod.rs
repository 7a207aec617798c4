//! The one checked value that every output is made from.

mod enums;
mod fields;
mod module;

use std::time::Duration;

pub(crate) use enums::enums;
pub(crate) use module::{Checked, module};

use crate::analyze::{Analysis, Column};
use crate::names;
use crate::plan::Plan;
use crate::source::Command;

/// All checked queries of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The major version of the server that checked.
    pub postgres: u32,
    /// Whether it was planned with statistics taken from a database.
    pub with_statistics: bool,
    /// The tables that count as 100,000 rows, because no size is known.
    pub assumed: Vec<String>,
    /// The modules by name.
    pub modules: Vec<Module>,
    /// The enums that the queries use, by Rust name.
    pub enums: Vec<PgEnum>,
}

impl Catalog {
    /// Every query, in the order of the modules.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.modules.iter().flat_map(|module| &module.queries)
    }
}

/// The queries of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The Rust module's name.
    pub name: String,
    /// The file, relative to the project.
    pub path: String,
    /// The file's own comment.
    pub docs: Vec<String>,
    /// The row structs, in the order in which queries first use them.
    pub rows: Vec<RowStruct>,
    /// The queries in the order of the file.
    pub queries: Vec<Query>,
}

/// A PostgreSQL enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgEnum {
    /// The Rust name.
    pub name: String,
    /// The name in the database.
    pub sql_name: String,
    /// The labels in their order, each with its Rust variant.
    pub variants: Vec<(String, String)>,
}

/// One checked query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The module's and the function's name: `customers::customer_by_phone`.
    pub full_name: String,
    /// The function's name.
    pub name: String,
    /// What a call returns.
    pub command: Command,
    /// The author's text.
    pub docs: Vec<String>,
    /// The SQL as written.
    pub written: String,
    /// The SQL as sent.
    pub sql: String,
    /// What the server says of it.
    pub analysis: Analysis,
    /// What a row becomes; `None` when there is none.
    pub row: Option<Row>,
    /// How its tables are reached.
    pub plan: Plan,
    /// How often a call waits for the server.
    pub round_trips: u32,
    /// From when on a call is slow.
    pub slow: Option<Duration>,
    /// Identifies name and SQL.
    pub fingerprint: u64,
}

impl Query {
    /// The name of the struct that holds the parameters.
    #[must_use]
    pub fn type_name(&self) -> String {
        names::upper_camel_case(&self.name)
    }

    /// The name of the constant that describes the query.
    #[must_use]
    pub fn const_name(&self) -> String {
        let name = names::screaming_case(&self.name);
        // A name of one letter is the struct's as well; no other name ends so.
        if name == self.type_name() {
            name + "_"
        } else {
            name
        }
    }
}

/// What a row becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name of its struct, in [`Module::rows`].
    pub name: String,
    /// The field that calls return in place of the struct, when it is the only one.
    pub scalar: Option<String>,
}

/// A struct that rows become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowStruct {
    /// Its name.
    pub name: String,
    /// The query, or the struct and field, it belongs to.
    pub of: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether it is part of another struct.
    pub nested: bool,
    /// The query whose SQL type stands for all that share the struct.
    pub query_type: String,
}

/// A field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A Rust identifier, raw when it is a keyword.
    pub ident: String,
    /// What it holds.
    pub value: FieldValue,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A column.
    Column {
        /// Its place in the row.
        index: usize,
        /// What is known of it; as inside the join, when an outer join made the
        /// struct around it optional.
        column: Column,
    },
    /// A struct of the columns whose names begin with the field's.
    Nested {
        /// The struct's name.
        name: String,
        /// The place, in the struct's fields, of a column that tells whether the outer
        /// join found a row; `None` when there always is one.
        presence: Option<usize>,
        /// The struct's fields.
        fields: Vec<Field>,
    },
}
