//! Whether anything bounds the rows of a query of several tables or queries.

use super::{Case, FINE, FOUND, SCHEMA, judge};
use crate::project::TempProject;

const JOINS: &[Case] = &[
    (
        ":many",
        "SELECT i.id FROM shops s JOIN items i ON i.shop_id = s.id WHERE s.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s LEFT JOIN items i ON i.shop_id = s.id AND i.id = s.id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s LEFT JOIN items i ON s.id = :id AND i.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s LEFT JOIN items i ON s.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM (SELECT id FROM shops WHERE id = :id) s FULL JOIN items i ON i.id = s.id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s CROSS JOIN log WHERE s.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE EXISTS (SELECT FROM items i WHERE i.id = :id)",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE s.id IN (SELECT shop_id FROM items)",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE s.id IN (SELECT i.shop_id FROM items i WHERE i.id = s.id)",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id, i.id AS item FROM shops s, LATERAL (SELECT id FROM items WHERE shop_id = s.id LIMIT 3) i",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s, LATERAL (SELECT s.id AS same LIMIT 1) l WHERE s.id = l.same",
        FOUND,
    ),
    (
        ":many",
        "SELECT i.id, s.city FROM items i JOIN shops s ON s.id = i.shop_id WHERE i.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id, s.city FROM items i LEFT JOIN shops s ON s.id = i.shop_id WHERE i.id = ANY (:ids)",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id, s.city FROM shops s RIGHT JOIN items i ON s.id = i.shop_id WHERE i.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id FROM shops s LEFT JOIN items i ON i.shop_id = s.id AND i.number = 1 WHERE s.slug = :slug",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s FULL JOIN items i ON i.id = s.id WHERE s.id = :id AND i.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT item_id FROM tags JOIN (SELECT id AS item_id FROM items) i USING (item_id) WHERE item_id = :id AND tag = 'x'",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id FROM items i, shops s WHERE s.id = i.shop_id AND s.slug = :slug AND i.number = :number",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id FROM items i LEFT JOIN shops s ON s.id = i.shop_id WHERE s.slug = :slug AND i.number = 1",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE s.id IN (SELECT shop_id FROM items WHERE id = ANY (:ids))",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE s.id = (SELECT shop_id FROM items WHERE code = 'a')",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s WHERE s.id = ANY (ARRAY(SELECT shop_id FROM items LIMIT 9))",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s JOIN unnest(:ids::bigint[]) AS u(id) ON u.id = s.id",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id FROM shops s JOIN (VALUES (1), (2)) AS v(id) ON v.id = s.id",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id, i.id AS item FROM shops s, LATERAL (SELECT id FROM items WHERE shop_id = s.id LIMIT 3) i WHERE s.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT s.id, n.items FROM shops s JOIN (SELECT shop_id, count(*) AS items FROM items GROUP BY shop_id) n ON n.shop_id = s.id WHERE s.id = :id",
        FINE,
    ),
    (
        ":many",
        "WITH n AS (SELECT DISTINCT shop_id FROM items) SELECT n.shop_id FROM n WHERE n.shop_id = :id",
        FINE,
    ),
];

/// What is compared outside of a query bounds it where its columns are taken unchanged.
const NESTED: &[Case] = &[
    (
        ":many",
        "SELECT x.id FROM (SELECT id + 1 AS id FROM items) x WHERE x.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT x.shop_id FROM (SELECT shop_id, number FROM items) x WHERE x.shop_id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT x.n FROM (SELECT shop_id, count(*) AS n FROM items GROUP BY shop_id) x WHERE x.n = 3",
        FOUND,
    ),
    (
        ":many",
        "SELECT x.id FROM (SELECT id FROM items UNION ALL SELECT shop_id FROM items) x WHERE x.id = :id",
        FOUND,
    ),
    (
        ":many",
        "SELECT x.note FROM (SELECT id, note FROM items) x WHERE x.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT x.a FROM (SELECT y.a, y.b FROM (SELECT id AS a, note AS b FROM items) y) x WHERE x.a = :id",
        FINE,
    ),
    (
        ":many",
        "WITH x AS (SELECT id, note FROM items) SELECT x.note FROM x WHERE x.id = ANY (:ids)",
        FINE,
    ),
    (
        ":many",
        "SELECT x.id FROM (SELECT id FROM items UNION ALL SELECT id FROM shops) x WHERE x.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT x.note FROM (SELECT id, note, row_number() OVER (PARTITION BY shop_id) AS n FROM items) x WHERE x.id = :id",
        FINE,
    ),
    (
        ":many",
        "SELECT x.state, x.n FROM (SELECT shop_id, state, count(*) AS n FROM items GROUP BY 1, 2) x WHERE x.shop_id = :id",
        FINE,
    ),
];

#[test]
fn a_join_is_bounded_by_the_keys_of_all_its_tables() {
    judge("unbounded", JOINS);
}

#[test]
fn a_nested_query_is_bounded_by_what_its_columns_are_compared_with() {
    judge("unbounded", NESTED);
}

/// Each query uses the one before it twice: judged each time, they would never end.
#[test]
fn queries_that_are_used_twice_are_judged_once() {
    let mut ctes = "WITH c0 AS (SELECT id, shop_id FROM items)".to_owned();
    for n in 1..40 {
        let last = n - 1;
        let next =
            format!(", c{n} AS (SELECT a.id, b.shop_id FROM c{last} a JOIN c{last} b USING (id))");
        ctes.push_str(&next);
    }
    let text = format!("-- name: q :many\n{ctes} SELECT shop_id FROM c39 WHERE id = :id;\n");
    let project = TempProject::of(SCHEMA, &text).judged_by(&["unbounded"], "");
    let checked = project.check(15).expect("a catalog");
    assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
}
