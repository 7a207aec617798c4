//! What a branch changes, for its reviewer: two checked catalogs, compared.
//!
//! [`side`] asks a server about one of the two; [`compare`] is pure.

mod paths;
mod queries;
mod schema;
mod signature;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use crate::check::{Checked, check};
use crate::config::Project;
use crate::failure::Failure;
use crate::files::{self, Migration};
use crate::grants::privileges_needed;
use crate::scratch::Options;

pub use paths::{Line, PathChange, Sign};
pub use queries::{NewQuery, RoundTrips};
pub use schema::{IndexChange, TableChange};
pub use signature::{Change, SignatureChange};

/// One of two states of a project.
#[derive(Debug, Clone)]
pub struct Side {
    /// The checked catalog.
    pub checked: Checked,
    /// What its queries must be allowed.
    pub privileges: BTreeSet<String>,
    /// Its migrations.
    pub migrations: Vec<Migration>,
}

/// Asks everything about one state of a project.
///
/// # Errors
/// When the catalog has errors, or when a file or the scratch server fails.
pub async fn side(project: &Project, options: &Options) -> Result<Side, Failure> {
    let checked = check(project, options).await?;
    let privileges = privileges_needed(project, options).await?;
    let (inputs, _) = files::read_inputs(project)?;
    Ok(Side {
        checked,
        privileges,
        migrations: inputs.migrations,
    })
}

/// What differs between two states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Queries that only the new state has.
    pub added: Vec<NewQuery>,
    /// Queries that only the old state has; callers of them break.
    pub removed: Vec<String>,
    /// What callers see of queries, and of enums.
    pub signatures: Vec<SignatureChange>,
    /// Queries whose SQL is another one, with the same signature.
    pub sql: Vec<String>,
    /// How tables are reached.
    pub paths: Vec<PathChange>,
    /// How often calls wait for the server.
    pub round_trips: Vec<RoundTrips>,
    /// Indexes.
    pub indexes: Vec<IndexChange>,
    /// Tables and their columns.
    pub tables: Vec<TableChange>,
    /// Migrations.
    pub migrations: Migrations,
    /// What the queries must be allowed, and need not have been before.
    pub privileges_more: Vec<String>,
    /// What they need no longer be allowed.
    pub privileges_less: Vec<String>,
    /// The versions of PostgreSQL that checked, where they differ.
    pub postgres: Option<(u32, u32)>,
}

/// What differs between the migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Migrations {
    /// New ones, each with what the rule `migration-safety` says of it.
    pub added: Vec<NewMigration>,
    /// Those that are gone.
    pub removed: Vec<String>,
    /// Those with another text. Databases that have applied them will not see it.
    pub changed: Vec<String>,
}

/// A migration that only the new state has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewMigration {
    /// The folder's name.
    pub name: String,
    /// What is to be known before it is run.
    pub warnings: Vec<String>,
}

impl Review {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many queries and enums changed so that code that uses them breaks.
    #[must_use]
    pub fn breaking(&self) -> usize {
        let signatures = self.signatures.iter();
        self.removed.len() + signatures.filter(|change| change.is_breaking()).count()
    }
}

/// Compares two states; without an old one everything is new.
#[must_use]
pub fn compare(base: Option<&Side>, now: &Side) -> Review {
    let new = &now.checked;
    let Some(base) = base else {
        return compare(Some(&nothing(now)), now);
    };
    let old = &base.checked;
    let versions = (old.catalog.postgres, new.catalog.postgres);
    Review {
        added: queries::added(&old.catalog, &new.catalog),
        removed: queries::removed(&old.catalog, &new.catalog),
        signatures: signature::changes(&old.catalog, &new.catalog),
        sql: queries::other_sql(&old.catalog, &new.catalog),
        paths: paths::changes(&old.catalog, &new.catalog),
        round_trips: queries::round_trips(&old.catalog, &new.catalog),
        indexes: schema::indexes(&old.schema, &new.schema),
        tables: schema::tables(&old.schema, &new.schema),
        migrations: migrations(base, now),
        privileges_more: only(&now.privileges, &base.privileges),
        privileges_less: only(&base.privileges, &now.privileges),
        postgres: (versions.0 != versions.1).then_some(versions),
    }
}

/// A state before there was any query.
fn nothing(now: &Side) -> Side {
    let mut nothing = now.clone();
    let catalog = Arc::make_mut(&mut nothing.checked.catalog);
    catalog.modules.clear();
    catalog.enums.clear();
    catalog.composites.clear();
    nothing.checked.schema = Arc::default();
    nothing.privileges.clear();
    nothing.migrations.clear();
    nothing
}

fn only(of: &BTreeSet<String>, and_not: &BTreeSet<String>) -> Vec<String> {
    of.difference(and_not).cloned().collect()
}

fn migrations(base: &Side, now: &Side) -> Migrations {
    let of = |side: &'_ Side, name: &str| {
        let mut migrations = side.migrations.iter();
        migrations.find(|migration| migration.name == name).cloned()
    };
    let added = now.migrations.iter();
    let added = added.filter(|migration| of(base, &migration.name).is_none());
    let removed = base.migrations.iter();
    let removed = removed.filter(|migration| of(now, &migration.name).is_none());
    let changed = now.migrations.iter().filter(|migration| {
        let before = of(base, &migration.name);
        before.is_some_and(|before| is_other(&before, migration))
    });
    Migrations {
        added: added
            .map(|migration| new_migration(now, migration))
            .collect(),
        removed: removed.map(|migration| migration.name.clone()).collect(),
        changed: changed.map(|migration| migration.name.clone()).collect(),
    }
}

/// Line ends are those of a checkout.
fn is_other(before: &Migration, now: &Migration) -> bool {
    let text = |migration: &Migration| {
        let metadata = migration.metadata.as_ref().map_or("", |m| m.text.as_str());
        [&migration.up.text, metadata].map(|text| text.replace("\r\n", "\n"))
    };
    text(before) != text(now)
}

fn new_migration(now: &Side, migration: &Migration) -> NewMigration {
    let is_of = |path: &str| path == migration.up.path;
    let warnings = now.checked.warnings.sorted().into_iter().filter(|finding| {
        finding.code == "migration-safety" && finding.labels.first().is_some_and(|l| is_of(&l.path))
    });
    NewMigration {
        name: migration.name.clone(),
        warnings: warnings.map(|finding| finding.message.clone()).collect(),
    }
}
