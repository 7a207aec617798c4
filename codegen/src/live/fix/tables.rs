//! Tables as a whole.

use super::columns::{column, owned_sequences};
use super::constraints::with_table;
use super::indexes::add_index;
use super::routines::{add_policy, add_trigger, enable_trigger};
use crate::live::description::{Description, Relation};
use crate::live::mend::{Mend, Phase};

/// A table with everything that belongs to it.
pub(crate) fn create_table(all: &Description, table: &Relation) -> Mend {
    let mut mend = Mend::default();
    for column in &table.columns {
        mend = mend.and(owned_sequences(all, column));
    }
    mend = mend.ordered(Phase::Tables, table.made, create(table));
    for constraint in table.constraints.values() {
        mend = mend.and(with_table(constraint));
    }
    for index in table.indexes.values() {
        mend = mend.and(add_index(index, false));
    }
    for trigger in table.triggers.values() {
        mend = mend.and(add_trigger(trigger));
        if trigger.enabled != 'O' {
            mend = mend.and(enable_trigger(trigger));
        }
    }
    for policy in table.policies.values() {
        mend = mend.and(add_policy(policy));
    }
    mend.and(row_security(table, false, false))
}

fn create(table: &Relation) -> String {
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let mut parts = vec![format!("CREATE {unlogged}TABLE {}", table.name)];
    if let (Some(bound), [parent, ..]) = (&table.bound, table.parents.as_slice()) {
        parts.push(format!("PARTITION OF {parent} {bound}"));
    } else {
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        parts.push(format!("(\n    {}\n)", columns.join(",\n    ")));
        if !table.parents.is_empty() {
            parts.push(format!("INHERITS ({})", table.parents.join(", ")));
        }
    }
    if let Some(key) = &table.partition_key {
        parts.push(format!("PARTITION BY {key}"));
    }
    parts.join(" ")
}

/// Row security as a table should have it, from what it has.
pub(crate) fn row_security(table: &Relation, on: bool, forced: bool) -> Mend {
    let alter = format!("ALTER TABLE {}", table.name);
    let mut mend = Mend::default();
    if table.row_security != on {
        let word = if table.row_security {
            "ENABLE"
        } else {
            "DISABLE"
        };
        mend = mend.then(
            Phase::Security,
            format!("{alter} {word} ROW LEVEL SECURITY"),
        );
    }
    if table.forced != forced {
        let word = if table.forced { "FORCE" } else { "NO FORCE" };
        mend = mend.then(
            Phase::Security,
            format!("{alter} {word} ROW LEVEL SECURITY"),
        );
    }
    mend
}
