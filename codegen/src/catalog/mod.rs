//! The one checked value that every output is made from.

mod array_forms;
mod collapse;
mod comments;
mod enums;
mod fields;
mod loads;
mod module;
mod variants;

use std::time::Duration;

pub(crate) use array_forms::array_forms;
pub(crate) use collapse::collapse;
pub(crate) use comments::{commented, comments};
pub(crate) use enums::{composites, enums};
pub(crate) use loads::link;
pub(crate) use module::{Checked, module};

use crate::analyze::{Analysis, Column, Param};
use crate::names;
use crate::plan::Plan;
use crate::source::{Command, LoadShape};
use crate::types::RustType;

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
    /// The composite types that the queries use, by Rust name.
    pub composites: Vec<PgComposite>,
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

impl Module {
    /// The struct that a query's rows become.
    pub(crate) fn row_of(&self, query: &Query) -> Option<&RowStruct> {
        let name = &query.row.as_ref()?.name;
        self.rows.iter().find(|row| row.name == *name)
    }
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

/// A composite type of PostgreSQL's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgComposite {
    /// The Rust name.
    pub name: String,
    /// The name in the database.
    pub sql_name: String,
    /// Its attributes, each of which may be null.
    pub fields: Vec<CompositeField>,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositeField {
    /// A Rust identifier, raw when it is a keyword.
    pub ident: String,
    /// Its name in the database.
    pub name: String,
    /// Its type as the server calls it.
    pub sql_type: String,
    /// Its type in generated code.
    pub rust_type: RustType,
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
    /// The rows of other queries that a call fills in.
    pub loads: Vec<Load>,
    /// Parameters that only what it loads has.
    pub load_params: Vec<Param>,
    /// How often a call waits for the server.
    pub round_trips: u32,
    /// Whether a call has several statements under way at once.
    pub pipelines: bool,
    /// The query that does for many values what this one does for one: itself where it takes
    /// an array.
    pub array_form: Option<String>,
    /// From when on a call is slow.
    pub slow: Option<Duration>,
    /// The comment that names it for the server, at the end of what is sent.
    pub comment: Option<String>,
    /// Identifies name and SQL.
    pub fingerprint: u64,
    /// The parameters without which parts of the statement are left out.
    pub parts: Vec<String>,
    /// The orders that callers choose from.
    pub orders: Vec<Order>,
    /// How its rows are taken page by page.
    pub page: Option<Page>,
    /// The statements for all combinations of what is given, where there are several; then SQL,
    /// plan and fingerprint above are those of the first.
    pub variants: Vec<Variant>,
}

/// How rows are taken page by page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The columns that order them; each with whether it descends.
    pub keys: Vec<(Column, bool)>,
}

/// One of the orders that callers choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its name as written.
    pub name: String,
    /// Its name in generated code.
    pub ident: String,
    /// What stands behind ORDER BY.
    pub sql: String,
}

/// One of several statements of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name: `customers::search_customers[status]`.
    pub full_name: String,
    /// What is given: the parameters that parts are named after, then `after` or the order.
    pub given: Vec<String>,
    /// The SQL as sent.
    pub sql: String,
    /// What the server says of it.
    pub analysis: Analysis,
    /// How its tables are reached.
    pub plan: Plan,
    /// Identifies name and SQL.
    pub fingerprint: u64,
}

impl Query {
    /// The name of the struct that says where a page begins.
    #[must_use]
    pub fn cursor_name(&self) -> String {
        format!("{}Cursor", self.type_name())
    }

    /// The name of the enum of its orders.
    #[must_use]
    pub fn order_name(&self) -> String {
        format!("{}Order", self.type_name())
    }

    /// The name of the type of each of its statements, where there are several.
    #[must_use]
    pub fn variant_name(&self) -> String {
        format!("{}Variant", self.type_name())
    }

    /// The name of the struct that holds the parameters.
    #[must_use]
    pub fn type_name(&self) -> String {
        names::upper_camel_case(&self.name)
    }

    /// The name of the struct of a row that a call is given.
    #[must_use]
    pub fn input_name(&self) -> String {
        format!("{}Input", self.type_name())
    }

    /// The name of the struct that holds a row with what is loaded.
    #[must_use]
    pub fn loaded_name(&self) -> String {
        format!("{}Loaded", self.type_name())
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

/// Rows of another query, the child, that belong to each row of this one, the parent. They
/// come with one statement for all parents: one that gets the keys of all of them, or one that
/// repeats their condition and goes out with theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// The field that holds them: a Rust identifier, raw when it is a keyword.
    pub ident: String,
    /// The child, with its module.
    pub child: String,
    /// The child's module, when it is another.
    pub module: Option<String>,
    /// What a row of the child is.
    pub row: LoadedRow,
    /// What the child's parameters get, in their order; behind those of its statement, those
    /// of what it loads itself.
    pub args: Vec<Given>,
    /// How many of these are its statement's.
    pub own_args: usize,
    /// The parent's columns that are the key.
    pub key: Vec<KeyColumn>,
    /// The child's columns that are the same key; without one, all rows belong to the only
    /// parent.
    pub by: Vec<KeyColumn>,
    /// How many rows belong to one parent.
    pub shape: LoadShape,
    /// Whether the child has several statements.
    pub several: bool,
}

impl Load {
    /// Whether the child's statement needs the rows of the parent.
    #[must_use]
    pub fn waits(&self) -> bool {
        let mut args = self.args.iter();
        args.any(|given| matches!(given, Given::Keys { .. }))
    }

    /// Whether a key tells to which parent a row belongs.
    #[must_use]
    pub fn is_keyed(&self) -> bool {
        !self.by.is_empty()
    }
}

/// What a row of a child is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadedRow {
    /// A struct of the child's module, by name.
    Struct(String),
    /// The only column, and whether it can be null.
    Scalar(RustType, bool),
}

/// What a parameter of the child gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// One part of the keys of all parents.
    Keys {
        /// The child's parameter, as a Rust identifier.
        param: String,
        /// Which part of the key.
        part: usize,
        /// Whether the parameter is an `Option`.
        wrap: bool,
    },
    /// What the parent's own parameter has.
    Parameter {
        /// The child's parameter, as a Rust identifier.
        param: String,
        /// The parent's.
        own: String,
        /// Whether only the child's is an `Option`.
        wrap: bool,
    },
    /// What the function takes beside the parent's parameters.
    Added {
        /// The child's parameter, as a Rust identifier.
        param: String,
        /// The function's.
        own: String,
        /// Whether only the child's is an `Option`.
        wrap: bool,
    },
}

/// A column of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyColumn {
    /// Its field.
    pub ident: String,
    /// Its type as the server calls it.
    pub sql_type: String,
    /// Its type in generated code.
    pub rust_type: RustType,
    /// Whether it can be null.
    pub nullable: bool,
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
    /// The fields that tell one of these from another, where rows are joined to it: the rows of
    /// the server with the same key become one.
    pub key: Vec<KeyColumn>,
}

impl RowStruct {
    /// The field that holds several rows joined to this one.
    #[must_use]
    pub fn joined(&self) -> Option<&Field> {
        let mut fields = self.fields.iter();
        fields.find(|field| matches!(field.value, FieldValue::Nested { many: true, .. }))
    }
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
        /// Whether the field holds several, from as many rows of the server.
        many: bool,
        /// The struct's fields.
        fields: Vec<Field>,
    },
}
