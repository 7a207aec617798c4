//! The same query at different sizes: the plan is that of the size that is declared.

use planwright_codegen::plan::Method;

use crate::project::TempProject;

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
    let project = TempProject::of(SCHEMA, QUERY);
    project.write("planwright.toml", config);
    let checked = project.check(major).expect("a catalog");
    let query = checked.catalog.queries().next().expect("the query");
    let [path] = query.plan.paths.as_slice() else {
        panic!("one table is read: {:?}", query.plan)
    };
    path.method.clone()
}

fn index_of(method: &Method) -> Option<&str> {
    match method {
        Method::Index { name, .. } => Some(name),
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
