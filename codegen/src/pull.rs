//! Takes the statistics that a project commits, from a live database.

use std::collections::BTreeSet;
use std::str::FromStr;

use tokio_postgres::{Config, NoTls};

use crate::config::Project;
use crate::failure::Failure;
use crate::schema::Table;
use crate::scratch::Options;
use crate::statistics::pull::{self, PullError, Pulled, Values};
use crate::survey;

/// The URL of a database. It is never printed: it may hold a password.
#[derive(Debug, Clone)]
pub struct DatabaseUrl(Config);

impl FromStr for DatabaseUrl {
    type Err = tokio_postgres::Error;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        url.parse().map(Self)
    }
}

impl DatabaseUrl {
    /// How to connect to it.
    pub(crate) fn config(&self) -> &Config {
        &self.0
    }
}

/// Takes the statistics of the catalog's tables from a live database, read-only. Nothing is
/// written to the project.
///
/// # Errors
/// When the migrations cannot be applied to the scratch server, which tells the tables, or
/// when the database cannot be asked.
pub async fn pull(
    project: &Project,
    options: &Options,
    database: &DatabaseUrl,
    values: &Values,
) -> Result<Pulled, Failure> {
    let tables = tables(project, options).await?;
    let (client, connection) = database.0.connect(NoTls).await.map_err(PullError::from)?;
    // The end of the connection reaches every request that waits for an answer.
    let connection = tokio::spawn(connection);
    let pulled = pull::pull(&client, &tables, values).await;
    drop(client);
    let _ = connection.await;
    Ok(pulled?)
}

/// The tables that the migrations make, as a reader calls them.
pub(crate) async fn tables(
    project: &Project,
    options: &Options,
) -> Result<BTreeSet<String>, Failure> {
    let schema = survey::built(project, options).await?;
    Ok(schema.own_tables().map(Table::display_name).collect())
}
