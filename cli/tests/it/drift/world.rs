//! A project with a rich schema, and databases that its migrations built.

use std::fs;

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::{Client, NoTls};

use crate::project::{Project, Run, planwright};

/// The migration that makes it.
pub(super) const SHOP: &str = "2026-01-02-000000_shop";

const ROWS: &str = "
    INSERT INTO customers (tenant, name, mail, phone, note)
    SELECT n % 3, 'customer ' || n, n || '@a.b', n, n FROM generate_series(1, 50) n;
    INSERT INTO orders (customer_id, cents, status)
    SELECT id, id * 10, CASE WHEN id % 2 = 0 THEN 'new' ELSE 'sent' END::order_status
    FROM customers;
    INSERT INTO bookings VALUES (1, '[2026-01-01, 2026-01-02)', 'Ada'), (2, '[2026-01-01, 2026-01-02)', 'Bob');
    INSERT INTO events VALUES ('2026-05-01', 'seen'), ('2030-05-01', 'seen');
    INSERT INTO audit.log VALUES (1, 'Ada', 1), (2, 'Bob', 2);
    REFRESH MATERIALIZED VIEW totals";

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

    /// With rows, which what mends a database has to bear.
    pub(super) async fn with_rows(major: u32) -> Self {
        let world = Self::new(major).await;
        let client = world.client(TEMPLATE).await;
        client.batch_execute(ROWS).await.unwrap();
        // Nobody may be connected to what is copied.
        let gone =
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'built'";
        drop(client);
        let other = world.client("postgres").await;
        other.batch_execute(gone).await.unwrap();
        world
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
