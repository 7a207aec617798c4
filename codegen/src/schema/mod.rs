//! Migrations to [`Schema`], what the server knows after they ran.

pub(crate) mod migrations;
mod read;

use std::collections::BTreeMap;

pub(crate) use read::read;

/// A table, view or other relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The schema it is in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `r` table, `p` partitioned table, `v` view, `m` materialised view, `f` foreign table.
    pub kind: char,
    /// Whether it is a partition: its size follows from that of its table.
    pub is_partition: bool,
    /// Its columns by attribute number, without dropped ones.
    pub columns: BTreeMap<i64, TableColumn>,
}

impl Table {
    /// The name as a reader writes it: with the schema unless that is `public`.
    #[must_use]
    pub fn display_name(&self) -> String {
        if self.schema == "public" {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Whether the table forbids null.
    pub not_null: bool,
    /// Its comment in the database.
    pub comment: Option<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The table as a reader calls it.
    pub table: String,
}

/// A type of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// The schema it is in.
    pub schema: String,
    /// Its name in `pg_type`, such as `int4`.
    pub name: String,
    /// What it is made of.
    pub kind: TypeKind,
}

/// What a type is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A composite, range, multirange or pseudo-type.
    Other,
}

/// A function, operator implementation or aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Whether it returns null for any null argument.
    pub strict: bool,
    /// Whether PostgreSQL itself brings it.
    pub builtin: bool,
}

/// What the server knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Relations by object identifier.
    pub tables: BTreeMap<u32, Table>,
    /// Types by object identifier.
    pub types: BTreeMap<u32, Type>,
    /// Functions by object identifier.
    pub functions: BTreeMap<u32, Function>,
    /// Indexes by table and name.
    pub indexes: Vec<Index>,
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
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        self.types
            .values()
            .filter(|t| {
                !matches!(
                    t.schema.as_str(),
                    "pg_catalog" | "information_schema" | "pg_toast"
                )
            })
            .filter(|t| !matches!(t.kind, TypeKind::Other))
            .map(|t| format!("{}.{}", quoted(&t.schema), quoted(&t.name)))
            .collect()
    }
}
