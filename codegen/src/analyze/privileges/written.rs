//! What is computed when rows are written, on behalf of the one who writes them: checks,
//! generated columns, keys of indexes and of partitions, conditions of triggers, and the
//! constraints of domains.

use std::collections::BTreeSet;

use super::super::tree::{self, Node};
use super::finder::Finder;
use super::{Privileges, Write};
use crate::schema::{Computed, Schema, Security, Trigger, When};

impl Privileges {
    /// Adds what is computed when the rows are written that these queries write, and
    /// when the values are made that they make.
    pub(crate) fn complete(&mut self, schema: &Schema, security: &Security) {
        let mut finder = Finder {
            security,
            found: std::mem::take(self),
        };
        for (table, write) in finder.found.writes.clone() {
            finder.written(schema, table, &with_moves(schema, security, table, write));
        }
        let mut done = BTreeSet::new();
        while let Some(next) = finder.found.types.difference(&done).next().copied() {
            done.insert(next);
            for check in security.type_checks.get(&next).into_iter().flatten() {
                finder.expression(check);
            }
        }
        *self = finder.found;
    }

    /// The triggers that these queries' writes fire. That of a partition is left out
    /// where the one it was made from is named.
    pub(crate) fn triggers<'s>(&self, schema: &Schema, security: &'s Security) -> Vec<&'s Trigger> {
        let mut fired: BTreeSet<(u32, &str)> = BTreeSet::new();
        for (&table, write) in &self.writes {
            let write = with_moves(schema, security, table, write.clone());
            for member in members(schema, table, &write) {
                let updated = updated_in(security, table, member, &write);
                let triggers = security.triggers_of(member);
                let triggers = triggers.filter(|t| fires(t, &write, &updated));
                fired.extend(triggers.map(|t| (t.table, t.name.as_str())));
            }
        }
        let is_fired = |table: u32, name: &str| fired.contains(&(table, name));
        let triggers = security.triggers.iter();
        triggers
            .filter(|t| is_fired(t.table, &t.name))
            .filter(|t| t.inherited_from.is_none_or(|from| !is_fired(from, &t.name)))
            .collect()
    }
}

impl Finder<'_> {
    fn written(&mut self, schema: &Schema, table: u32, write: &Write) {
        if !write.inserts && write.updates.is_empty() {
            // Of DELETE only triggers take notice.
            for member in members(schema, table, write) {
                self.triggers(member, write, &BTreeSet::new());
            }
            return;
        }
        for member in members(schema, table, write) {
            let updated = updated_in(self.security, table, member, write);
            let triggers = self.security.triggers_of(member);
            let mut before_update = triggers.filter(|t| t.on_update() && t.may_change_row());
            let every_column = write.inserts || before_update.next().is_some();
            for computed in self.security.computed.get(&member).into_iter().flatten() {
                if every_column || computed.when == When::Written || depends(computed, &updated) {
                    self.expression(&computed.tree);
                }
            }
            self.triggers(member, write, &updated);
        }
        self.partitions(schema, table, write);
    }

    fn triggers(&mut self, table: u32, write: &Write, updated: &BTreeSet<i64>) {
        let triggers = self.security.triggers_of(table);
        for trigger in triggers.filter(|t| fires(t, write, updated)) {
            if let Some(condition) = &trigger.condition {
                self.expression(condition);
            }
        }
    }

    /// A row that is written to a partition, or changed in it, has to fit its bounds.
    /// One that comes from above was sent to where it fits.
    fn partitions(&mut self, schema: &Schema, table: u32, write: &Write) {
        let mut above = vec![table];
        let mut next = 0;
        while let Some(partition) = above.get(next).and_then(|oid| schema.tables.get(oid)) {
            if partition.is_partition {
                above.extend(&partition.parents);
            }
            next += 1;
        }
        for parent in &above[1..] {
            for computed in self.security.computed.get(parent).into_iter().flatten() {
                self.expression(&computed.tree);
            }
        }
        let family = members(schema, table, write);
        let changed = |member: &u32| {
            let mut triggers = self.security.triggers_of(*member);
            triggers.any(|t| t.on_insert() && t.may_change_row())
        };
        let checked = !write.updates.is_empty() || family.iter().any(changed);
        let below = family.iter().filter(|_| checked);
        for member in below.chain(&above[1..]) {
            for function in self.security.partitioning.get(member).into_iter().flatten() {
                self.function(Some(*function));
            }
        }
    }

    /// A stored expression. The server wrote it itself: one that is no tree cannot be.
    fn expression(&mut self, tree: &str) {
        if let Ok(tree) = tree::read(tree) {
            self.value(&tree);
        }
    }
}

/// The tables that rows are written to: a partitioned table's partitions, and what
/// inherits from a table where it is updated.
fn members(schema: &Schema, table: u32, write: &Write) -> Vec<u32> {
    let partitioned = schema.tables.get(&table).is_some_and(|t| t.kind == 'p');
    if partitioned || !write.updates.is_empty() || write.deletes {
        Security::family(schema, table)
    } else {
        vec![table]
    }
}

/// An update that moves a row to another partition deletes it here and inserts it there.
fn with_moves(schema: &Schema, security: &Security, table: u32, write: Write) -> Write {
    let moves = members(schema, table, &write).into_iter().any(|member| {
        let updated = updated_in(security, table, member, &write);
        let key = security.partition_keys.get(&member);
        !updated.is_empty()
            && key.is_some_and(|key| key.iter().any(|k| *k == 0 || updated.contains(k)))
    });
    Write {
        inserts: write.inserts || moves,
        deletes: write.deletes || moves,
        ..write
    }
}

/// The updated columns as a partition or an heir numbers them.
fn updated_in(security: &Security, table: u32, member: u32, write: &Write) -> BTreeSet<i64> {
    let columns = |oid: u32| security.relations.get(&oid).map(|r| &r.columns);
    let (Some(of_table), Some(of_member)) = (columns(table), columns(member)) else {
        return write.updates.clone();
    };
    let names: BTreeSet<&str> = write
        .updates
        .iter()
        .filter_map(|number| of_table.get(number))
        .map(|column| column.name.as_str())
        .collect();
    let same = of_member
        .iter()
        .filter(|(_, column)| names.contains(column.name.as_str()));
    same.map(|(number, _)| *number).collect()
}

fn fires(trigger: &Trigger, write: &Write, updated: &BTreeSet<i64>) -> bool {
    let names_updated = trigger.columns.is_empty()
        || trigger
            .columns
            .iter()
            .any(|column| updated.contains(column));
    write.inserts && trigger.on_insert()
        || write.deletes && trigger.on_delete()
        || !updated.is_empty() && trigger.on_update() && names_updated
}

/// Whether an expression is computed from one of the columns.
fn depends(computed: &Computed, updated: &BTreeSet<i64>) -> bool {
    let Ok(tree) = tree::read(&computed.tree) else {
        return true;
    };
    let mut depends = false;
    let mut visit = |node: &Node<'_>| {
        let column = node.int("varattno").filter(|_| node.name == "VAR");
        depends |= column.is_some_and(|column| updated.contains(&column) || column == 0);
    };
    tree.walk(&mut visit);
    depends
}
