//! A folder of migrations: what is in it, as a fingerprint, and how to apply it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use planwright::migrate::{MigrateError, MigrateErrorKind, Migrator};
use sha2::{Digest as _, Sha256};
use tokio_postgres::Client;

use crate::admin::Admin;
use crate::{Error, place};

/// The migrations of a template; an empty one has no folder.
#[derive(Clone, Debug)]
pub(crate) struct Migrations {
    folder: Option<PathBuf>,
    /// Stands for their names, their SQL and their order.
    pub(crate) fingerprint: [u8; 32],
}

impl Migrations {
    /// Reads a folder.
    pub(crate) fn read(folder: Option<PathBuf>) -> Result<Self, Error> {
        let mut digest = Sha256::new();
        let folder = match folder {
            None => None,
            Some(folder) => {
                let found = folder.canonicalize();
                let found = found.map_err(|cause| Error::no_migrations(&folder, cause))?;
                for migration in folders(&found)? {
                    add(&mut digest, &migration)?;
                }
                Some(found)
            }
        };
        Ok(Self {
            folder,
            fingerprint: digest.finalize().into(),
        })
    }

    /// What a template is made from, for people and for the next run.
    pub(crate) fn title(&self) -> String {
        match &self.folder {
            Some(folder) => folder.display().to_string(),
            None => "no migrations".to_owned(),
        }
    }

    /// Applies them to a new database.
    pub(crate) async fn apply(&self, admin: &Admin, name: &str) -> Result<(), Error> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let migrator = Migrator::from_path(folder).map_err(Error::migrate)?;
        match migrator.up(&admin.url_of(name)?).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let client = admin.open(name).await?;
                Err(explain(folder, error, &client).await)
            }
        }
    }
}

/// The folder's migrations, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = |cause| Error::no_migrations(folder, cause);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn add(digest: &mut Sha256, migration: &Path) -> Result<(), Error> {
    let name = migration.file_name().unwrap_or_default();
    part(digest, name.as_encoded_bytes());
    for file in ["up.sql", "metadata.toml"] {
        let path = migration.join(file);
        match fs::read(&path) {
            Ok(bytes) => part(digest, &bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => part(digest, b""),
            Err(error) => return Err(Error::read(&path, error)),
        }
    }
    Ok(())
}

/// With its length, so that two texts are not one.
fn part(digest: &mut Sha256, bytes: &[u8]) {
    digest.update(bytes.len().to_be_bytes());
    digest.update(bytes);
}

/// Diesel keeps neither the SQLSTATE nor the file. The database is of no use any more, so the
/// migration is run in it once again to see the server's own error.
async fn explain(folder: &Path, error: MigrateError, client: &Client) -> Error {
    let again = match error.migration() {
        Some(name) if error.kind() == MigrateErrorKind::Failed => {
            let path = folder.join(name).join("up.sql");
            fs::read_to_string(&path).ok().map(|sql| (path, sql))
        }
        _ => None,
    };
    let Some((path, sql)) = again else {
        return Error::migrate(error);
    };
    let refused = client.batch_execute(&sql).await.err();
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    match (
        refused
            .as_ref()
            .and_then(tokio_postgres::Error::as_db_error),
        cause,
    ) {
        // Outside of a transaction a part may be done, and the second error another.
        (Some(server), Some(cause)) if cause.starts_with(server.message()) => {
            let headline = error.to_string();
            Error::refused(place::report(&headline, &path, &sql, server))
        }
        _ => Error::in_file(&path, error),
    }
}
