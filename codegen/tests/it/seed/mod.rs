//! Generated rows, on databases that ask a lot of them.

mod refusals;
mod world;

use std::collections::BTreeMap;

use planwright_codegen::seed::{Existing, Request};
use world::{World, block_on_one, on_each, request};

const SCHEMA: &str = include_str!("schema.sql");
const CONFIG: &str = r#"
[tables]
currencies = 3
"shop.tenants" = 12
departments = 60
employees = { rows = 2000, null_fraction = { rating = 0.8 } }
products = 300
customers = { rows = 4000, distinct = { language = 7 }, null_fraction = { note = 0.5 } }
orders = 5000
addresses = 3000
favourites = 5000
passports = 1500
bookings = 500
events = 1000
hits = 1000
everything = 200
defaults_only = 10
nodes = 50
"#;

/// The server checks every constraint when the rows are written; this is about the rest.
#[test]
fn rows_are_as_many_and_spread_as_declared() {
    on_each(SCHEMA, CONFIG, async |world: &World| {
        let seeded = world.seed(&[]).await.expect("rows");
        for (table, rows) in &seeded.tables {
            let count = world.number(&format!("SELECT count(*) FROM {table}")).await;
            assert_eq!(count.unsigned_abs(), *rows, "{table}");
        }
        let all: u64 = seeded.tables.iter().map(|(_, rows)| rows).sum();
        assert_eq!((seeded.tables.len(), all), (16, 23_635));
        for (what, least, most) in [
            ("SELECT count(DISTINCT language) FROM customers", 7, 7),
            (
                "SELECT count(*) FROM customers WHERE note IS NULL",
                1_900,
                2_100,
            ),
            (
                "SELECT count(*) FROM employees WHERE rating IS NULL",
                1_540,
                1_660,
            ),
            ("SELECT count(DISTINCT rating) FROM employees", 5, 5),
            ("SELECT count(DISTINCT kind) FROM products", 3, 3),
            // Of about 33 employees a department, none has none, and none has most.
            (
                "SELECT min(n) FROM (SELECT count(*) n FROM employees GROUP BY department_id) c",
                10,
                33,
            ),
            (
                "SELECT max(n) FROM (SELECT count(*) n FROM employees GROUP BY department_id) c",
                34,
                70,
            ),
            (
                "SELECT count(DISTINCT department_id) FROM employees",
                60,
                60,
            ),
            // What is filled in later is there, and is a tree.
            (
                "SELECT count(*) FROM departments WHERE head_id IS NOT NULL",
                60,
                60,
            ),
            (
                "SELECT count(*) FROM employees WHERE manager_id IS NULL",
                1,
                1,
            ),
            (
                "WITH RECURSIVE below AS (SELECT id FROM employees WHERE manager_id IS NULL
                 UNION SELECT e.id FROM employees e JOIN below b ON b.id = e.manager_id)
                 SELECT count(*) FROM below",
                2_000,
                2_000,
            ),
            ("SELECT count(*) FROM nodes WHERE part = i", 1, 1),
            // Conditions on several columns leave more than one way.
            ("SELECT count(DISTINCT state) FROM orders", 3, 3),
            (
                "SELECT count(*) FROM orders WHERE paid_by_card IS NOT NULL",
                500,
                3_000,
            ),
            ("SELECT count(*) FROM events_2023", 500, 500),
            ("SELECT count(*) FROM hits_1", 400, 600),
            (
                "SELECT reltuples FROM pg_class WHERE relname = 'customers'",
                4_000,
                4_000,
            ),
        ] {
            let number = world.number(what).await;
            assert!((least..=most).contains(&number), "{what}: {number}");
        }
        // Sequences go on behind what was written.
        let rows = "INSERT INTO departments (tenant_id, title) SELECT id, 'new' FROM shop.tenants;
            INSERT INTO employees (department_id, mail, badge, salary, profile)
            VALUES (1, 'new@example.com', 'new', 2000, '{}')";
        world
            .client
            .batch_execute(rows)
            .await
            .expect("rows of one's own");
    });
}

#[test]
fn the_same_seed_gives_the_same_rows_on_every_version() {
    block_on_one(async {
        let mut digests: Vec<BTreeMap<String, String>> = Vec::new();
        for (major, seed) in [(15, 1), (18, 1), (15, 2)] {
            let world = World::new(major, SCHEMA, CONFIG).await;
            let request = Request {
                seed,
                ..request(&[])
            };
            let seeded = world.seed_as(&request).await.expect("rows");
            digests.push(world.digests(&seeded).await);
        }
        assert_eq!(digests[0], digests[1]);
        for table in ["customers", "orders", "employees", "everything"] {
            assert_ne!(digests[0][table], digests[2][table], "{table}");
        }
    });
}

const SNAPSHOT: &str = r#"
format = 1
[server]
major = 15
collation = "C"
[tables.posts]
rows = 200000
pages = 100
[tables.posts.columns]
id = { width = 4, distinct = -1 }
author_id = { width = 4, distinct = 400, most_common = 0.25 }
state = { width = 4, distinct = 3, null_fraction = 0.1, labels = { live = 0.6, draft = 0.25, gone = 0.05 } }
title = { width = 40, distinct = 50000 }
[tables.posts.columns.topic]
width = 8
distinct = 12
values = [["rust", 0.5], ["postgres", 0.2]]
[tables.authors]
rows = 1000
pages = 10
"#;

#[test]
fn a_snapshot_says_how_often_which_value_is_there() {
    const SCHEMA: &str = "
        CREATE TYPE state AS ENUM ('draft', 'gone', 'live');
        CREATE TABLE authors (id int PRIMARY KEY);
        CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL REFERENCES authors,
            state state, topic text NOT NULL, title text NOT NULL);";
    on_each(SCHEMA, "", async |world: &World| {
        world.project.write("statistics/snapshot.toml", SNAPSHOT);
        let tenth = Request {
            scale: 0.1,
            ..request(&[])
        };
        let seeded = world.seed_as(&tenth).await.expect("rows");
        let tables = [("authors", 100), ("posts", 20_000)];
        let tables = tables.map(|(table, rows)| (table.to_owned(), rows));
        assert_eq!(seeded.tables, tables);
        for (what, least, most) in [
            ("state = 'live'", 11_600, 12_400),
            ("state = 'draft'", 4_700, 5_300),
            ("state = 'gone'", 850, 1_150),
            ("state IS NULL", 1_800, 2_200),
            ("topic = 'rust'", 9_600, 10_400),
            ("topic = 'postgres'", 3_700, 4_300),
        ] {
            let count = world
                .number(&format!("SELECT count(*) FROM posts WHERE {what}"))
                .await;
            assert!((least..=most).contains(&count), "{what}: {count}");
        }
        let distinct = "SELECT count(DISTINCT topic) FROM posts";
        assert_eq!(world.number(distinct).await, 12);
        // Of 50,000 titles that are there four times, about 17,000 are in a tenth of the rows.
        let titles = world
            .number("SELECT count(DISTINCT title) FROM posts")
            .await;
        assert!((16_500..18_500).contains(&titles), "{titles}");
        let most = "SELECT max(n) FROM (SELECT count(*) n FROM posts GROUP BY author_id) c";
        let most = world.number(most).await;
        assert!((4_600..5_400).contains(&most), "{most}");
        let width = world.number("SELECT avg(length(title)) FROM posts").await;
        assert!((30..45).contains(&width), "{width}");
    });
}

#[test]
fn rows_that_are_there_stay_or_go_as_asked() {
    on_each(SCHEMA, CONFIG, async |world: &World| {
        let seeded = world.seed(&[]).await.expect("rows");
        let before = world.digests(&seeded).await;
        let error = world
            .seed(&[])
            .await
            .expect_err("rows are there")
            .to_string();
        assert!(
            error.contains("addresses") && error.contains("--append"),
            "{error}"
        );
        assert_eq!(world.digests(&seeded).await, before);

        let append = Request {
            existing: Existing::Append,
            ..request(&[("currencies", 0), ("departments", 40), ("passports", 0)])
        };
        world.seed_as(&append).await.expect("more rows");
        for (what, count) in [
            ("SELECT count(*) FROM departments", 100),
            ("SELECT count(*) FROM employees", 4_000),
            ("SELECT count(*) FROM employees WHERE manager_id IS NULL", 1),
            ("SELECT count(*) FROM passports", 1_500),
            ("SELECT count(*) FROM currencies", 3),
        ] {
            let number = world.number(what).await;
            assert!((count..=count + 1).contains(&number), "{what}: {number}");
        }

        let truncate = |name: &str| Request {
            existing: Existing::Truncate(name.to_owned()),
            ..request(&[])
        };
        let error = world
            .seed_as(&truncate("prod"))
            .await
            .expect_err("another name");
        assert!(
            error.to_string().contains("names another database"),
            "{error}"
        );
        assert_eq!(world.number("SELECT count(*) FROM employees").await, 4_000);
        world.seed_as(&truncate("shop")).await.expect("rows anew");
        assert_eq!(world.digests(&seeded).await, before);
    });
}
