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
