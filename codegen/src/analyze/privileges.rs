//! What a query's role must be allowed, from the tree that the server executes.
//!
//! The server writes into each tree which privileges its executor will ask for: on
//! PostgreSQL 16 and later in nodes of their own, before that in the range table. Which
//! functions it asks for is not written there; the rules are those of its executor
//! (`ExecInitFunc` and what else asks for EXECUTE). Sequences, and what is computed when
//! rows are written, are asked for only while a statement runs.

mod finder;
mod outputs;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{self, Malformed};
use crate::schema::Security;
use finder::Finder;

/// PostgreSQL's number for a row as a whole.
const WHOLE_ROW: i64 = 0;

/// What one or more queries must be allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Privileges {
    /// On tables, views and sequences that are read like tables.
    pub(crate) relations: BTreeMap<u32, RelationPrivileges>,
    /// On sequences through their functions.
    pub(crate) sequences: BTreeMap<u32, SequenceUse>,
    /// Functions and aggregates to be executed.
    pub(crate) functions: BTreeSet<u32>,
    /// What is written, by whomever it must be allowed.
    pub(crate) writes: BTreeMap<u32, Write>,
    /// Functions called on a sequence that is known only when the query runs.
    pub(crate) unknown_sequence: BTreeSet<&'static str>,
    /// The types whose values come from outside, or are converted.
    types: BTreeSet<u32>,
}

/// What must be allowed on one table or view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RelationPrivileges {
    pub(crate) select: Columns,
    pub(crate) insert: Columns,
    pub(crate) update: Columns,
    pub(crate) delete: bool,
}

/// Columns of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// One will do, whichever.
    pub(crate) any: bool,
    /// All of them.
    pub(crate) all: bool,
    /// These.
    pub(crate) named: BTreeSet<i64>,
}

/// What is done to a sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SequenceUse {
    /// `nextval`
    pub(crate) advanced: bool,
    /// `setval`
    pub(crate) set: bool,
    /// `currval`
    pub(crate) asked: bool,
}

/// What is written to a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) inserts: bool,
    pub(crate) deletes: bool,
    /// The columns that are updated.
    pub(crate) updates: BTreeSet<i64>,
}

/// What the tree that a query becomes must be allowed. What is computed when rows are
/// written comes with [`Privileges::complete`].
///
/// # Errors
/// When the text is no tree.
pub(crate) fn privileges(security: &Security, tree: &str) -> Result<Privileges, Malformed> {
    let mut finder = Finder::new(security);
    finder.value(&tree::read(tree)?);
    Ok(finder.found)
}

impl Privileges {
    /// Adds what another query must be allowed.
    pub(crate) fn merge(&mut self, other: Self) {
        for (oid, more) in other.relations {
            let relation = self.relations.entry(oid).or_default();
            relation.select.merge(more.select);
            relation.insert.merge(more.insert);
            relation.update.merge(more.update);
            relation.delete |= more.delete;
        }
        for (oid, more) in other.sequences {
            let sequence = self.sequences.entry(oid).or_default();
            sequence.advanced |= more.advanced;
            sequence.set |= more.set;
            sequence.asked |= more.asked;
        }
        for (oid, more) in other.writes {
            let write = self.writes.entry(oid).or_default();
            write.inserts |= more.inserts;
            write.deletes |= more.deletes;
            write.updates.extend(more.updates);
        }
        self.functions.extend(other.functions);
        self.unknown_sequence.extend(other.unknown_sequence);
        self.types.extend(other.types);
    }
}

impl Columns {
    fn merge(&mut self, other: Self) {
        self.any |= other.any;
        self.all |= other.all;
        self.named.extend(other.named);
    }

    /// Columns as the server asks for them; none means that any one will do.
    fn ask(&mut self, columns: BTreeSet<i64>) {
        self.any |= columns.is_empty();
        self.all |= columns.contains(&WHOLE_ROW);
        let named = columns.into_iter().filter(|column| *column != WHOLE_ROW);
        self.named.extend(named);
    }
}
