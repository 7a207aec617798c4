//! The scratch server: private, with the migrations applied.

use planwright_embedded::{EmbeddedServer, Settings};

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::failure::Failure;
use crate::files::Migration;
use crate::schema::migrations;
use crate::server::{Server, ServerError};
use crate::statistics;

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where servers come from, and whom to tell what is being done.
    pub server: Settings,
}

/// The database of the scratch server that holds the migrated schema.
pub(crate) const DATABASE: &str = "postgres";
/// Changes when templates of older versions must not be used any more.
const TEMPLATE_FORMAT: &str = "5";

/// A scratch server with the migrations applied; from a template when these
/// migrations were applied before.
pub(crate) async fn start(
    project: &Project,
    options: &Options,
    migrations: &[Migration],
) -> Result<Result<EmbeddedServer, Box<Diagnostic>>, Failure> {
    let mut settings = options.server.clone();
    if let Some(version) = project.config.postgres.version {
        settings = settings.major(version);
    }
    let tables = &project.config.tables;
    let key = migrations::fingerprint(&format!("{TEMPLATE_FORMAT} {tables:?}"), migrations);
    let mut refused = None;
    let prepare = async |server: &EmbeddedServer| -> Result<(), Failure> {
        let connection = Server::connect(&server.config(DATABASE)).await?;
        match migrations::apply(&connection.client, migrations).await {
            Ok(()) => statistics::inject(server, connection.client, tables).await,
            Err(migrations::Failure::Connection(error)) => Err(ServerError::from(error).into()),
            Err(migrations::Failure::Refused(diagnostic)) => {
                refused = Some(diagnostic);
                Err(Failure::Findings {
                    diagnostics: Diagnostics::new(),
                    sources: Vec::new(),
                })
            }
        }
    };
    let started = EmbeddedServer::start_from_template(&settings, &key, prepare).await;
    match (started, refused) {
        (Ok(server), _) => Ok(Ok(server)),
        (Err(_), Some(diagnostic)) => Ok(Err(diagnostic)),
        (Err(failure), None) => Err(failure),
    }
}
