//! `planwright drift`

mod changes;
mod world;

use changes::{Change, changes};
use planwright_codegen::live::CODES;
use world::{SHOP, World, apply, codes, of_checkout, project};

use crate::project::{MIGRATION, Project, QUERIES, Run};

/// The releases that it is tested on.
const RELEASES: [u32; 2] = [15, 18];

/// Each change on a copy of the migrated database: it is reported under its own codes, and the
/// script mends all but what somebody has to decide.
async fn each_change_is_found_and_mended(major: u32) {
    let world = World::with_rows(major).await;
    let mut failed = Vec::new();
    for change in changes() {
        if let Err(why) = is_found_and_mended(&world, change).await {
            failed.push(format!("{}: {why}", change.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

async fn is_found_and_mended(world: &World, change: &Change) -> Result<(), String> {
    let name = change.name;
    let client = world.database(name).await;
    apply(&client, change.sql).await?;
    let run = world.drift(name, &["--fix"]);
    if codes(&run) != change.codes {
        return Err(format!("{:?} is found: {}", codes(&run), run.stderr));
    }
    let run = run.exits(i32::from(!change.codes.is_empty()));
    apply(&client, &run.stdout).await?;
    let after = world.drift(name, &[]);
    if codes(&after) != change.left {
        return Err(format!("{}\nleaves {}", run.stdout, after.stderr));
    }
    drop(client);
    world.server.drop_database(name).await.unwrap();
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_is_found_and_mended_on_15() {
    each_change_is_found_and_mended(15).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_is_found_and_mended_on_18() {
    each_change_is_found_and_mended(18).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migrated_database_has_not_drifted() {
    for major in RELEASES {
        let world = World::new(major).await;
        let client = world.database("shop").await;
        let run = world.drift("shop", &[]).exits(0);
        run.says("the database is what the migrations build: 8 tables, ");
        let run = world.drift("shop", &["--fix"]).exits(0);
        assert_eq!(run.stdout, "-- nothing has drifted\n");

        // A role that may read no table, in a session that may not write.
        let looker = "
            CREATE ROLE looker LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC;
            REVOKE ALL ON SCHEMA audit FROM PUBLIC; GRANT USAGE ON SCHEMA public TO looker;
            GRANT SELECT ON __diesel_schema_migrations TO looker;
            ALTER ROLE looker SET default_transaction_read_only = on";
        client.batch_execute(looker).await.unwrap();
        let url = world.server.database_url("shop");
        let url = url.replace("postgres@", "looker@");
        let before = next_transaction(&client).await;
        let run = world.drift_by(&url, &[]).exits(0);
        assert_eq!(codes(&run), [""; 0]);
        // Nobody has written since.
        assert_eq!(next_transaction(&client).await, before);
        let revoke = "REVOKE SELECT ON __diesel_schema_migrations FROM looker";
        client.batch_execute(revoke).await.unwrap();
        let run = world.drift_by(&url, &[]).exits(1);
        assert_eq!(codes(&run), ["migration-unreadable"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn findings_have_every_format() {
    let world = World::new(15).await;
    let client = world.database("shop").await;
    let json = |run: &Run| -> serde_json::Value { serde_json::from_str(&run.stdout).unwrap() };
    let of = |found: &serde_json::Value| -> Vec<String> {
        let found = found["findings"].as_array().unwrap().iter();
        found
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let run = world.drift("shop", &["--format", "json"]).exits(0);
    assert_eq!(of(&json(&run)), [""; 0]);
    client
        .batch_execute("CREATE TABLE extra (id int)")
        .await
        .unwrap();
    // A warning is a finding here.
    let run = world.drift("shop", &["--format", "json"]).exits(1);
    assert_eq!(of(&json(&run)), ["drift-table-extra"]);
    let run = world.drift("shop", &["--format", "github"]).exits(1);
    run.says("title=drift-table-extra::");
    let nowhere = world.server.database_url("nowhere");
    let run = world.drift_by(&nowhere, &["--format", "json"]).exits(2);
    assert_eq!(of(&json(&run)), ["no-connection"]);
}

/// The number that the next transaction which writes will have.
async fn next_transaction(client: &tokio_postgres::Client) -> String {
    let next = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
    client.query_one(next, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_that_are_not_applied_are_named() {
    let world = World::new(15).await;
    let client = world.database("shop").await;
    let later = "2026-01-03-000000_later";
    world.project.write(
        &format!("migrations/{later}/up.sql"),
        "CREATE TABLE later (id int);",
    );
    // What is applied is compared with; what is not is named.
    let run = world.drift("shop", &[]).exits(1);
    assert_eq!(codes(&run), ["migration-pending"]);
    run.tells(&format!("the migration {later} is not applied"))
        .tells(&format!("migrations/{later}/up.sql:1:1"));
    // Not the first ones: all are compared with.
    let shop = SHOP.split('_').next().unwrap().replace('-', "");
    let forget = format!(
        "DELETE FROM __diesel_schema_migrations WHERE version = '{shop}';
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20260103000000'), ('20300101000000')"
    );
    client.batch_execute(&forget).await.unwrap();
    let run = world.drift("shop", &[]).exits(1);
    let expected = [
        "drift-table-missing",
        "migration-pending",
        "migration-unknown",
    ];
    assert_eq!(codes(&run), expected);
    run.tells("a migration 20300101000000, which is not in")
        .tells("some migrations are pending");
    // Somebody built it by hand.
    let no_list = "DROP TABLE __diesel_schema_migrations; CREATE TABLE later (id int)";
    client.batch_execute(no_list).await.unwrap();
    let run = world.drift("shop", &[]).exits(1);
    assert_eq!(codes(&run), ["migration-pending"]);
    run.tells("every migration is pending");
    // Nobody built it.
    world.server.create_database("empty").await.unwrap();
    let run = world.drift("empty", &["--fix"]).exits(1);
    assert_eq!(codes(&run), ["migration-pending"]);
    assert_eq!(run.stdout, "-- nothing has drifted\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_release_prints_otherwise_and_nothing_has_drifted() {
    let world = World::new(15).await;
    let client = world.database("shop").await;
    let url = world.server.database_url("shop");
    let drift = || {
        let mut command = crate::project::planwright(&world.project.root());
        let command = command.env("PLANWRIGHT_PG_MAJOR", "18");
        crate::project::Run::of(command.args(["drift", "--database-url", &url]))
    };
    let run = drift();
    assert_eq!(codes(&run), [""; 0], "{}", run.stderr);
    run.exits(0)
        .tells("note: the database is PostgreSQL 15.")
        .tells("was compared with what the migrations build on 18.");
    // What is another thing is one on any release.
    let change = "
        CREATE OR REPLACE VIEW open_orders AS SELECT id, customer_id, total FROM orders;
        ALTER TABLE orders DROP CONSTRAINT orders_cents;
        ALTER TABLE orders ADD CONSTRAINT orders_cents CHECK (cents >= 10)";
    client.batch_execute(change).await.unwrap();
    let run = drift().exits(1);
    assert_eq!(codes(&run), ["drift-constraint-changed", "drift-view"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finding_names_the_migration_and_the_queries() {
    let project = Project::generated();
    let world = World::of(project, 15).await;
    let client = world.database("shop").await;
    let change = "DROP INDEX idx_notes_author_date; ALTER TABLE notes ADD author_id bigint";
    client.batch_execute(change).await.unwrap();
    let run = world.drift("shop", &[]).exits(1);
    assert_eq!(codes(&run), ["drift-column-extra", "drift-index-missing"]);
    run.tells(&format!("migrations/{MIGRATION}/up.sql:"))
        .tells("queries that reach it: notes::notes_of_author")
        .tells(
            "CREATE INDEX CONCURRENTLY idx_notes_author_date ON public.notes USING btree (author,",
        )
        .tells("1 error, 1 warning found");

    // Whatever is made by a statement of its own is found where that is written.
    let world = World::new(15).await;
    let client = world.database("shop").await;
    let change = "
        DROP VIEW own_orders; DROP TRIGGER orders_touch ON orders; DROP FUNCTION twice;
        DROP POLICY bookings_read ON bookings; DROP SEQUENCE invoice_numbers CASCADE;
        ALTER DOMAIN email DROP NOT NULL; ALTER TYPE order_status ADD VALUE 'lost';
        ALTER TABLE bookings DROP CONSTRAINT bookings_once;
        ALTER TABLE audit.log ALTER \"order\" SET NOT NULL";
    apply(&client, change).await.unwrap();
    let run = world.drift("shop", &[]).exits(1);
    let places = run.stderr.lines().filter_map(|line| {
        let place = line.trim_start().strip_prefix("--> ")?;
        place.strip_prefix(&format!("migrations/{SHOP}/up.sql:"))
    });
    let schema = include_str!("drift/schema.sql");
    let named = places.map(|place| {
        let mut numbers = place
            .split(':')
            .map(|number| number.parse::<usize>().unwrap());
        let (line, column) = (numbers.next().unwrap(), numbers.next().unwrap());
        let rest = &schema.lines().nth(line - 1).unwrap()[column - 1..];
        rest.split([' ', '(']).next().unwrap()
    });
    let mut named: Vec<&str> = named.collect();
    named.sort_unstable();
    let expected = [
        "\"order\"",
        "bookings_once",
        "bookings_read",
        "email",
        "invoice",
        "invoice_numbers",
        "order_status",
        "orders_touch",
        "own_orders",
        "twice",
    ];
    assert_eq!(named, expected, "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_is_not_the_locks_is_named() {
    let project = Project::generated();
    let files = project.files();
    let world = World::of(project, 15).await;
    let client = world.database("shop").await;
    let rows = "
        INSERT INTO notes (author, body)
        SELECT 'author ' || n % 700, 'text ' || n FROM generate_series(1, 40000) n;
        ANALYZE notes";
    client.batch_execute(rows).await.unwrap();
    let run = world.drift("shop", &["--plans"]).exits(0);
    run.says("3 queries are planned as the lock says");
    // So few rows are read as a whole.
    let fewer = "DELETE FROM notes WHERE id > 3; VACUUM FULL notes; ANALYZE notes";
    apply(&client, fewer).await.unwrap();
    let run = world.drift("shop", &["--plans"]).exits(1);
    assert!(
        codes(&run).iter().all(|code| code == "drift-plan"),
        "{}",
        run.stderr
    );
    run.tells("`notes::notes_of_author` is planned otherwise")
        .tells("the lock says:")
        .tells("idx_notes_author_date")
        .tells(&format!("{QUERIES}:"));
    // Nothing was written.
    assert_eq!(world.project.files(), files);
}

#[test]
fn what_cannot_be_asked_is_said_without_secrets() {
    let project = project();
    let run = project.run(&["drift"]).exits(2);
    run.tells("no database to compare");
    let url = "postgres://ada:geheim@127.0.0.1:1/shop?sslmode=disable";
    let run = project.run(&["drift", "--database-url", url]).exits(2);
    let run = run.tells("no PostgreSQL server answers at 127.0.0.1:1");
    assert!(!run.stderr.contains("geheim") && !run.stdout.contains("geheim"));
}

#[test]
fn every_code_is_in_the_manual_and_is_tried() {
    let manual = of_checkout("docs/manual.md");
    for (code, meaning) in CODES {
        let line = format!("| `{code}` | {meaning} |");
        assert!(manual.contains(&line), "no {line}");
    }
    let elsewhere = [
        "drift-plan",
        "migration-pending",
        "migration-unknown",
        "migration-unreadable",
    ];
    let tried = changes().flat_map(|change| change.codes.iter().copied());
    let tried: Vec<&str> = tried.chain(elsewhere).collect();
    for (code, _) in CODES {
        assert!(tried.contains(code), "{code} is tried by no change");
    }
}
