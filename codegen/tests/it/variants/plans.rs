//! What variants are for: each has a plan of its own.

use planwright_codegen::plan::Plan;

use crate::project::TempProject;

const SCHEMA: &str = "
CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL, kind int NOT NULL);
CREATE INDEX things_name ON things (name);
CREATE INDEX things_kind ON things (kind);
";

const QUERIES: &str = "
-- name: by_parts :many
SELECT id FROM things WHERE true /*[ name */ AND name = :name /*] */ /*[ kind */ AND kind = :kind /*] */;

-- name: by_tests :many
SELECT id FROM things WHERE (:name::text IS NULL OR name = :name) AND (:kind::int IS NULL OR kind = :kind);
";

const CONFIG: &str = "
[tables]
things = { rows = '1M', distinct = { name = 900000, kind = 5000 } }
";

fn each_variant_uses_its_index(major: u32) {
    let project = TempProject::of(SCHEMA, QUERIES).judged_by(&[], CONFIG);
    let checked = project.check(major).expect("a catalog");
    let queries = &checked.catalog.modules[0].queries;
    let uses = |plan: &Plan, index: &str| plan.paths.iter().any(|path| path.uses(index));
    let plans: Vec<&Plan> = queries[0].variants.iter().map(|v| &v.plan).collect();
    let [_, name, kind, both] = plans.as_slice() else {
        panic!("four variants: {}", plans.len());
    };
    assert!(uses(name, "things_name"), "{name:?}");
    assert!(uses(kind, "things_kind"), "{kind:?}");
    assert!(uses(both, "things_name"), "{both:?}");
    // What people write without parts.
    let tests = &queries[1].plan;
    assert!(
        !uses(tests, "things_name") && !uses(tests, "things_kind"),
        "{tests:?}"
    );
}

#[test]
fn each_variant_uses_its_index_on_15() {
    each_variant_uses_its_index(15);
}

#[test]
fn each_variant_uses_its_index_on_18() {
    each_variant_uses_its_index(18);
}

/// The sub-select of pages is pulled up, and the comparison of rows searches the index.
fn a_page_is_searched_for_in_the_index(major: u32) {
    let schema = include_str!("../../cases/pages/schema.sql");
    let queries = include_str!("../../cases/pages/queries.sql");
    let config = "[tables]\ncustomers = '2M'\nrestaurants = '1000'\n";
    let project = TempProject::of(schema, queries).judged_by(&["index-not-used"], config);
    let checked = project.check(major).expect("a catalog");
    let page = &checked.catalog.modules[0].queries[0];
    assert_eq!(page.variants.len(), 4);
    for variant in &page.variants {
        let [path] = variant.plan.paths.as_slice() else {
            panic!("{}: {:?}", variant.full_name, variant.plan);
        };
        let condition = if variant.given.contains(&"after".to_owned()) {
            "restaurant_id = :restaurant_id AND ROW(created_at, id) < ROW(:after.created_at, :after.id)"
        } else {
            "restaurant_id = :restaurant_id"
        };
        let way = format!("customers: index idx_customers_page ({condition})");
        assert_eq!(path.way(), way, "{}", variant.full_name);
        assert!(variant.plan.sorts.is_empty(), "{}", variant.full_name);
    }
}

#[test]
fn a_page_is_searched_for_in_the_index_on_15() {
    a_page_is_searched_for_in_the_index(15);
}

#[test]
fn a_page_is_searched_for_in_the_index_on_18() {
    a_page_is_searched_for_in_the_index(18);
}
