//! What the server's permission checks look at, beyond [`Schema`].

mod read;

use std::collections::{BTreeMap, BTreeSet};

use super::Schema;

/// What the server's permission checks look at.
///
/// Expressions are parse trees as the server stores them: this stage does not know what
/// they mean.
#[derive(Debug, Default)]
pub(crate) struct Security {
    /// The schemas that are not the server's own.
    pub(crate) schemas: BTreeSet<String>,
    /// The roles that the migrations and the server made.
    pub(crate) roles: BTreeSet<String>,
    /// Tables, views, sequences and the like.
    pub(crate) relations: BTreeMap<u32, Relation>,
    /// Functions and aggregates.
    pub(crate) routines: BTreeMap<u32, Routine>,
    /// The operators that are not the server's own.
    pub(crate) operators: BTreeMap<u32, Operator>,
    /// The constraints of domains by the types that have them, or consist of such types.
    pub(crate) type_checks: BTreeMap<u32, Vec<String>>,
    /// The functions that read and write values of types that are not the server's own.
    pub(crate) conversions: BTreeMap<u32, Conversion>,
    /// What is computed when rows of a table are written, by the table.
    pub(crate) computed: BTreeMap<u32, Vec<Computed>>,
    /// The comparisons that tell a partitioned table's partitions apart.
    pub(crate) partitioning: BTreeMap<u32, BTreeSet<u32>>,
    /// The columns that a partitioned table is partitioned by; 0 for an expression.
    pub(crate) partition_keys: BTreeMap<u32, Vec<i64>>,
    /// Triggers by table and name.
    pub(crate) triggers: Vec<Trigger>,
}

/// Something that SELECT, INSERT, UPDATE and DELETE, or USAGE, can be granted on.
#[derive(Debug)]
pub(crate) struct Relation {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// `r` table, `p` partitioned table, `v` view, `S` sequence …
    pub(crate) kind: char,
    /// Its columns by attribute number, without dropped ones.
    pub(crate) columns: BTreeMap<i64, Column>,
    /// The columns of its primary key, in the key's order.
    pub(crate) primary_key: Vec<i64>,
    /// Whether PostgreSQL itself brings it.
    pub(crate) builtin: bool,
}

/// A column as permissions see it.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Whether it is computed, so that no statement can assign to it.
    pub(crate) generated: bool,
    /// Whether it is an identity column that UPDATE cannot change.
    pub(crate) identity: bool,
    /// Whether PostgreSQL lets everybody read it.
    pub(crate) open: bool,
}

/// A function or an aggregate.
#[derive(Debug)]
pub(crate) struct Routine {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// The types of the arguments that a call gives.
    pub(crate) arguments: Vec<u32>,
    /// Whether PostgreSQL itself brings it and lets everybody call it.
    pub(crate) open: bool,
    /// Whether it, or a part of an aggregate, runs a body with the caller's privileges
    /// that may contain statements.
    pub(crate) opaque: bool,
    pub(crate) volatile: bool,
}

/// An operator's functions.
#[derive(Debug)]
pub(crate) struct Operator {
    pub(crate) function: u32,
    /// That of the operator that says the opposite.
    pub(crate) negator: Option<u32>,
    /// The one that a lookup in a hash table of values uses.
    pub(crate) hash: Option<u32>,
}

/// How values of a type become text, and text values.
#[derive(Debug)]
pub(crate) struct Conversion {
    pub(crate) input: u32,
    pub(crate) output: u32,
}

/// An expression that is computed when a row is written.
#[derive(Debug)]
pub(crate) struct Computed {
    pub(crate) when: When,
    pub(crate) tree: String,
}

/// When an expression is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// For every row that is inserted, and every one that is updated.
    Written,
    /// For every row that is inserted, and when a column changes that it depends on.
    Generated,
}

/// A trigger.
#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) table: u32,
    pub(crate) name: String,
    pub(crate) function: u32,
    /// The table whose trigger this one was made from, for a partition's.
    pub(crate) inherited_from: Option<u32>,
    events: i32,
    /// The columns of `UPDATE OF`.
    pub(crate) columns: Vec<i64>,
    /// Its WHEN.
    pub(crate) condition: Option<String>,
}

/// PostgreSQL's bits of `pg_trigger.tgtype`.
const ROW: i32 = 1;
const BEFORE: i32 = 2;
const INSERT: i32 = 4;
const DELETE: i32 = 8;
const UPDATE: i32 = 16;

impl Trigger {
    pub(crate) fn on_insert(&self) -> bool {
        self.events & INSERT != 0
    }

    pub(crate) fn on_delete(&self) -> bool {
        self.events & DELETE != 0
    }

    pub(crate) fn on_update(&self) -> bool {
        self.events & UPDATE != 0
    }

    /// Whether it may change the row before it is stored.
    pub(crate) fn may_change_row(&self) -> bool {
        self.events & (ROW | BEFORE) == ROW | BEFORE
    }
}

impl Security {
    /// The table, and everything that inherits from it or is a partition of it.
    pub(crate) fn family(schema: &Schema, table: u32) -> Vec<u32> {
        let mut family = vec![table];
        let mut next = 0;
        while let Some(&parent) = family.get(next) {
            let children = schema.tables.iter();
            let children = children.filter(|(_, child)| child.parents.contains(&parent));
            let children: Vec<u32> = children.map(|(oid, _)| *oid).collect();
            for child in children {
                if !family.contains(&child) {
                    family.push(child);
                }
            }
            next += 1;
        }
        family
    }

    /// The triggers of a table.
    pub(crate) fn triggers_of(&self, table: u32) -> impl Iterator<Item = &Trigger> {
        self.triggers.iter().filter(move |t| t.table == table)
    }
}
