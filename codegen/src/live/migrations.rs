//! Which migrations the database has, and which of them it is compared with.

use std::collections::BTreeSet;

use super::read::Applied;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::files::{Migration, version};

/// What is known of the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// The migrations that are not applied, as positions in the folder.
    pending: Vec<usize>,
    /// Versions that are applied and not in the folder.
    unknown: Vec<String>,
    /// How many of the folder's migrations the database is compared with, from the first on.
    pub(crate) compared: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The database has a list that can be read.
    Listed,
    NoTable,
    Unreadable,
}

impl State {
    /// The applied migrations are compared with, when they are the first ones; else all are: what
    /// a later one needs of an earlier one nobody knows.
    pub(crate) fn of(migrations: &[Migration], applied: &Applied, is_empty: bool) -> Self {
        let all = migrations.len();
        let versions = match applied {
            Applied::Versions(versions) => versions.as_slice(),
            Applied::NoTable | Applied::Unreadable => &[],
        };
        let applied_versions: BTreeSet<&str> = versions.iter().map(String::as_str).collect();
        let known: BTreeSet<String> = migrations.iter().map(|m| version(&m.name)).collect();
        let kind = match applied {
            Applied::Versions(_) => Kind::Listed,
            Applied::NoTable => Kind::NoTable,
            Applied::Unreadable => Kind::Unreadable,
        };
        let mut pending: Vec<usize> = (0..all).collect();
        pending.retain(|&i| !applied_versions.contains(version(&migrations[i].name).as_str()));
        if kind == Kind::Unreadable {
            pending.clear();
        }
        let first = pending.first().copied().unwrap_or(all);
        let is_prefix = all - first == pending.len();
        let made_otherwise = first == 0 && !is_empty;
        Self {
            compared: if is_prefix && !made_otherwise {
                first
            } else {
                all
            },
            pending,
            unknown: versions
                .iter()
                .filter(|version| !known.contains(*version))
                .cloned()
                .collect(),
            kind,
        }
    }

    /// Whether what is compared with includes migrations that are not applied.
    pub(crate) fn with_pending(&self) -> bool {
        self.pending.iter().any(|&index| index < self.compared)
    }

    /// What is to be said of the migrations themselves.
    pub(crate) fn findings(&self, migrations: &[Migration]) -> Diagnostics {
        const UP: &str = "`planwright migrate up --database-url …` applies what is pending";
        let mut found = Diagnostics::new();
        match self.kind {
            Kind::NoTable if !migrations.is_empty() => found.push(
                Diagnostic::error(
                    "migration-pending",
                    "the database has no `__diesel_schema_migrations`: every migration is pending",
                )
                .help(UP),
            ),
            Kind::NoTable => {}
            Kind::Unreadable => found.push(
                Diagnostic::warning(
                    "migration-unreadable",
                    "this role may not read `__diesel_schema_migrations`",
                )
                .note("the database is compared with what all migrations build")
                .help("GRANT SELECT ON __diesel_schema_migrations TO this role"),
            ),
            Kind::Listed => {
                for &index in &self.pending {
                    let Migration { name, up, .. } = &migrations[index];
                    found.push(
                        Diagnostic::error(
                            "migration-pending",
                            format!("the migration {name} is not applied"),
                        )
                        .at(&up.path, 0..0, "")
                        .help(UP),
                    );
                }
            }
        }
        for version in &self.unknown {
            let message = format!(
                "the database has a migration {version}, which is not in the project's folder"
            );
            found.push(
                Diagnostic::error("migration-unknown", message)
                    .help("take the folder that the database was migrated with"),
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::SourceText;

    fn state(applied: &[&str], is_empty: bool) -> State {
        let folder = ["1_a", "2_b", "3_c"].map(|name| Migration {
            name: name.to_owned(),
            up: SourceText::default(),
            metadata: None,
        });
        let versions = applied.iter().map(|&version| version.to_owned()).collect();
        State::of(&folder, &Applied::Versions(versions), is_empty)
    }

    #[test]
    fn the_first_migrations_are_compared_with() {
        let compared = |applied: &[&str], is_empty| {
            let state = state(applied, is_empty);
            (state.compared, state.pending.len(), state.unknown.len())
        };
        assert_eq!(compared(&["1", "2", "3"], false), (3, 0, 0));
        assert_eq!(compared(&["1"], false), (1, 2, 0));
        assert_eq!(compared(&["1", "3"], false), (3, 1, 0));
        assert_eq!(compared(&["1", "2", "3", "4"], false), (3, 0, 1));
        assert_eq!(compared(&[], true), (0, 3, 0));
        assert_eq!(compared(&[], false), (3, 3, 0));
    }
}
