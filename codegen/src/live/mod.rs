//! Compares a live database with what the migrations build.
//!
//! | module | for |
//! |---|---|
//! | `read` | one description of any database, by `queries`, in one read-only transaction |
//! | `description` | what such a description holds |
//! | `compare` | two descriptions to findings |
//! | `fix` | the statements that mend a finding, and all of them as a script |
//! | `codes` | what findings are called |
//! | `migrations` | which migrations are applied, and which of them are compared with |
//! | `reprint` | what two releases only print in two ways |
//! | `context` | what a reader wants to know beside a finding: the migration, the queries |
//! | `plans` | which queries are planned otherwise with the database's statistics |
//!
//! Nothing here writes to the database, or prints.

mod codes;
mod compare;
mod context;
mod description;
mod error;
mod finding;
mod fix;
mod mend;
mod migrations;
mod plans;
mod queries;
mod read;
mod reprint;

use std::collections::BTreeMap;

use planwright_embedded::EmbeddedServer;
use tokio_postgres::Client;

pub use codes::CODES;
pub use description::{Description, ServerFacts};
pub use error::LiveError;
pub use plans::{PlanDrift, plans};

use self::migrations::State;
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::failure::Failure;
use crate::files::{self, Inputs};
use crate::scratch::{DATABASE, Options};
use crate::server::Server;
use crate::statistics::Scale;
use crate::survey::Texts;

/// What was found of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveDrift {
    /// Where it is not what the migrations build.
    pub diagnostics: Diagnostics,
    /// The texts that they point into.
    pub sources: Vec<SourceText>,
    /// The statements that make it so.
    pub script: String,
    /// What the migrations build.
    pub expected: Description,
    /// What the database has.
    pub live: Description,
    /// What could not be told, and what that means.
    pub notes: Vec<String>,
}

/// Compares a database with what the project's migrations build, without writing anything.
///
/// # Errors
/// When the migrations cannot be applied to the scratch server, or the database cannot be asked.
pub async fn compare(
    project: &Project,
    options: &Options,
    client: &Client,
) -> Result<LiveDrift, Failure> {
    let (live, applied) = read::read(client).await?;
    let texts = Texts::of_migrations(project)?;
    let state = State::of(&texts.inputs.migrations, &applied, live.is_empty());
    let mut inputs = texts.inputs.clone();
    inputs.migrations.truncate(state.compared);
    let scratch = Scratch::start(project, options, &inputs, live.server.major, &texts).await?;
    let (expected, _) = read::read(&scratch.server.client).await?;
    let mut findings = self::compare::compare(&expected, &live);
    let mut notes = Vec::new();
    if expected.server.major != live.server.major {
        let client = &scratch.server.client;
        findings = reprint::without_printers(client, &expected, &live, findings).await?;
        notes.push(format!(
            "the database is PostgreSQL {}, and was compared with what the migrations build on {}: \
             what the two only print in different ways is left out",
            live.server.version, expected.server.version
        ));
    }
    scratch.stop().await?;
    let script = fix::script(&findings);
    let mut diagnostics = state.findings(&texts.inputs.migrations);
    let (_, lock) = files::read_generated(project)?;
    let context = context::Context::new(&texts.inputs.migrations, lock.as_deref());
    for finding in findings {
        diagnostics.push(context.of(finding, &state));
    }
    Ok(LiveDrift {
        diagnostics,
        sources: texts.source_texts(),
        script,
        expected,
        live,
        notes,
    })
}

/// A scratch server on which migrations were applied.
struct Scratch {
    server: Server,
    embedded: EmbeddedServer,
}

impl Scratch {
    /// Starts it, of a major release where there is one.
    async fn start(
        project: &Project,
        options: &Options,
        inputs: &Inputs,
        major: u32,
        texts: &Texts,
    ) -> Result<Self, Failure> {
        let mut project = project.clone();
        project.config.postgres.version = Some(major);
        let scale = Scale {
            declared: &BTreeMap::new(),
            snapshot: None,
            growth: 1.0,
        };
        let mut found = Diagnostics::new();
        let embedded = texts.start(&project, options, inputs, &scale, &mut found);
        let embedded = embedded.await?;
        Ok(Self {
            server: Server::connect(&embedded.config(DATABASE)).await?,
            embedded,
        })
    }

    async fn stop(self) -> Result<(), Failure> {
        drop(self.server);
        Ok(self.embedded.stop().await?)
    }
}
