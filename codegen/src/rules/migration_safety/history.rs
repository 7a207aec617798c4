//! What the migrations before a statement made: a lock on a table that nobody uses yet
//! hurts nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::ddl::{Ddl, Statement};
use crate::schema::words::{ObjectName, Words};

/// What was made, by the names that readers use.
#[derive(Debug, Default)]
pub(super) struct History<'a> {
    /// The migration that is being read.
    migration: &'a str,
    /// The migration that made each table and domain.
    made_by: BTreeMap<String, &'a str>,
    /// The tables whose rows are in partitions.
    partitioned: BTreeSet<String>,
    /// The table of each index.
    table_of: BTreeMap<String, String>,
    /// Constraints `CHECK (column IS NOT NULL)`, by table and name.
    not_null: BTreeMap<(String, String), NotNull>,
}

/// A constraint `CHECK (column IS NOT NULL)`.
#[derive(Debug)]
struct NotNull {
    column: String,
    /// Whether it is known to hold of every row.
    valid: bool,
}

impl<'a> History<'a> {
    /// The statements that follow are those of this migration.
    pub(super) fn begin(&mut self, migration: &'a str) {
        self.migration = migration;
    }

    /// The tables and domains that a statement changes, as readers call them.
    pub(super) fn changed(&self, ddl: &Ddl<'_>) -> Vec<String> {
        let displays = |names: &[ObjectName]| names.iter().map(ObjectName::display).collect();
        match ddl {
            Ddl::CreateTable(made) => vec![made.table.display()],
            Ddl::CreateDomain(name) | Ddl::AlterDomain(name) => vec![name.display()],
            Ddl::AlterTable(alter) => vec![alter.table.display()],
            Ddl::CreateIndex(index) => vec![index.table.display()],
            Ddl::DropTable(names) | Ddl::Truncate(names) => displays(names),
            Ddl::DropIndex(names) => {
                let tables = names.iter().map(|name| {
                    let name = name.display();
                    self.table_of.get(&name).cloned().unwrap_or(name)
                });
                tables.collect()
            }
            Ddl::Other => Vec::new(),
        }
    }

    /// Whether this very migration made a table or a domain.
    pub(super) fn is_new(&self, name: &str) -> bool {
        self.made_by.get(name) == Some(&self.migration)
    }

    /// The migration that made a table or a domain.
    pub(super) fn made_by(&self, name: &str) -> Option<&'a str> {
        self.made_by.get(name).copied()
    }

    /// Whether the rows of a table are in partitions.
    pub(super) fn is_partitioned(&self, name: &str) -> bool {
        self.partitioned.contains(name)
    }

    /// Whether a constraint says of every row that a column is not null.
    pub(super) fn is_not_null(&self, table: &str, column: &str) -> bool {
        let mut checks = self.not_null.iter();
        checks.any(|((of, _), check)| of == table && check.valid && check.column == column)
    }

    /// Takes over what a statement does.
    pub(super) fn learn(&mut self, statement: &Statement<'_>) {
        match &statement.ddl {
            Ddl::CreateTable(made) => {
                self.make(&made.table);
                if made.partitioned {
                    self.partitioned.insert(made.table.display());
                }
            }
            Ddl::CreateDomain(name) => self.make(name),
            Ddl::CreateIndex(index) => {
                if let Some(name) = &index.name {
                    let name = beside(&index.table, &name.name);
                    self.table_of.insert(name, index.table.display());
                }
            }
            Ddl::DropTable(names) => {
                for name in names {
                    self.made_by.remove(&name.display());
                    self.partitioned.remove(&name.display());
                }
            }
            Ddl::AlterTable(alter) => {
                for action in &alter.actions {
                    self.alter(&alter.table, action.clone());
                }
            }
            _ => {}
        }
    }

    fn make(&mut self, name: &ObjectName) {
        // With IF NOT EXISTS it may be there already.
        let made_by = self.made_by.entry(name.display());
        made_by.or_insert(self.migration);
    }

    fn alter(&mut self, table: &ObjectName, mut action: Words<'_>) {
        let display = table.display();
        if action.take_all(&["rename", "to"]) {
            if let Some((name, _)) = action.identifier() {
                self.rename(&display, beside(table, &name));
            }
        } else if action.take_all(&["set", "schema"]) {
            if let Some((schema, span)) = action.identifier() {
                let schema = Some(schema);
                let name = table.name.clone();
                self.rename(&display, ObjectName { schema, name, span }.display());
            }
        } else if action.take_all(&["add", "constraint"]) {
            if let Some((name, check)) = not_null_check(action) {
                self.not_null.insert((display, name), check);
            }
        } else if action.take_all(&["validate", "constraint"]) {
            let name = action.identifier();
            let check = name.and_then(|(name, _)| self.not_null.get_mut(&(display, name)));
            if let Some(check) = check {
                check.valid = true;
            }
        } else if action.take_all(&["drop", "constraint"]) {
            action.take_all(&["if", "exists"]);
            if let Some((name, _)) = action.identifier() {
                self.not_null.remove(&(display, name));
            }
        }
    }

    fn rename(&mut self, from: &str, to: String) {
        if let Some(migration) = self.made_by.remove(from) {
            self.made_by.insert(to.clone(), migration);
        }
        if self.partitioned.remove(from) {
            self.partitioned.insert(to);
        }
    }
}

/// A name in the schema of a table.
fn beside(table: &ObjectName, name: &str) -> String {
    ObjectName {
        name: name.to_owned(),
        ..table.clone()
    }
    .display()
}

/// `name CHECK (column IS NOT NULL) [NOT VALID]`
fn not_null_check(mut words: Words<'_>) -> Option<(String, NotNull)> {
    let (name, _) = words.identifier()?;
    if !words.take("check") {
        return None;
    }
    let mut inside = words.in_brackets()?;
    let (column, _) = inside.identifier()?;
    let is_not_null = inside.take_all(&["is", "not", "null"]) && inside.rest().is_empty();
    let valid = !words.find("valid");
    is_not_null.then_some((name, NotNull { column, valid }))
}
