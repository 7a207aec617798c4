//! The scratch server: private, with the migrations applied, as large as production.

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::Client;

use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::failure::Failure;
use crate::files::Inputs;
use crate::memory::Kept;
use crate::schema::migrations;
use crate::server::{Server, ServerError};
use crate::statistics::{self, InjectError, Refused, Scale};

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where servers come from, and whom to tell what is being done.
    pub server: Settings,
    /// Whether checks remember what the server said.
    pub memory: Memory,
}

/// Whether a check asks only about what changed since an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Memory {
    /// Everything is asked anew.
    #[default]
    None,
    /// What the server said of each statement is kept in the cache, beside the templates of
    /// servers, one file a project.
    Cache,
}

impl Options {
    /// Where what is known of a project is kept, if anything is.
    pub(crate) fn kept(&self, project: &Project) -> Result<Option<Kept>, Failure> {
        Ok(match self.memory {
            Memory::None => None,
            Memory::Cache => Some(Kept::of(project, &self.server.cache()?)),
        })
    }
}

/// The database of the scratch server that holds the migrated schema.
pub(crate) const DATABASE: &str = "planwright";
/// Changes when templates of older versions must not be used any more.
const TEMPLATE_FORMAT: &str = "6";
/// Collations that are not `C`, by the names that systems give them. All plan alike.
const OTHER_COLLATIONS: [&str; 4] = ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8"];

/// A scratch server with the migrations applied, planning at a scale; from a template when
/// there is one of these migrations at this scale.
pub(crate) async fn start(
    project: &Project,
    options: &Options,
    inputs: &Inputs,
    scale: &Scale<'_>,
) -> Result<Result<EmbeddedServer, Box<Diagnostic>>, Failure> {
    let mut settings = options.server.clone();
    if let Some(version) = project.config.postgres.version {
        settings = settings.major(version);
    }
    let bytewise = is_bytewise(project, scale);
    let beside = format!(
        "{TEMPLATE_FORMAT} {bytewise} {} {:?} {:?}",
        scale.growth,
        scale.declared,
        inputs.statistics.as_ref().map(|text| &text.text)
    );
    let key = migrations::fingerprint(&beside, &inputs.migrations);
    let mut refused = None;
    let prepare = async |server: &EmbeddedServer| -> Result<(), Failure> {
        create_database(server, bytewise).await?;
        let connection = Server::connect(&server.config(DATABASE)).await?;
        let applied = migrations::apply(&connection.client, &inputs.migrations).await;
        drop(connection);
        let why = match applied {
            Ok(()) => match statistics::inject(server, DATABASE, scale).await {
                Ok(()) => return Ok(()),
                Err(InjectError::Failure(failure)) => return Err(failure),
                Err(InjectError::Refused(why)) => {
                    Box::new(refused_statistic(inputs.statistics.as_ref(), &why))
                }
            },
            Err(migrations::Failure::Refused(why)) => why,
            Err(migrations::Failure::Connection(error)) => {
                return Err(ServerError::from(error).into());
            }
        };
        refused = Some(why);
        Err(Failure::Findings {
            diagnostics: Diagnostics::new(),
            sources: Vec::new(),
        })
    };
    let started = EmbeddedServer::start_from_template(&settings, &key, prepare).await;
    match (started, refused) {
        (Ok(server), _) => Ok(Ok(server)),
        (Err(_), Some(diagnostic)) => Ok(Err(diagnostic)),
        (Err(failure), None) => Err(failure),
    }
}

/// What a scratch server holds, as a text: another text, another server.
pub(crate) fn made_from(project: &Project, inputs: &Inputs) -> String {
    let Inputs {
        migrations,
        statistics,
        ..
    } = inputs;
    let config = &project.config;
    format!(
        "{migrations:?} {statistics:?} {:?} {:?}",
        config.tables, config.postgres
    )
}

/// Whether production orders text by bytes, as the collations `C` and `POSIX` do. Few do.
pub(crate) fn is_bytewise(project: &Project, scale: &Scale<'_>) -> bool {
    let declared = project.config.postgres.collation.as_deref();
    let taken = scale.snapshot.map(|snapshot| &*snapshot.server.collation);
    matches!(declared.or(taken), Some("C" | "POSIX"))
}

/// Makes the database, with a collation like production's.
async fn create_database(server: &EmbeddedServer, bytewise: bool) -> Result<(), Failure> {
    if !bytewise {
        let connection = Server::connect(&server.config("postgres")).await?;
        for collation in OTHER_COLLATIONS {
            let create = format!(
                "CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'
                 LC_COLLATE '{collation}' LC_CTYPE '{collation}'"
            );
            if connection.client.batch_execute(&create).await.is_ok() {
                return Ok(());
            }
        }
    }
    Ok(server.create_database(DATABASE).await?)
}

/// The collation of the scratch server's database.
pub(crate) async fn collation(client: &Client) -> Result<String, tokio_postgres::Error> {
    const OWN: &str = "SELECT datcollate::text FROM pg_database WHERE datname = current_database()";
    Ok(client.query_one(OWN, &[]).await?.get(0))
}

/// A warning where the machine has no collation like production's.
pub(crate) fn other_collation(own: &str, bytewise: bool) -> Option<Diagnostic> {
    (own == "C" && !bytewise).then(|| {
        Diagnostic::warning(
            "no-collation",
            "this machine has no collation but C: the plan of a LIKE may use an index that \
             production's cannot",
        )
        .help(
            "install the locale en_US.UTF-8, or say `collation = \"C\"` under [postgres] in \
             planwright.toml if production orders text by bytes",
        )
    })
}

/// A statistic that the server cannot take, where the snapshot says it.
fn refused_statistic(snapshot: Option<&SourceText>, refused: &Refused) -> Diagnostic {
    let reason = refused.error.as_db_error().map_or_else(
        || refused.error.to_string(),
        |error| error.message().to_owned(),
    );
    let (table, column) = (&refused.relation, &refused.column);
    let message = format!("the statistics of `{table}.{column}` do not fit the schema: {reason}");
    let diagnostic = Diagnostic::error("invalid-statistics", message);
    let diagnostic = match snapshot {
        Some(text) => {
            let span = statistics::snapshot::place_of_column(&text.text, table, column);
            diagnostic.at(&text.path, span, "")
        }
        None => diagnostic,
    };
    diagnostic.help("take the snapshot again: `planwright stats pull --database-url …`")
}
