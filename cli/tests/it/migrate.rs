//! `planwright migrate`

use planwright_embedded::EmbeddedServer;
use tokio_postgres::NoTls;

use crate::project::{MIGRATION, Project, Run, planwright};

/// A project, and a database for it.
struct World {
    project: Project,
    server: EmbeddedServer,
    url: String,
}

impl World {
    async fn new() -> Self {
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

    fn migrate(&self, args: &[&str]) -> Run {
        self.project
            .run(&[&["migrate", "--database-url", &self.url], args].concat())
    }

    /// The first column of the first row, as text.
    async fn ask(&self, sql: &str) -> String {
        let (client, connection) = self.server.config("shop").connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    async fn applied(&self) -> String {
        self.ask("SELECT coalesce(string_agg(version, ' ' ORDER BY version), '') FROM __diesel_schema_migrations")
            .await
    }
}

#[tokio::test]
async fn migrations_go_up_and_down() {
    let world = World::new().await;
    let second = "2026-01-02-000000_tags";
    world.project.write(
        &format!("migrations/{second}/up.sql"),
        "CREATE TABLE tags (id int);",
    );
    world
        .project
        .write(&format!("migrations/{second}/down.sql"), "DROP TABLE tags;");

    let run = world.migrate(&["pending"]).exits(1);
    assert_eq!(run.stdout, format!("{MIGRATION}\n{second}\n"));
    run.tells("2 migrations are pending");

    let run = world.migrate(&["up"]).exits(0);
    assert_eq!(
        run.stdout,
        format!("applied {MIGRATION}\napplied {second}\n")
    );
    run.tells(&format!(
        "1 of 2: applying {MIGRATION}\n1 of 2: applied {MIGRATION} in "
    ))
    .tells(&format!("2 of 2: applied {second} in "));
    assert_eq!(world.applied().await, "20260101000000 20260102000000");

    let run = world.migrate(&["up"]).exits(0);
    assert_eq!(run.stdout, "every migration is applied already\n");
    let run = world.migrate(&["pending"]).exits(0);
    assert_eq!(run.stdout, "no migration is pending\n");

    let run = world.migrate(&["down"]).exits(2);
    run.tells("nothing was reverted")
        .tells(&format!("{second} drops table tags"))
        .tells("`--yes` says that it is meant");
    assert_eq!(world.applied().await, "20260101000000 20260102000000");
    let run = world.migrate(&["down", "--yes"]).exits(0);
    assert_eq!(run.stdout, format!("reverted {second}\n"));
    let run = world.migrate(&["status"]).exits(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let [first, pending, summary] = lines[..] else {
        panic!("{lines:?}");
    };
    assert!(
        first.starts_with("20") && first.ends_with(MIGRATION),
        "{first}"
    );
    assert_eq!(pending, format!("pending              {second}"));
    assert_eq!(summary, "1 of 2 migrations are applied");

    let run = world.migrate(&["down", "5", "--yes"]).exits(0);
    assert_eq!(run.stdout, format!("reverted {MIGRATION}\n"));
    assert_eq!(world.applied().await, "");
    let run = world.migrate(&["down"]).exits(0);
    assert_eq!(run.stdout, "no migration is applied\n");
}

#[tokio::test]
async fn a_migration_that_fails_is_named_and_leaves_nothing() {
    let world = World::new().await;
    let up = "CREATE TABLE half (id int);\nCREATE TABLE other (id integr);\n";
    world
        .project
        .write("migrations/2026-01-02-000000_bad/up.sql", up);
    world
        .project
        .write("migrations/2026-01-02-000000_bad/down.sql", "SELECT 1;");

    let run = world.migrate(&["up"]).exits(2);
    assert_eq!(run.stdout, format!("applied {MIGRATION}\n"));
    run.tells("error: migration `2026-01-02-000000_bad` failed")
        .tells("because: type \"integr\" does not exist at line 2, column 24")
        .tells("note: it was not applied; the one before it was applied");
    assert_eq!(world.applied().await, "20260101000000");
    let half = world
        .ask("SELECT coalesce(to_regclass('half')::text, 'none')")
        .await;
    assert_eq!(half, "none");
    let run = world.migrate(&["pending"]).exits(1);
    assert_eq!(run.stdout, "2026-01-02-000000_bad\n");
}

#[tokio::test]
async fn migrations_behind_a_version_are_reverted() {
    let world = World::new().await;
    for (name, down) in [
        ("2026-01-02-000000_one", "DROP INDEX one;"),
        ("2026-01-03-000000_two", "DROP INDEX two;"),
    ] {
        let (_, index) = name.split_once('_').unwrap();
        let up = format!("CREATE INDEX {index} ON notes (body);");
        world
            .project
            .write(&format!("migrations/{name}/up.sql"), &up);
        world
            .project
            .write(&format!("migrations/{name}/down.sql"), down);
    }
    world.migrate(&["up"]).exits(0);
    let run = world
        .migrate(&["down", "--to", "2026-01-09-000000"])
        .exits(2);
    run.tells("migration `20260109000000` is not applied");
    let run = world.migrate(&["down", "--to", MIGRATION]).exits(0);
    assert_eq!(
        run.stdout,
        "reverted 2026-01-03-000000_two\nreverted 2026-01-02-000000_one\n"
    );
    assert_eq!(world.applied().await, "20260101000000");
    world.migrate(&["down", "2", "--to", MIGRATION]).exits(2);
}

#[tokio::test]
async fn what_cannot_be_reverted_is_known_before_anything_is() {
    let world = World::new().await;
    let up = |name: &str, sql: &str| {
        world
            .project
            .write(&format!("migrations/{name}/up.sql"), sql);
    };
    up("2026-01-02-000000_one", "CREATE INDEX one ON notes (body);");
    up(
        "2026-01-03-000000_two",
        "CREATE INDEX two ON notes (body, id);",
    );
    world.project.write(
        "migrations/2026-01-03-000000_two/down.sql",
        "DROP INDEX two;",
    );
    world.migrate(&["up"]).exits(0);
    for yes in [&["down", "2"][..], &["down", "2", "--yes"]] {
        let run = world.migrate(yes).exits(2);
        run.tells("migration `2026-01-02-000000_one` has no down.sql");
    }
    assert_eq!(
        world.applied().await,
        "20260101000000 20260102000000 20260103000000"
    );
}

#[tokio::test]
async fn the_environments_url_is_used() {
    let world = World::new().await;
    let mut command = planwright(&world.project.root());
    command.env("DATABASE_URL", &world.url);
    Run::of(command.args(["migrate", "up"]))
        .exits(0)
        .says(MIGRATION);
}

#[test]
fn without_a_url_the_program_says_how_to_give_one() {
    let project = Project::new();
    let run = project.run(&["migrate", "up"]).exits(2);
    run.tells("no database to migrate")
        .tells("--database-url")
        .tells("DATABASE_URL");
    let mut empty = planwright(&project.root());
    empty.args(["migrate", "status"]).env("DATABASE_URL", "");
    Run::of(&mut empty).exits(2).tells("no database to migrate");
}

#[test]
fn no_steps_back_are_no_run() {
    let project = Project::new();
    project.run(&["migrate", "down", "0"]).exits(2).tells("0");
}

#[test]
fn a_password_is_never_printed() {
    let project = Project::new();
    for (url, says) in [
        (
            "postgres://ada:geheim@127.0.0.1:1/shop",
            "no PostgreSQL server answers at 127.0.0.1:1",
        ),
        (
            "postgres://ada:ge@heim@127.0.0.1:1/shop",
            "write an `@` of the user or the password as `%40`",
        ),
        (
            "postgres://ada:geheim@127.0.0.1:port/shop",
            "the database URL cannot be read",
        ),
        (
            "host=127.0.0.1 port=1 user=ada password=geheim",
            "no PostgreSQL server answers",
        ),
    ] {
        let run = project
            .run(&["migrate", "up", "--database-url", url])
            .exits(2)
            .tells(says);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains("heim"), "{text}");
        }
    }
}

#[test]
fn a_missing_folder_of_migrations_is_named() {
    let project = Project::new();
    std::fs::remove_dir_all(project.root().join("migrations")).unwrap();
    let url = "postgres://ada@127.0.0.1:1/shop";
    let run = project
        .run(&["migrate", "up", "--database-url", url])
        .exits(2);
    run.tells("cannot read migrations from").tells("because: ");
}
