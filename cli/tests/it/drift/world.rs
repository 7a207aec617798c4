//! A project with a rich schema, and databases that its migrations built.

use std::fs;

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::{Client, NoTls};

use crate::project::{Project, Run, planwright};

/// The migration that makes it.
pub(super) const SHOP: &str = "2026-01-02-000000_shop";

/// The name of the database that others are copied from.
const TEMPLATE: &str = "built";

pub(super) struct World {
    pub(super) project: Project,
    pub(super) server: EmbeddedServer,
}

/// A project whose second migration makes the rich schema.
pub(super) fn project() -> Project {
    let project = Project::new();
    let schema = include_str!("schema.sql");
    project.write(&format!("migrations/{SHOP}/up.sql"), schema);
    project.write(&format!("migrations/{SHOP}/down.sql"), "SELECT 1;");
    project
}

impl World {
    /// A server of a release, with one database that was migrated.
    pub(super) async fn new(major: u32) -> Self {
        Self::of(project(), major).await
    }

    pub(super) async fn of(project: Project, major: u32) -> Self {
        let settings = Settings::new().major(major).require_major(true);
        let server = EmbeddedServer::start_with(&settings).await.unwrap();
        server.create_database(TEMPLATE).await.unwrap();
        let url = server.database_url(TEMPLATE);
        project
            .run(&["migrate", "up", "--database-url", &url])
            .exits(0);
        Self { project, server }
    }

    /// A migrated database.
    pub(super) async fn database(&self, name: &str) -> Client {
        let made = self.server.create_database_from(name, TEMPLATE).await;
        made.unwrap();
        self.client(name).await
    }

    pub(super) async fn client(&self, name: &str) -> Client {
        let (client, connection) = self.server.config(name).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub(super) fn drift(&self, database: &str, args: &[&str]) -> Run {
        self.drift_by(&self.server.database_url(database), args)
    }

    pub(super) fn drift_by(&self, url: &str, args: &[&str]) -> Run {
        let mut command = planwright(&self.project.root());
        Run::of(command.args(["drift", "--database-url", url]).args(args))
    }
}

/// The codes of what was found, in alphabetical order.
pub(super) fn codes(run: &Run) -> Vec<String> {
    let lines = run.stderr.lines();
    let codes = lines.filter_map(|line| {
        let rest = line.strip_prefix("error[");
        let rest = rest.or_else(|| line.strip_prefix("warning["))?;
        Some(rest.split(']').next()?.to_owned())
    });
    let mut codes: Vec<String> = codes.collect();
    codes.sort();
    codes
}

/// Runs a script, statement by statement, as `psql` does.
pub(super) async fn apply(client: &Client, script: &str) -> Result<(), String> {
    for statement in planwright_codegen::schema::statements(script) {
        let done = client.batch_execute(statement).await;
        done.map_err(|error| format!("{statement}: {error:?}\n{script}"))?;
    }
    Ok(())
}

/// The text of a file of the checkout.
pub(super) fn of_checkout(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", crate::project::CHECKOUT)).unwrap()
}
