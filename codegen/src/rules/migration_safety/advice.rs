//! squawk's rules: which are kept, where they say too much, and what to do.

use squawk_linter::{Rule as Squawk, Violation};

use super::history::History;
use super::span;
use crate::files::Migration;
use crate::schema::Schema;
use crate::schema::ddl::{AlterTable, Ddl, Statement};
use crate::schema::words::Words;

/// The rules about locks, and about applications that run while a migration is applied.
/// The documentation of the rule says why the others are left out.
pub(super) const KEPT: [Squawk; 20] = [
    Squawk::AddingFieldWithDefault,
    Squawk::AddingForeignKeyConstraint,
    Squawk::AddingNotNullableField,
    Squawk::AddingRequiredField,
    Squawk::AddingSerialPrimaryKeyField,
    Squawk::BanAlterDomainWithAddConstraint,
    Squawk::BanDropColumn,
    Squawk::BanDropDatabase,
    Squawk::BanDropNotNull,
    Squawk::BanDropTable,
    Squawk::BanTruncateCascade,
    Squawk::BanUncommittedTransaction,
    Squawk::ChangingColumnType,
    Squawk::ConstraintMissingNotValid,
    Squawk::DisallowedUniqueConstraint,
    Squawk::RenamingColumn,
    Squawk::RenamingTable,
    Squawk::RequireConcurrentIndexCreation,
    Squawk::RequireConcurrentIndexDeletion,
    Squawk::TransactionNesting,
];

/// Those of them that depend on which statements are one transaction.
pub(super) const OF_TRANSACTIONS: [Squawk; 2] = [
    Squawk::ConstraintMissingNotValid,
    Squawk::TransactionNesting,
];

/// A violation's surroundings.
pub(super) struct Situation<'a> {
    pub(super) schema: &'a Schema,
    /// The major version that production runs.
    pub(super) major: u32,
    /// What the statements before made.
    pub(super) history: &'a History<'a>,
    pub(super) migration: &'a Migration,
    pub(super) statement: &'a Statement<'a>,
}

/// What is said of a violation.
pub(super) struct Advice {
    pub(super) message: String,
    pub(super) note: Option<String>,
    pub(super) help: Option<String>,
}

impl<'a> Situation<'a> {
    /// Whether squawk, which sees one file and no server, warns of what does no harm here.
    pub(super) fn is_harmless(&self, violation: &Violation) -> bool {
        match violation.code {
            Squawk::AddingFieldWithDefault => self.rewrites_nothing(violation),
            Squawk::AddingForeignKeyConstraint => self.adds_an_empty_column(violation),
            Squawk::AddingNotNullableField => self.is_proven_not_null(violation),
            Squawk::AddingSerialPrimaryKeyField | Squawk::DisallowedUniqueConstraint => {
                self.alters().is_some_and(|alter| alter.only) && self.is_partitioned()
            }
            Squawk::BanAlterDomainWithAddConstraint => self.words(violation).find("valid"),
            // Rules of their own speak of keys.
            Squawk::ConstraintMissingNotValid => {
                self.adds_one_of(violation, &["unique", "primary", "foreign"])
            }
            Squawk::RequireConcurrentIndexCreation => match &self.statement.ddl {
                Ddl::CreateIndex(index) => index.only && self.is_partitioned(),
                _ => false,
            },
            // Without Diesel's transaction those of the file are the only ones.
            Squawk::TransactionNesting => !self.migration.in_transaction(),
            _ => false,
        }
    }

    pub(super) fn advice(&self, violation: &Violation) -> Advice {
        let (message, note) = sentences(self.message(violation));
        Advice {
            message,
            note,
            help: self
                .help(violation)
                .map_or_else(|| violation.help.clone(), |help| Some(help.to_owned())),
        }
    }

    /// What is wrong, in squawk's words where they fit.
    fn message<'v>(&self, violation: &'v Violation) -> &'v str {
        match violation.code {
            Squawk::AddingFieldWithDefault if !self.words(violation).find("generated") => {
                "A default that is computed anew for each row makes PostgreSQL rewrite the table, which blocks reads and writes."
            }
            _ => &violation.message,
        }
    }

    /// What to do, where squawk does not say, or says what does not work here.
    fn help(&self, violation: &Violation) -> Option<&'static str> {
        let partitioned = self.is_partitioned();
        Some(match violation.code {
            Squawk::AddingFieldWithDefault if !self.words(violation).find("generated") => {
                "add the column without the default, set the default in a statement of its own, and fill in the rows that are there in batches"
            }
            Squawk::AddingForeignKeyConstraint if partitioned && self.major < 18 => {
                "add it to each partition `NOT VALID`, validate it there in a later migration, and then add it to the partitioned table, which takes these over; say `-- squawk-ignore adding-foreign-key-constraint` above that line"
            }
            Squawk::AddingForeignKeyConstraint | Squawk::BanAlterDomainWithAddConstraint => {
                "add it `NOT VALID`, and `VALIDATE CONSTRAINT` it in a later migration"
            }
            Squawk::AddingNotNullableField => {
                "add `CONSTRAINT name CHECK (column IS NOT NULL) NOT VALID`, validate it in a later migration, and set `NOT NULL` after that: PostgreSQL then trusts the constraint"
            }
            Squawk::AddingSerialPrimaryKeyField | Squawk::DisallowedUniqueConstraint
                if partitioned =>
            {
                "add it with `ALTER TABLE ONLY`; then make the index of each partition CONCURRENTLY, add the constraint there `USING INDEX`, and `ALTER INDEX … ATTACH PARTITION` it"
            }
            Squawk::AddingSerialPrimaryKeyField | Squawk::DisallowedUniqueConstraint => {
                "make the unique index CONCURRENTLY in a migration of its own, then add the constraint `USING INDEX`"
            }
            Squawk::BanDropColumn
            | Squawk::BanDropTable
            | Squawk::BanDropDatabase
            | Squawk::BanDropNotNull => {
                "once no version runs any more that would break, say so in the line above: `-- squawk-ignore` and the rule's name"
            }
            Squawk::ChangingColumnType => {
                "add a column of the new type, write both, fill in the rows that are there in batches, and drop the old one later"
            }
            Squawk::ConstraintMissingNotValid if self.adds_one_of(violation, &["exclude"]) => {
                "an exclusion constraint cannot be added without the lock: set a `lock_timeout`, and do it while little is written"
            }
            Squawk::ConstraintMissingNotValid if self.adds_one_of(violation, &[]) => {
                "add it `NOT VALID`, and `VALIDATE CONSTRAINT` it in a later migration"
            }
            Squawk::RenamingColumn => {
                "add a column of the new name, write both, and drop the old one when no version that runs reads it"
            }
            Squawk::RenamingTable => {
                "rename it, and in the same migration make a view of the old name, for the versions that run"
            }
            Squawk::RequireConcurrentIndexCreation if partitioned => {
                "make it `ON ONLY` the partitioned table; then make the index of each partition CONCURRENTLY, and `ALTER INDEX … ATTACH PARTITION` it"
            }
            Squawk::RequireConcurrentIndexCreation => {
                "`CREATE INDEX CONCURRENTLY`, in a migration of its own with a metadata.toml that says `run_in_transaction = false`"
            }
            Squawk::RequireConcurrentIndexDeletion if partitioned => {
                "a partitioned index cannot be dropped without the lock: set a `lock_timeout`, so that others do not wait behind it"
            }
            Squawk::RequireConcurrentIndexDeletion => {
                "`DROP INDEX CONCURRENTLY`, in a migration of its own with a metadata.toml that says `run_in_transaction = false`"
            }
            Squawk::TransactionNesting => {
                "leave transactions to Diesel, or say `run_in_transaction = false` in the metadata.toml"
            }
            _ => return None,
        })
    }

    fn alters(&self) -> Option<&'a AlterTable<'a>> {
        match &self.statement.ddl {
            Ddl::AlterTable(alter) => Some(alter),
            _ => None,
        }
    }

    /// The action of ALTER TABLE that a violation is in.
    fn action(&self, violation: &Violation) -> Option<Words<'a>> {
        let at = span(violation).start;
        let mut actions = self.alters()?.actions.iter();
        actions.find(|action| action.span().contains(&at)).cloned()
    }

    /// The tokens that squawk means.
    fn words(&self, violation: &Violation) -> Words<'a> {
        Words::of(&self.migration.up.text, &span(violation))
    }

    /// Whether one of the tables that the statement is about is partitioned.
    fn is_partitioned(&self) -> bool {
        let changed = self.history.changed(&self.statement.ddl);
        changed.iter().any(|name| self.history.is_partitioned(name))
    }

    /// Whether a constraint of one of these kinds is added, or of any when none is given.
    fn adds_one_of(&self, violation: &Violation, kinds: &[&str]) -> bool {
        let Some(mut action) = self.action(violation) else {
            return false;
        };
        if !action.take("add") {
            return false;
        }
        if action.take("constraint") {
            action.skip();
        }
        kinds.is_empty() || kinds.iter().any(|kind| action.take(kind))
    }

    /// A default that is computed once, or a column that is computed when it is read.
    fn rewrites_nothing(&self, violation: &Violation) -> bool {
        let mut words = self.words(violation);
        if words.clone().find("generated") {
            return !words.clone().find("stored") && !words.find("identity");
        }
        let mut functions = words.called().into_iter();
        functions.all(|name| {
            let mut known = self.schema.functions.values();
            let mut known = known.by_ref().filter(|f| f.name == name).peekable();
            known.peek().is_some() && known.all(|function| !function.volatile)
        })
    }

    /// A column that begins as null everywhere refers to nothing, and is not checked.
    fn adds_an_empty_column(&self, violation: &Violation) -> bool {
        let Some(mut action) = self.action(violation) else {
            return false;
        };
        if !action.take("add") || action.take("constraint") || action.take("foreign") {
            return false;
        }
        while !action.rest().is_empty() {
            // ON DELETE SET DEFAULT gives none to the rows that are there.
            if !action.take_all(&["set", "default"]) {
                if action.take("default") {
                    return false;
                }
                action.skip();
            }
        }
        true
    }

    /// SET NOT NULL of a column of which a constraint says so already.
    fn is_proven_not_null(&self, violation: &Violation) -> bool {
        let (Some(alter), Some(mut action)) = (self.alters(), self.action(violation)) else {
            return false;
        };
        action.take("alter");
        action.take("column");
        let column = action.identifier();
        column.is_some_and(|(column, _)| self.history.is_not_null(&alter.table.display(), &column))
    }
}

/// squawk's sentences in the form of a diagnostic: the first as the message, the others as
/// a note.
fn sentences(text: &str) -> (String, Option<String>) {
    let text = text.trim_end_matches(['.', '!']);
    let (first, rest) = match text.split_once(". ") {
        Some((first, rest)) => (first, Some(rest.to_owned())),
        None => (text, None),
    };
    let mut message = first.to_owned();
    let mut chars = message.chars();
    let second_is_small = chars.nth(1).is_some_and(|c| c.is_lowercase() || c == ' ');
    if second_is_small && let Some(begin) = message.get_mut(..1) {
        begin.make_ascii_lowercase();
    }
    (message, rest)
}
