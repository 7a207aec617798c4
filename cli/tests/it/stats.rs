//! `planwright stats pull`

use planwright_embedded::EmbeddedServer;
use tokio_postgres::NoTls;

use crate::project::{MIGRATION, Project};

const SNAPSHOT: &str = "statistics/snapshot.toml";

/// A server with a database that the sample's migration made, with rows.
async fn production(project: &Project) -> EmbeddedServer {
    let server = EmbeddedServer::start().await.unwrap();
    server.create_database("shop").await.unwrap();
    let (client, connection) = server.config("shop").connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = project.read(&format!("migrations/{MIGRATION}/up.sql"));
    client.batch_execute(&schema).await.unwrap();
    let rows = "
        INSERT INTO notes (author, body)
        SELECT 'author ' || n % 700, 'secret ' || n FROM generate_series(1, 40000) n;
        ANALYZE;";
    client.batch_execute(rows).await.unwrap();
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_is_written_and_planned_with() {
    let project = Project::generated();
    let server = production(&project).await;
    let url = server.database_url("shop");
    let run = project
        .run(&["stats", "pull", "--database-url", &url])
        .exits(0);
    run.says("wrote statistics/snapshot.toml: PostgreSQL ")
        .says("it holds no value of any row");
    let text = project.read(SNAPSHOT);
    assert!(
        text.contains("rows = 40000") && !text.contains("secret"),
        "{text}"
    );
    // The lock speaks of other inputs now.
    let run = project.run(&["check"]).exits(1);
    let run = run.says("planned with the statistics of a database");
    assert!(!run.stdout.contains("no size is known"), "{}", run.stdout);
    run.tells("error[statistics-changed]: `statistics/snapshot.toml` is new");
    project.run(&["generate"]).exits(0);
    project.run(&["check", "--frozen"]).exits(0);
    project.replace(SNAPSHOT, "rows = 40000", "rows = 40001");
    let run = project.run_without_server(&["check", "--frozen"]).exits(2);
    run.tells("error[statistics-changed]: `statistics/snapshot.toml` changed");

    let run = project
        .run(&["stats", "pull", "--with-values", "--database-url", &url])
        .exits(0);
    run.says("it holds values of rows");
    assert!(project.read(SNAPSHOT).contains("secret "));
}

#[test]
fn a_database_that_cannot_be_asked_leaves_everything_as_it_was() {
    let project = Project::generated();
    let files = project.files();
    let run = project.run(&["stats", "pull"]).exits(2);
    run.tells("no database to take statistics from");
    let url = "postgres://ada:geheim@127.0.0.1:1/shop";
    let run = project
        .run(&["stats", "pull", "--database-url", url])
        .exits(2);
    let run = run.tells("the database could not be asked for its statistics");
    assert!(!run.stderr.contains("geheim") && !run.stdout.contains("geheim"));
    let run = project
        .run(&["stats", "pull", "--database-url", "postgres://db:port/shop"])
        .exits(2);
    run.tells("could not read the database URL");
    assert_eq!(project.files(), files);
}
