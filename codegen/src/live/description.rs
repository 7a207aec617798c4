//! What a database holds, as its server prints it. Names are as SQL writes them, with their
//! schema; maps are ordered by them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// A database's schema: everything that is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// The server.
    pub server: ServerFacts,
    pub(crate) schemas: BTreeSet<String>,
    /// Extensions, each with its schema.
    pub(crate) extensions: BTreeMap<String, String>,
    pub(crate) enums: BTreeMap<String, Enum>,
    pub(crate) domains: BTreeMap<String, Domain>,
    /// Composite types and ranges.
    pub(crate) types: BTreeMap<String, OtherType>,
    pub(crate) sequences: BTreeMap<String, Sequence>,
    /// Tables, views and materialized views.
    pub(crate) relations: BTreeMap<String, Relation>,
    pub(crate) functions: BTreeMap<String, Function>,
    pub(crate) statistics: BTreeMap<String, Statistics>,
}

/// What the server says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ServerFacts {
    /// The major release.
    pub major: u32,
    /// The release in full.
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Enum {
    pub(crate) name: String,
    /// Rises in the order in which objects were made.
    pub(crate) made: i64,
    pub(crate) labels: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Domain {
    pub(crate) name: String,
    pub(crate) made: i64,
    pub(crate) base: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) collation: Option<String>,
    pub(crate) checks: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct OtherType {
    pub(crate) name: String,
    pub(crate) made: i64,
    pub(crate) definition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Sequence {
    pub(crate) name: String,
    pub(crate) made: i64,
    pub(crate) unlogged: bool,
    pub(crate) options: String,
    /// The table and the column that it ends with.
    pub(crate) owner: Option<(String, String)>,
}

/// A table, a view or a materialized view.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Relation {
    pub(crate) name: String,
    pub(crate) made: i64,
    /// `r` table, `p` partitioned table, `v` view, `m` materialized view
    pub(crate) kind: char,
    pub(crate) unlogged: bool,
    pub(crate) row_security: bool,
    pub(crate) forced: bool,
    pub(crate) partition_key: Option<String>,
    pub(crate) bound: Option<String>,
    /// The table that it is a partition of, or those that it inherits from.
    pub(crate) parents: Vec<String>,
    /// The query of a view.
    pub(crate) definition: Option<String>,
    pub(crate) options: Option<String>,
    /// In the order of the table.
    #[serde(skip)]
    pub(crate) columns: Vec<Column>,
    #[serde(skip)]
    pub(crate) constraints: BTreeMap<String, Constraint>,
    #[serde(skip)]
    pub(crate) indexes: BTreeMap<String, Index>,
    #[serde(skip)]
    pub(crate) triggers: BTreeMap<String, Trigger>,
    #[serde(skip)]
    pub(crate) policies: BTreeMap<String, Policy>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) sql_type: String,
    pub(crate) not_null: bool,
    /// The default, or what the column is generated from.
    pub(crate) expression: Option<String>,
    /// `s` stored, `v` virtual, or nothing
    pub(crate) generated: String,
    /// `a` always, `d` by default, or nothing
    pub(crate) identity: String,
    /// What the identity's sequence does.
    pub(crate) numbers: Option<String>,
    /// Where it is not the type's.
    pub(crate) collation: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Constraint {
    pub(crate) table: String,
    pub(crate) name: String,
    /// As in `pg_constraint.contype`.
    pub(crate) kind: char,
    pub(crate) validated: bool,
    /// Whether its table is.
    pub(crate) partitioned: bool,
    pub(crate) definition: String,
    /// Whether its index is valid, where it has one.
    pub(crate) index_valid: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Index {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) partitioned: bool,
    pub(crate) unique: bool,
    pub(crate) valid: bool,
    /// From USING on.
    pub(crate) definition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Trigger {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) definition: String,
    /// As in `pg_trigger.tgenabled`.
    pub(crate) enabled: char,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Policy {
    pub(crate) table: String,
    pub(crate) name: String,
    /// What follows the table's name.
    pub(crate) definition: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Function {
    /// With the types of its arguments.
    pub(crate) name: String,
    pub(crate) made: i64,
    pub(crate) procedure: bool,
    pub(crate) definition: String,
    /// Its arguments and what it returns.
    pub(crate) signature: String,
    /// Whether it needs tables to be there.
    pub(crate) late: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Statistics {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) definition: String,
}

impl Description {
    /// How many tables and indexes there are, those of constraints included.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let tables = self.relations.values().filter(|r| r.is_table());
        let indexes = self.relations.values().map(|r| {
            let of_constraints = r.constraints.values().filter(|c| c.has_index());
            r.indexes.len() + of_constraints.count()
        });
        (tables.count(), indexes.sum())
    }

    /// Whether nobody made anything yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.relations.is_empty()
            && self.functions.is_empty()
            && self.enums.is_empty()
            && self.domains.is_empty()
            && self.types.is_empty()
            && self.sequences.is_empty()
    }

    /// The schemas in which there is something.
    pub(crate) fn used_schemas(&self) -> BTreeSet<&str> {
        let names = self.relations.keys().chain(self.functions.keys());
        let names = names.chain(self.enums.keys()).chain(self.domains.keys());
        let names = names.chain(self.types.keys()).chain(self.sequences.keys());
        names.map(|name| schema_of(name)).collect()
    }
}

impl Relation {
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, 'r' | 'p')
    }

    pub(crate) fn is_partition(&self) -> bool {
        self.bound.is_some()
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// What it is.
    pub(crate) fn noun(&self) -> &'static str {
        match self.kind {
            'v' => "view",
            'm' => "materialized view",
            _ if self.is_partition() => "partition",
            _ => "table",
        }
    }
}

impl Constraint {
    pub(crate) fn has_index(&self) -> bool {
        matches!(self.kind, 'p' | 'u' | 'x')
    }

    /// Whether it can be added first, and be validated behind that without keeping writers out.
    pub(crate) fn validates_later(&self) -> bool {
        let on_rows = self.kind == 'c' || self.kind == 'f' && !self.partitioned;
        on_rows && !self.definition.ends_with(" NOT ENFORCED")
    }

    /// What it is.
    pub(crate) fn noun(&self) -> &'static str {
        match self.kind {
            'p' => "primary key",
            'u' => "unique constraint",
            'x' => "exclusion constraint",
            'f' => "foreign key",
            _ => "check constraint",
        }
    }
}

/// The schema of a name, as SQL writes it.
pub(crate) fn schema_of(name: &str) -> &str {
    let end = name_starts(name).saturating_sub(1);
    &name[..end]
}

/// The name as a reader calls it: without `public`.
pub(crate) fn display(name: &str) -> &str {
    name.strip_prefix("public.").unwrap_or(name)
}

/// Behind the first dot that stands in no quotes.
fn name_starts(name: &str) -> usize {
    let mut quoted = false;
    for (index, byte) in name.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => return index + 1,
            _ => {}
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_schema() {
        for (name, schema) in [
            ("public.orders", "public"),
            ("\"a.b\".\"c.d\"", "\"a.b\""),
            ("audit.f(x public.t)", "audit"),
        ] {
            assert_eq!(schema_of(name), schema);
        }
        assert_eq!(display("public.orders"), "orders");
        assert_eq!(display("audit.log"), "audit.log");
    }
}
