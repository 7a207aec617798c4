//! The SQL of a migration, wherever it comes from.
//!
//! A migration hands its text to a connection and to nobody else; this one writes it down, and
//! runs nothing.

use std::any::Any;

use diesel::QueryResult;
use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::Migration;
use diesel::pg::Pg;

use super::error::MigrateError;

/// Keeps what it is asked to run.
struct Recorder(String);

impl SimpleConnection for Recorder {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.0.push_str(query);
        Ok(())
    }
}

impl BoxableConnection<Pg> for Recorder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The text of `up.sql`.
pub(super) fn up(migration: &dyn Migration<Pg>) -> Result<String, MigrateError> {
    let mut recorder = Recorder(String::new());
    let read = migration.run(&mut recorder);
    read.map_err(|error| MigrateError::failed(&migration.name().to_string(), error, None))?;
    Ok(recorder.0)
}

/// The text of `down.sql`.
pub(super) fn down(migration: &dyn Migration<Pg>) -> Result<String, MigrateError> {
    let mut recorder = Recorder(String::new());
    let read = migration.revert(&mut recorder);
    read.map_err(|error| MigrateError::failed(&migration.name().to_string(), error, None))?;
    Ok(recorder.0)
}
