//! The same query at different sizes: the plan is that of the size that is declared.

use planwright_codegen::plan::{Bitmap, Method};

use crate::project::{TempProject, only_rules};

const SCHEMA: &str = "
CREATE TABLE shops (id bigint PRIMARY KEY, city text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL REFERENCES shops,
    note text NOT NULL
);
CREATE INDEX idx_orders_shop ON orders (shop_id);";

const QUERY: &str = "-- name: orders_of_shop :many
SELECT id, note FROM orders WHERE shop_id = :shop_id;";

/// How `orders` is reached when the configuration says this.
fn method(config: &str, major: u32) -> Method {
    let [method] = methods(SCHEMA, config, major)
        .try_into()
        .expect("one table is read");
    method
}

/// How the tables of a schema are reached when the configuration says this.
fn methods(schema: &str, config: &str, major: u32) -> Vec<Method> {
    let project = TempProject::of(schema, QUERY);
    project.write("planwright.toml", format!("{config}{}", only_rules(&[])));
    let checked = project.check(major).expect("a catalog");
    let query = checked.catalog.queries().next().expect("the query");
    let paths = query.plan.paths.iter();
    paths.map(|path| path.method.clone()).collect()
}

fn index_of(method: &Method) -> Option<&str> {
    match method {
        Method::Index { scan, .. } | Method::Bitmap(Bitmap::Scan(scan)) => Some(&scan.index),
        _ => None,
    }
}

#[test]
fn the_plan_follows_the_declared_size() {
    for major in [15, 18] {
        let small = method("[tables]\norders = 40\nshops = 10", major);
        assert_eq!(small, Method::SeqScan, "forty rows are read whole");
        let large = method("[tables]\norders = \"5M\"\nshops = \"1M\"", major);
        assert_eq!(index_of(&large), Some("idx_orders_shop"), "{large:?}");
        // Every second row is of the shop: an index would read more than the table.
        let few = method("[tables]\norders = \"5M\"\nshops = 2", major);
        assert_eq!(few, Method::SeqScan);
        let declared = "[tables]\norders = { rows = \"5M\", distinct = { shop_id = 2 } }";
        assert_eq!(method(declared, major), Method::SeqScan);
    }
}

#[test]
fn a_size_beyond_one_file_is_planned() {
    // Forty million rows take more than the gibibyte of one segment.
    let huge = method("[tables]\norders = \"40M\"\nshops = \"8M\"", 15);
    assert_eq!(index_of(&huge), Some("idx_orders_shop"), "{huge:?}");
}

#[test]
fn what_is_not_declared_is_assumed_and_said() {
    let project = TempProject::of(SCHEMA, QUERY);
    project.write("planwright.toml", "[tables]\nshops = 10");
    let checked = project.check(15).expect("a catalog");
    assert_eq!(checked.catalog.assumed, ["orders"]);
}

#[test]
fn what_a_migration_analysed_is_forgotten() {
    let seeded = format!(
        "{SCHEMA}
CREATE INDEX idx_orders_note ON orders (lower(note));
CREATE STATISTICS orders_both (ndistinct) ON shop_id, note FROM orders;
INSERT INTO shops SELECT n, 'here' FROM generate_series(1, 2) n;
INSERT INTO orders SELECT n, 1 + n % 2, 'note' FROM generate_series(1, 50) n;
ANALYZE;"
    );
    for major in [15, 18] {
        let large = methods(&seeded, "[tables]\norders = \"5M\"\nshops = \"1M\"", major);
        assert_eq!(index_of(&large[0]), Some("idx_orders_shop"), "{large:?}");
    }
}

const PARTITIONED: &str = "
CREATE TABLE orders (
    id bigint NOT NULL,
    shop_id bigint NOT NULL,
    note text NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX idx_orders_shop ON orders (shop_id);
CREATE TABLE orders_old PARTITION OF orders FOR VALUES FROM (0) TO (1000);
CREATE TABLE orders_new PARTITION OF orders FOR VALUES FROM (1000) TO (2000);";

#[test]
fn partitions_follow_the_size_of_their_table() {
    for major in [15, 18] {
        let reached = |config: &str| methods(PARTITIONED, config, major);
        let small = reached("[tables]\norders = 40");
        assert_eq!(small, [Method::SeqScan], "both partitions alike");
        let size = "[tables]\norders = { rows = \"5M\", distinct = { shop_id = 500000 } }";
        let large = reached(size);
        assert_eq!(large.len(), 1, "{large:?}");
        assert_eq!(index_of(&large[0]), Some("idx_orders_shop"));
        let few = reached("[tables]\norders = { rows = \"5M\", distinct = { shop_id = 2 } }");
        assert_eq!(few, [Method::SeqScan]);
        // A partition's own size goes before its share.
        let own = reached(&format!("{size}\norders_old = 40"));
        assert_eq!(own[0], Method::SeqScan, "{own:?}");
        assert!(index_of(&own[1]).is_some(), "{own:?}");
    }
}
