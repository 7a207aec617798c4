//! Migrations to [`Schema`], what the server knows after they ran.

pub(crate) mod ddl;
mod losses;
mod meaning;
pub(crate) mod migrations;
mod read;
mod security;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use read::read;
pub(crate) use security::{Computed, Relation, Routine, Security, Trigger, When};

use crate::quoting;

pub use self::losses::lost_by;

/// The statements of a script, as they are sent one by one.
#[must_use]
pub fn statements(script: &str) -> Vec<&str> {
    let spans = migrations::statements(script).into_iter();
    spans.map(|span| &script[span]).collect()
}

/// A table, view or other relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The schema it is in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `r` table, `p` partitioned table, `v` view, `m` materialised view, `f` foreign table.
    pub kind: char,
    /// Whether it is a partition: its size follows from that of its table.
    pub is_partition: bool,
    /// The table that it is a partition of, or inherits from.
    pub parents: Vec<u32>,
    /// Its columns by attribute number, without dropped ones.
    pub columns: BTreeMap<i64, TableColumn>,
}

impl Table {
    /// The name as SQL writes it: with the schema unless that is `public`.
    #[must_use]
    pub fn sql(&self) -> String {
        quoting::qualified(&self.schema, &self.name)
    }

    /// The name as a reader writes it: with the schema unless that is `public`.
    #[must_use]
    pub fn display_name(&self) -> String {
        if self.schema == "public" {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    /// Whether this is how a reader calls it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        if self.schema == "public" {
            return name == self.name;
        }
        let rest = name.strip_prefix(&self.schema);
        rest.and_then(|rest| rest.strip_prefix('.')) == Some(&self.name)
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_oid: u32,
    /// Whether the table forbids null.
    pub not_null: bool,
    /// Its comment in the database.
    pub comment: Option<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its object identifier.
    pub oid: u32,
    /// Its name.
    pub name: String,
    /// The table as a reader calls it.
    pub table: String,
    /// The table's object identifier.
    pub table_oid: u32,
    /// The index of the partitioned table that this is a partition's part of.
    pub parent: Option<u32>,
    /// Its access method, such as `btree`.
    pub method: String,
    /// Whether it forbids two equal rows.
    pub unique: bool,
    /// Whether equal rows may be there until the end of the transaction.
    pub deferrable: bool,
    /// Whether a foreign key rests on it, to tell which row it refers to.
    pub referred: bool,
    /// The constraint that it enforces: a primary key, a unique or an exclusion constraint.
    pub constraint: Option<String>,
    /// What it is ordered or searched by, in order.
    pub keys: Vec<IndexKey>,
    /// The columns that it only carries (`INCLUDE`).
    pub included: Vec<String>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// The same as the server's tree, to be compared with those of queries.
    pub predicate_tree: Option<String>,
    /// The list of the keys that are expressions, as the server's trees.
    pub expression_trees: Option<String>,
    /// The statement that makes it.
    pub definition: String,
}

/// A key of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// The attribute number of the column; `None` for an expression.
    pub attribute: Option<i64>,
    /// The column or the expression, as SQL.
    pub sql: String,
    /// Its operator class, such as `text_ops`.
    pub operator_class: String,
    /// The collation, for texts.
    pub collation: Option<String>,
    /// Whether it descends.
    pub descending: bool,
    /// Whether nulls come first.
    pub nulls_first: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The table that refers.
    pub table: u32,
    /// Its columns, by attribute number.
    pub columns: Vec<i64>,
    /// The table referred to.
    pub target: u32,
    /// The columns referred to, in the same order.
    pub target_columns: Vec<i64>,
    /// The statement that PostgreSQL runs when a key referred to goes away, to see whether
    /// a row still refers to it; `$1` … are the columns of that key.
    pub check: String,
    /// Whether every row keeps to it: it is enforced, and old rows were checked.
    pub validated: bool,
}

impl ForeignKey {
    /// The columns that refer, by name.
    pub(crate) fn column_names<'a>(&self, table: &'a Table) -> Vec<&'a str> {
        let columns = self
            .columns
            .iter()
            .filter_map(|column| table.columns.get(column));
        columns.map(|column| column.name.as_str()).collect()
    }
}

/// What operators, views and constraints mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// The operators that are the equality of a type, by object identifier.
    pub equality: BTreeSet<u32>,
    /// The collations by which different texts can be equal.
    pub loose_collations: BTreeSet<u32>,
    /// The parse trees of views and materialised views, by the view's object identifier.
    pub views: BTreeMap<u32, String>,
    /// The index that enforces a constraint, both by object identifier.
    pub constraint_indexes: BTreeMap<u32, u32>,
}

/// A type of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// The schema it is in.
    pub schema: String,
    /// Its name in `pg_type`, such as `int4`.
    pub name: String,
    /// What it is made of.
    pub kind: TypeKind,
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeKind {
    /// A type of its own.
    Base,
    /// The labels in their order.
    Enum(Vec<String>),
    /// A domain over another type.
    Domain {
        /// The type it constrains.
        base: u32,
        /// Whether it forbids null.
        not_null: bool,
    },
    /// An array of another type.
    Array(u32),
    /// A composite type, with its attributes; not the rows of a table.
    Composite(Vec<Attribute>),
    /// A range, multirange, pseudo-type, or the rows of a table.
    Other,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_oid: u32,
}

/// A function, operator implementation or aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it returns null for any null argument.
    pub strict: bool,
    /// Whether PostgreSQL itself brings it.
    pub builtin: bool,
    /// Whether two calls with the same arguments may differ within one statement.
    pub volatile: bool,
    /// What it runs, where that is SQL or another language that can hold SQL.
    pub body: Option<String>,
}

/// An operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Its name, such as `=` or `~~`, which is LIKE.
    pub name: String,
    /// What it asks of a b-tree index, if that answers it.
    pub order: Option<Order>,
    /// The types it compares.
    pub left: u32,
    /// The type on its right.
    pub right: u32,
}

/// What a comparison asks of an order, PostgreSQL's b-tree strategies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `=`
    Equal,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

impl Order {
    /// By the number of the strategy.
    pub(crate) fn of(strategy: i16) -> Option<Self> {
        let orders = [
            Self::Less,
            Self::LessOrEqual,
            Self::Equal,
            Self::GreaterOrEqual,
            Self::Greater,
        ];
        let index = usize::try_from(strategy).ok()?.checked_sub(1)?;
        orders.get(index).copied()
    }
}

/// What the server knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Relations by object identifier.
    pub tables: BTreeMap<u32, Table>,
    /// Types by object identifier.
    pub types: BTreeMap<u32, Type>,
    /// Functions by object identifier.
    pub functions: BTreeMap<u32, Function>,
    /// The labels of enums by object identifier.
    pub enum_labels: BTreeMap<u32, String>,
    /// Operators by object identifier.
    pub operators: BTreeMap<u32, Operator>,
    /// Indexes by table and name.
    pub indexes: Vec<Index>,
    /// Foreign keys by table and name.
    pub foreign_keys: Vec<ForeignKey>,
    /// What operators, views and constraints mean.
    pub meaning: Meaning,
}

impl Schema {
    /// The type below any domains, and whether one of these forbids null.
    #[must_use]
    pub fn base_type(&self, mut oid: u32) -> (u32, bool) {
        let mut forbids_null = false;
        while let Some(TypeKind::Domain { base, not_null }) = self.types.get(&oid).map(|t| &t.kind)
        {
            forbids_null |= not_null;
            oid = *base;
        }
        (oid, forbids_null)
    }

    /// The project's own tables: neither views nor the server's own.
    pub fn own_tables(&self) -> impl Iterator<Item = &Table> {
        let own = |table: &&Table| {
            !matches!(
                table.schema.as_str(),
                "pg_catalog" | "information_schema" | "pg_toast"
            ) && matches!(table.kind, 'r' | 'p' | 'm')
        };
        self.tables.values().filter(own)
    }

    /// A table and what is below it, its partitions or the tables that inherit from it, as
    /// a reader calls them.
    pub(crate) fn parts(&self, table: u32) -> Vec<String> {
        let heirs = self.tables.iter().filter(|(_, t)| !t.parents.is_empty());
        let heirs: Vec<(&u32, &Table)> = heirs.collect();
        let mut oids = vec![table];
        let mut next = 0;
        while let Some(parent) = oids.get(next).copied() {
            for &(&oid, heir) in &heirs {
                if heir.parents.contains(&parent) && !oids.contains(&oid) {
                    oids.push(oid);
                }
            }
            next += 1;
        }
        let tables = oids.iter().filter_map(|oid| self.tables.get(oid));
        tables.map(Table::display_name).collect()
    }

    /// Tables and what is below them, all as a reader calls them.
    pub(crate) fn with_parts(&self, tables: &[String]) -> Vec<String> {
        if self.tables.values().all(|table| table.parents.is_empty()) {
            return tables.to_vec();
        }
        let called = |table: &Table| tables.iter().any(|name| table.is_called(name));
        let named = self.tables.iter().filter(|(_, table)| called(table));
        named.flat_map(|(&oid, _)| self.parts(oid)).collect()
    }

    /// How a reader calls the table that a plan names without its schema: of several,
    /// the one that the query is known to use.
    pub(crate) fn table_called(&self, name: &str, used: &[String]) -> String {
        let system = |schema: &str| matches!(schema, "pg_catalog" | "information_schema");
        let named: Vec<String> = self
            .tables
            .values()
            .filter(|table| table.name == name && !system(&table.schema))
            .map(Table::display_name)
            .collect();
        match named.as_slice() {
            [only] => only.clone(),
            several => {
                let used = several.iter().find(|table| used.contains(table));
                used.cloned().unwrap_or_else(|| name.to_owned())
            }
        }
    }

    /// Whether the table that a plan names without its schema is one of the server's own.
    pub(crate) fn is_system_table(&self, name: &str) -> bool {
        let mut named = self.tables.values().filter(|table| table.name == name);
        let system =
            |table: &Table| matches!(table.schema.as_str(), "pg_catalog" | "information_schema");
        named.next().is_some_and(system) && named.all(system)
    }

    /// The tables that hold the rows of a table: itself, or its partitions.
    pub(crate) fn tables_with_rows(&self, oid: u32) -> Vec<u32> {
        let partitions = self.tables.iter();
        let partitions = partitions.filter(|(_, t)| t.is_partition && t.parents.contains(&oid));
        let below: Vec<u32> = partitions
            .flat_map(|(part, _)| self.tables_with_rows(*part))
            .collect();
        if below.is_empty() { vec![oid] } else { below }
    }

    /// How a reader calls a type, such as `customer_status` or `int4[]`.
    #[must_use]
    pub fn type_name(&self, oid: u32) -> String {
        match self.types.get(&oid) {
            None => format!("type {oid}"),
            Some(Type {
                kind: TypeKind::Array(element),
                ..
            }) => format!("{}[]", self.type_name(*element)),
            Some(t) if t.schema == "pg_catalog" || t.schema == "public" => t.name.clone(),
            Some(t) => format!("{}.{}", t.schema, t.name),
        }
    }

    /// How the server's enums, domains, composites and the like are written in SQL.
    pub(crate) fn user_types(&self) -> Vec<String> {
        self.types
            .values()
            .filter(|t| {
                !matches!(
                    t.schema.as_str(),
                    "pg_catalog" | "information_schema" | "pg_toast"
                )
            })
            .filter(|t| !matches!(t.kind, TypeKind::Other))
            .map(|t| {
                format!(
                    "{}.{}",
                    quoting::identifier(&t.schema),
                    quoting::identifier(&t.name)
                )
            })
            .collect()
    }
}
