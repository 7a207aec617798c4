//! Fills a database with rows that are made up: as many as production has, or a share of them,
//! that meet every constraint, and spread as the statistics say.
//!
//! Rows are made on the server, in statements `INSERT … SELECT … FROM generate_series(a, b)`.
//! The number of a row, the name of a column and the seed go through one hash, which says which
//! of the column's values the row has; so the same seed and the same schema give the same rows,
//! on any version and any day. Nothing here knows all of SQL: what the constraints say in a
//! common form narrows the values down (`bounds`), and each row is tried until the server finds
//! that it meets them.
//!
//! | module | for |
//! |---|---|
//! | `facts` | what the database asks of its rows, from its catalogues |
//! | `compare` | whether it is what the migrations build |
//! | `request` | which tables get how many rows |
//! | `order` | which table is filled first |
//! | `picks` | foreign keys: which row is referred to |
//! | `uniques` | how rows are kept apart |
//! | `choice` | which of its values a column has in a row |
//! | `space` | the values a column can have; `words`, `times` and `pattern` make some of them |
//! | `table`, `statements` | the statements that make the rows of a table |
//! | `run` | runs them, in one transaction |
//! | `blame` | which constraint it is that no row meets |
//! | `private` | a private server with such rows |
//! | `arguments` | arguments of calls, from the rows that are there |

mod arguments;
mod blame;
mod bounds;
mod choice;
mod compare;
mod error;
mod facts;
mod order;
mod pattern;
mod picks;
mod private;
mod request;
mod run;
mod space;
mod statements;
mod table;
mod times;
mod uniques;
mod words;

use tokio_postgres::{Client, NoTls};

pub use arguments::{Argument, Arguments, Call, Prober};
pub use error::{SeedError, Unmet};
pub use private::Private;
pub use request::{Existing, Progress, Request, Seeded};

use crate::config::Project;
use crate::diagnostics::Diagnostics;
use crate::failure::Failure;
use crate::files;
use crate::pull::DatabaseUrl;
use crate::schema::Schema;
use crate::scratch::Options;
use crate::statistics::{self, Scale, Snapshot, relations};
use crate::survey;

/// Fills a database with generated rows, in one transaction, and analyses it. When `stop` is done
/// first, the statement that runs is cancelled, and no row is kept.
///
/// # Errors
/// When the project has errors, the database is not what its migrations build or has rows, or no
/// generated row meets a constraint. The database is then as it was.
pub async fn seed(
    project: &Project,
    options: &Options,
    database: &DatabaseUrl,
    request: &Request,
    stop: impl Future<Output = ()>,
    progress: impl FnMut(Progress<'_>),
) -> Result<Seeded, SeedError> {
    let built = survey::built(project, options).await?;
    let snapshot = snapshot(project)?;
    let (client, connection) = database
        .config()
        .connect(NoTls)
        .await
        .map_err(SeedError::Connect)?;
    let connection = tokio::spawn(connection);
    let cancel = client.cancel_token();
    let scale = Scale {
        declared: &project.config.tables,
        snapshot: snapshot.as_ref(),
        growth: 1.0,
    };
    let work = fill(&client, &built, &scale, request, progress);
    let made = tokio::select! {
        biased;
        made = work => made,
        () = stop => {
            // Without an answer the connection ends all the same, and with it the transaction.
            let _ = cancel.cancel_query(NoTls).await;
            Err(SeedError::Stopped)
        }
    };
    // From here on it is too late to stop.
    let kept = match made {
        Ok(made) => run::keep(&client, made).await,
        Err(error) => Err(error),
    };
    drop(client);
    let _ = connection.await;
    kept
}

async fn fill(
    client: &Client,
    built: &Schema,
    scale: &Scale<'_>,
    request: &Request,
    progress: impl FnMut(Progress<'_>),
) -> Result<run::Made, SeedError> {
    let read = || SeedError::refused("the database's schema cannot be read");
    let facts = facts::read(client).await.map_err(read())?;
    let differences = compare::differences(built, &facts.schema);
    if !differences.is_empty() {
        return Err(SeedError::OtherSchema { differences });
    }
    let relations = relations::read(client).await.map_err(read())?;
    let expected = statistics::expected(&scale.known(&relations));
    let filled = request::filled(request, &facts, &expected)?;
    run::run(client, &facts, filled, request, progress).await
}

/// What was taken from production, where something was.
fn snapshot(project: &Project) -> Result<Option<Snapshot>, SeedError> {
    let (inputs, _) = files::read_inputs(project).map_err(Failure::from)?;
    let Some(text) = &inputs.statistics else {
        return Ok(None);
    };
    match Snapshot::parse(text) {
        Ok(snapshot) => Ok(Some(snapshot)),
        Err(unreadable) => {
            let mut diagnostics = Diagnostics::new();
            diagnostics.push(*unreadable);
            let sources = vec![text.clone()];
            Err(Failure::Findings {
                diagnostics,
                sources,
            }
            .into())
        }
    }
}
