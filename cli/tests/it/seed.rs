//! `planwright seed`

use planwright_embedded::EmbeddedServer;
use tokio_postgres::NoTls;

use crate::project::{MIGRATION, Project, Run, planwright};

/// A project, and a database that its migration made.
pub(crate) struct World {
    pub(crate) project: Project,
    server: EmbeddedServer,
    pub(crate) url: String,
}

impl World {
    /// With the migration applied.
    pub(crate) async fn new() -> Self {
        let world = Self::empty().await;
        world
            .project
            .run(&["migrate", "up", "--database-url", &world.url])
            .exits(0);
        world
    }

    /// Without anything applied.
    pub(crate) async fn empty() -> Self {
        let server = EmbeddedServer::start().await.unwrap();
        server.create_database("shop").await.unwrap();
        let url = server.database_url("shop");
        let project = Project::new();
        Self {
            project,
            server,
            url,
        }
    }

    /// Runs a command on the database.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let database = ["--database-url", &self.url];
        self.project.run(&[args, &database[..]].concat())
    }

    /// The only number of a query.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let (client, connection) = self.server.config("shop").connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(sql, &[]).await.unwrap().get(0)
    }
}

const COUNT: &str = "SELECT count(*) FROM notes";

#[tokio::test]
async fn rows_are_made_once_and_only_where_there_are_none() {
    let world = World::new().await;
    let run = world.run(&["seed", "--rows", "notes=500"]).exits(0);
    assert_eq!(
        run.stdout,
        "notes: 500 rows\n500 rows in 1 tables, committed and analysed\n"
    );
    assert_eq!(world.number(COUNT).await, 500);
    let run = world.run(&["seed"]).exits(2);
    run.tells("these tables have rows already: notes")
        .tells("`--append` adds rows");
    let run = world.run(&["seed", "--truncate", "prod"]).exits(2);
    run.tells("`--truncate prod` names another database");
    assert_eq!(world.number(COUNT).await, 500);
    world
        .run(&["seed", "--append", "--rows", "notes=20"])
        .exits(0);
    assert_eq!(world.number(COUNT).await, 520);
    // Nothing is known of the size: a hundredth of 100,000.
    world.run(&["seed", "--truncate", "shop"]).exits(0);
    assert_eq!(world.number(COUNT).await, 1_000);
}

#[tokio::test]
async fn a_database_without_the_tables_is_told_how_to_get_them() {
    let world = World::empty().await;
    let run = world.run(&["seed"]).exits(2);
    run.tells("table `notes` is missing")
        .tells("`planwright migrate up`");
}

#[tokio::test]
async fn a_constraint_that_no_row_meets_is_a_finding() {
    let world = World::empty().await;
    world.project.replace(
        &format!("migrations/{MIGRATION}/up.sql"),
        "body       text,",
        "body       text CONSTRAINT impossible CHECK (body IS NOT NULL AND length(body) < 0),",
    );
    world.run(&["migrate", "up"]).exits(0);
    let run = world.run(&["seed"]).exits(1);
    run.tells("error[unmet-constraint]: no generated row meets `impossible` of `notes`")
        .tells("no row was kept");
    assert_eq!(world.number(COUNT).await, 0);
}

#[tokio::test]
async fn the_environments_url_is_not_read() {
    let world = World::new().await;
    let mut command = planwright(&world.project.root());
    command.env("DATABASE_URL", &world.url);
    Run::of(command.arg("seed"))
        .exits(2)
        .tells("--database-url <URL>");
    assert_eq!(world.number(COUNT).await, 0);
}
