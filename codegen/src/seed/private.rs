//! A private server with a database that the migrations built, full of generated rows.

use planwright_embedded::EmbeddedServer;

use super::error::SeedError;
use super::request::{Progress, Request, Seeded};
use crate::config::Project;
use crate::diagnostics::Diagnostics;
use crate::failure::Failure;
use crate::schema::migrations;
use crate::scratch::Options;
use crate::server::{Server, ServerError};
use crate::survey::Texts;

/// The name of its database.
const DATABASE: &str = "planwright";

/// A private server with a database full of generated rows; it is gone when this is dropped.
#[derive(Debug)]
pub struct Private {
    /// What the database was filled with.
    pub seeded: Seeded,
    server: EmbeddedServer,
}

impl Private {
    /// Starts a server, applies the migrations, and fills the tables.
    ///
    /// # Errors
    /// As [`seed`](super::seed); or when no server can be started.
    pub async fn start(
        project: &Project,
        options: &Options,
        request: &Request,
        stop: impl Future<Output = ()>,
        progress: impl FnMut(Progress<'_>),
    ) -> Result<Self, SeedError> {
        let texts = Texts::of_migrations(project)?;
        let mut settings = options.server.clone();
        if let Some(version) = project.config.postgres.version {
            settings = settings.major(version);
        }
        let server = EmbeddedServer::start_with(&settings)
            .await
            .map_err(Failure::from)?;
        server
            .create_database(DATABASE)
            .await
            .map_err(Failure::from)?;
        let connection = Server::connect(&server.config(DATABASE)).await?;
        let applied = migrations::apply(&connection.client, &texts.inputs.migrations).await;
        drop(connection);
        match applied {
            Ok(()) => {}
            Err(migrations::Failure::Refused(why)) => {
                let mut found = Diagnostics::new();
                found.push(*why);
                return Err(texts.failure(found).into());
            }
            Err(migrations::Failure::Connection(error)) => {
                return Err(ServerError::from(error).into());
            }
        }
        let url = server
            .database_url(DATABASE)
            .parse()
            .map_err(SeedError::Connect)?;
        let seeded = super::seed(project, options, &url, request, stop, progress).await?;
        Ok(Self { seeded, server })
    }

    /// How to connect to its database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.server.database_url(DATABASE)
    }

    /// Its major version.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.server.version().major
    }
}
