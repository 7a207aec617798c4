//! What cannot be filled, and that nothing is kept then.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use planwright_codegen::seed::SeedError;

use super::world::{World, on_each, request};

/// Two tables: the first can be filled, the second cannot.
const CASES: [(&str, &str, &str); 8] = [
    (
        "CREATE TABLE b (x int, CONSTRAINT empty_range CHECK (x > 5 AND x < 3 AND x IS NOT NULL));",
        "empty_range",
        "CHECK (((x > 5) AND (x < 3) AND (x IS NOT NULL)))",
    ),
    (
        "CREATE FUNCTION never(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT FALSE';
         CREATE TABLE b (x int NOT NULL, y int CHECK (y > 0), CONSTRAINT odd CHECK (never(x)));",
        "odd",
        "never(x)",
    ),
    (
        "CREATE TYPE kind AS ENUM ('p', 'q'); CREATE TABLE b (kind kind CONSTRAINT one_each PRIMARY KEY);",
        "one_each",
        "duplicate key value violates unique constraint",
    ),
    (
        "CREATE TABLE c (id int PRIMARY KEY);
         CREATE TABLE b (c_id int NOT NULL CONSTRAINT of_c REFERENCES c);",
        "of_c",
        "`c` has no row that could be referred to",
    ),
    (
        "CREATE TABLE b (id int PRIMARY KEY, c_id int NOT NULL);
         CREATE TABLE c (id int PRIMARY KEY, b_id int NOT NULL CONSTRAINT of_b REFERENCES b);
         ALTER TABLE b ADD CONSTRAINT of_c FOREIGN KEY (c_id) REFERENCES c;",
        "of_c",
        "the foreign keys of b, c go in a circle",
    ),
    (
        "CREATE TABLE b (path pg_lsn NOT NULL);",
        "path",
        "no value of the type `pg_lsn` can be made",
    ),
    (
        "CREATE DOMAIN d AS int CONSTRAINT too_much CHECK (VALUE > 10 AND VALUE < 11 AND VALUE IS NOT NULL);
         CREATE TABLE b (x d);",
        "too_much",
        "(x > 10)",
    ),
    (
        "CREATE TABLE b (x int, EXCLUDE USING btree (((0)) WITH =));",
        "b_expr_excl",
        "conflicting key value violates exclusion constraint",
    ),
];

#[test]
fn a_constraint_that_cannot_be_met_is_named_and_nothing_is_kept() {
    for (schema, constraint, says) in CASES {
        let schema = format!("CREATE TABLE a (id int PRIMARY KEY);\n{schema}");
        let config = "[tables]\na = 2000\nb = 100\nc = 0\n";
        let config = if constraint == "of_c" && schema.contains("of_b") {
            "[tables]\na = 20\nb = 100\nc = 100\n"
        } else {
            config
        };
        on_each(&schema, config, async |world: &World| {
            let error = world.seed(&[]).await.expect_err(constraint);
            let SeedError::Unmet(unmet) = &error else {
                panic!("{constraint}: {error:?}");
            };
            assert_eq!(unmet.constraint, constraint);
            assert_eq!(unmet.table, "b");
            let text = error.to_string();
            assert!(text.contains(says) && text.contains("help: "), "{text}");
            assert_eq!(world.number("SELECT count(*) FROM a").await, 0);
            let left = "SELECT count(*) FROM pg_class WHERE relname LIKE 'planwright%'";
            assert_eq!(world.number(left).await, 0);
        });
    }
}

#[test]
fn nothing_is_kept_of_a_run_that_is_stopped() {
    let schema = "CREATE TABLE a (id int PRIMARY KEY);";
    on_each(schema, "[tables]\na = 100000\n", async |world: &World| {
        let some = AtomicBool::new(false);
        let stop = poll_fn(|_| {
            if some.load(Ordering::Relaxed) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let progress = |rows: u64| {
            if rows >= 20_000 {
                some.store(true, Ordering::Relaxed);
            }
        };
        let stopped = world.seed_until(&request(&[]), stop, progress).await;
        assert!(matches!(stopped, Err(SeedError::Stopped)), "{stopped:?}");
        assert!(some.load(Ordering::Relaxed));
        assert_eq!(world.number("SELECT count(*) FROM a").await, 0);
        world.seed(&[]).await.expect("rows, as if nothing had been");
    });
}

#[test]
fn a_database_that_is_not_what_the_migrations_build_is_left_alone() {
    let schema = "
        CREATE TABLE a (id int PRIMARY KEY, note text NOT NULL, size int);
        CREATE TABLE b (id int PRIMARY KEY);";
    on_each(schema, "", async |world: &World| {
        let change = "
            DROP TABLE b;
            ALTER TABLE a DROP size, ALTER note DROP NOT NULL, ALTER id TYPE bigint";
        world.client.batch_execute(change).await.expect("a change");
        let error = world.seed(&[]).await.expect_err("another schema");
        let SeedError::OtherSchema { differences } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(
            differences[..],
            [
                "column `a.id` is `int8` instead of `int4`",
                "column `a.note` may be null, and forbids null by the migrations",
                "column `a.size` is missing",
                "table `b` is missing",
            ]
        );
        assert!(
            error.to_string().contains("`planwright migrate up`"),
            "{error}"
        );
        assert_eq!(world.number("SELECT count(*) FROM a").await, 0);
    });
}

#[test]
fn a_table_that_is_not_there_has_a_nearest() {
    on_each("CREATE TABLE notes (id int);", "", async |world: &World| {
        let error = world.seed(&[("note", 5)]).await.expect_err("no table");
        let text = error.to_string();
        assert!(text.contains("did you mean `notes`?"), "{text}");
    });
}

#[test]
fn an_assumed_size_gives_way_to_what_an_index_allows() {
    let schema = "CREATE TYPE kind AS ENUM ('p', 'q'); CREATE TABLE b (kind kind PRIMARY KEY);";
    on_each(schema, "", async |world: &World| {
        let little = super::Request {
            scale: 0.001,
            ..request(&[])
        };
        let seeded = world.seed_as(&little).await.expect("rows");
        assert_eq!(seeded.tables, [("b".to_owned(), 2)]);
        assert_eq!(
            seeded.notes,
            ["`b` has 2 rows, not 100: `b_pkey` allows no more"]
        );
    });
}
