//! A project, and a database that its migrations made.

use std::collections::BTreeMap;

use planwright_codegen::Options;
use planwright_codegen::seed::{Existing, Progress, Request, SeedError, Seeded, seed};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls};

use crate::project::{TempProject, block_on, server};

/// A project, and a database that its migrations made.
pub(super) struct World {
    pub(super) project: TempProject,
    pub(super) client: Client,
    server: EmbeddedServer,
    major: u32,
}

/// What is asked for: every row that is declared.
pub(super) fn request(rows: &[(&str, u64)]) -> Request {
    let rows = rows
        .iter()
        .map(|(table, rows)| ((*table).to_owned(), *rows));
    Request {
        rows: rows.collect::<BTreeMap<_, _>>(),
        scale: 1.0,
        most_rows: None,
        seed: 1,
        existing: Existing::Refuse,
    }
}

/// Runs a test that chooses its versions itself.
pub(super) fn block_on_one(test: impl Future<Output = ()>) {
    block_on(test);
}

/// Runs a test on each version.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a closure is written where it is passed"
)]
pub(super) fn on_each(schema: &str, config: &str, test: impl AsyncFn(&World)) {
    for major in [15, 18] {
        block_on(async {
            test(&World::new(major, schema, config).await).await;
        });
    }
}

impl World {
    pub(super) async fn new(major: u32, schema: &str, config: &str) -> Self {
        let embedded = EmbeddedServer::start_with(&server(major)).await;
        let embedded = embedded.expect("a server");
        embedded.create_database("shop").await.expect("a database");
        let connected = embedded.config("shop").connect(NoTls).await;
        let (client, connection) = connected.expect("connected");
        tokio::spawn(connection);
        client.batch_execute(schema).await.expect("a schema");
        let project = TempProject::of(schema, "-- name: one :one\nSELECT 1 AS one;");
        project.write("planwright.toml", config);
        Self {
            project,
            client,
            server: embedded,
            major,
        }
    }

    pub(super) async fn seed(&self, rows: &[(&str, u64)]) -> Result<Seeded, SeedError> {
        self.seed_as(&request(rows)).await
    }

    pub(super) async fn seed_as(&self, request: &Request) -> Result<Seeded, SeedError> {
        self.seed_until(request, std::future::pending(), |_| ())
            .await
    }

    pub(super) async fn seed_until(
        &self,
        request: &Request,
        stop: impl Future<Output = ()>,
        progress: impl Fn(u64),
    ) -> Result<Seeded, SeedError> {
        let url = self.server.database_url("shop").parse().expect("a URL");
        let options = Options {
            server: server(self.major),
            ..Options::default()
        };
        let project = self.project.open();
        let progress = |step: Progress<'_>| progress(step.done);
        seed(&project, &options, &url, request, stop, progress).await
    }

    /// What the rows of each table are, whatever their order is.
    pub(super) async fn digests(&self, seeded: &Seeded) -> BTreeMap<String, String> {
        let settings = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET lc_monetary = 'C'";
        self.client.batch_execute(settings).await.expect("settings");
        let mut digests = BTreeMap::new();
        for (table, _) in &seeded.tables {
            let digest = format!(
                "SELECT md5(string_agg((t.*)::text, E'\\n' ORDER BY (t.*)::text COLLATE \"C\")) FROM {table} t"
            );
            let row = self.client.query_one(&digest, &[]).await.expect(table);
            digests.insert(table.clone(), row.get(0));
        }
        digests
    }

    /// The only number of a query.
    pub(super) async fn number(&self, sql: &str) -> i64 {
        let sql = format!("SELECT ({sql})::int8");
        self.client.query_one(&sql, &[]).await.expect(&sql).get(0)
    }
}
