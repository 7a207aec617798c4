//! Which migrations are applied.

use std::collections::BTreeMap;
use std::time::SystemTime;

use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource as _};
use diesel::pg::Pg;
use diesel::sql_types as st;
use diesel_async::RunQueryDsl as _;

use super::Source;
use super::error::MigrateError;
use super::session::Session;

/// One migration, known or applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// Its version: the digits that its name begins with.
    pub version: String,
    /// Its directory's name; the version where there is no directory.
    pub name: String,
    /// Whether it is applied.
    pub applied: bool,
    /// When it was applied, by the server's clock.
    pub applied_at: Option<SystemTime>,
    /// False where it is applied, but is not among the migrations.
    pub known: bool,
    /// False where it runs outside a transaction (`metadata.toml`).
    pub in_transaction: bool,
}

/// The migrations of `source`, by version.
pub(super) fn migrations(source: &Source) -> Result<Vec<Box<dyn Migration<Pg>>>, MigrateError> {
    let migrations: diesel::migration::Result<Vec<Box<dyn Migration<Pg>>>> = match source {
        Source::Directory(source) => source.migrations(),
        Source::Embedded(source) => source.migrations(),
    };
    let mut migrations = migrations.map_err(MigrateError::source)?;
    migrations.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
    Ok(migrations)
}

/// Both what `source` has and what the database says, in order of version.
pub(super) async fn read(
    session: &mut Session,
    source: &Source,
) -> Result<Vec<MigrationStatus>, MigrateError> {
    let mut applied = applied(session).await?;
    let mut all = Vec::new();
    for migration in migrations(source)? {
        let version = migration.name().version().to_string();
        let at = applied.remove(&version);
        all.push(MigrationStatus {
            version,
            name: migration.name().to_string(),
            applied: at.is_some(),
            applied_at: at,
            known: true,
            in_transaction: migration.metadata().run_in_transaction(),
        });
    }
    all.extend(applied.into_iter().map(|(version, at)| MigrationStatus {
        name: version.clone(),
        version,
        applied: true,
        applied_at: Some(at),
        known: false,
        in_transaction: true,
    }));
    all.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(all)
}

/// What the database says, without making the table where there is none.
async fn applied(session: &mut Session) -> Result<BTreeMap<String, SystemTime>, MigrateError> {
    let bookkeeping = |error| MigrateError::bookkeeping(Box::new(error));
    let exists = "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL";
    let exists: bool = sql::<st::Bool>(exists)
        .get_result(&mut session.conn)
        .await
        .map_err(bookkeeping)?;
    if !exists {
        return Ok(BTreeMap::new());
    }
    let applied = "SELECT version::text, run_on FROM __diesel_schema_migrations";
    let applied: Vec<(String, SystemTime)> = sql::<(st::Text, st::Timestamp)>(applied)
        .load(&mut session.conn)
        .await
        .map_err(bookkeeping)?;
    Ok(applied.into_iter().collect())
}
