//! Comparisons with null, and NOT IN.

use super::{Case, FINE, FOUND, judge};

const COMPARED: &[Case] = &[
    (":many", "SELECT id FROM items WHERE note = NULL", FOUND),
    (":many", "SELECT id FROM items WHERE NULL = note", FOUND),
    (":many", "SELECT id FROM items WHERE note <> NULL", FOUND),
    (
        ":many",
        "SELECT id FROM items WHERE note != NULL::text",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE code = NULL::text::varchar",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE id = CAST(NULL::text AS bigint)",
        FOUND,
    ),
    (":many", "SELECT id FROM items WHERE number < NULL", FOUND),
    (
        ":many",
        "SELECT id FROM items WHERE number BETWEEN 1 AND NULL",
        FOUND,
    ),
    (":many", "SELECT id FROM items WHERE note LIKE NULL", FOUND),
    (":many", "SELECT id FROM items WHERE note IN (NULL)", FOUND),
    (
        ":many",
        "SELECT id FROM items WHERE note IN ('a', NULL)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note = ANY (ARRAY['a', NULL])",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note = ANY (NULL)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE (id, note) = (1, NULL)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id, CASE note WHEN NULL THEN 1 ELSE 2 END AS n FROM items",
        FOUND,
    ),
    (":many", "SELECT id, note = NULL AS same FROM items", FOUND),
    (
        ":many",
        "SELECT count(*) AS n FROM items GROUP BY note = NULL",
        FOUND,
    ),
    (
        ":many",
        "SELECT i.id FROM items i JOIN shops s ON s.id = i.shop_id AND s.city = NULL",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE EXISTS (SELECT FROM shops WHERE city = NULL)",
        FOUND,
    ),
    (
        ":exec",
        "UPDATE items SET note = 'x' WHERE note = NULL",
        FOUND,
    ),
    (":many", "SELECT id FROM items WHERE note IS NULL", FINE),
    (
        ":many",
        "SELECT id FROM items WHERE note IS DISTINCT FROM NULL",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note IS NOT DISTINCT FROM NULL",
        FINE,
    ),
    (":many", "SELECT id FROM items WHERE note = 'NULL'", FINE),
    (":many", "SELECT id FROM items WHERE note = :note", FINE),
    (
        ":many",
        "SELECT id, coalesce(note, NULL) AS note FROM items",
        FINE,
    ),
    (
        ":many",
        "SELECT id, nullif(note, NULL) AS note FROM items",
        FINE,
    ),
    (
        ":many",
        "SELECT id, CASE WHEN note IS NULL THEN NULL ELSE 1 END AS n FROM items",
        FINE,
    ),
    (":many", "SELECT id, number + NULL AS n FROM items", FINE),
    (":exec", "UPDATE items SET note = NULL WHERE id = :id", FINE),
    (
        ":exec",
        "INSERT INTO shops (id, city, slug) VALUES (1, NULL, 'a')",
        FINE,
    ),
    // The other rule's.
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN ('a', NULL)",
        FINE,
    ),
];

const NOT_IN: &[Case] = &[
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE NOT note IN (SELECT city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE NOT (note = ANY (SELECT city FROM shops))",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note <> ALL (SELECT city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE (id, note) NOT IN (SELECT id, city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT lower(city) FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT slug FROM shops UNION SELECT city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT max(slug) FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT s.slug FROM days d LEFT JOIN shops s ON s.id = d.shop_id)",
        FOUND,
    ),
    (
        ":many",
        "WITH c AS (SELECT city FROM shops) SELECT id FROM items WHERE note NOT IN (SELECT city FROM c)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT note FROM item_notes)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN ('a', NULL)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE NOT note IN ('a', NULL)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN ('a', sqlc.narg(other))",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (sqlc.narg(other))",
        FOUND,
    ),
    (
        ":many",
        "-- @param others null\nSELECT id FROM items WHERE note <> ALL (:others)",
        FOUND,
    ),
    (
        ":exec",
        "DELETE FROM items WHERE note NOT IN (SELECT city FROM shops)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id, note NOT IN (SELECT city FROM shops) AS elsewhere FROM items",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT slug FROM shops)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT city FROM shops WHERE city IS NOT NULL)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT city FROM shops WHERE city > 'a')",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN (SELECT coalesce(city, '') FROM shops)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE id NOT IN (SELECT count(*) FROM shops)",
        FINE,
    ),
    (
        ":many",
        "WITH c AS (SELECT city FROM shops WHERE city <> '') SELECT id FROM items WHERE note NOT IN (SELECT city FROM c)",
        FINE,
    ),
    // Of the query around it a condition is known, too.
    (
        ":many",
        "SELECT i.id FROM items i WHERE i.note IS NOT NULL AND i.code NOT IN (SELECT i.note FROM shops)",
        FINE,
    ),
    (
        ":many",
        "SELECT i.id FROM items i WHERE i.note <> '' AND EXISTS (SELECT FROM shops s WHERE s.slug NOT IN (SELECT i.note FROM tags))",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note IN (SELECT city FROM shops)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE NOT EXISTS (SELECT FROM shops WHERE city = note)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN ('a', 'b')",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note NOT IN ('a', :other)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note <> ALL (:others)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE :other::text IS NULL OR note NOT IN ('a', :other)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE :other::text IS NOT NULL AND note NOT IN (:other)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note <> sqlc.narg(other)",
        FINE,
    ),
];

#[test]
fn comparisons_with_null_are_found() {
    judge("compare-null", COMPARED);
}

#[test]
fn nulls_on_the_right_of_not_in_are_found() {
    judge("not-in-nullable", NOT_IN);
}
