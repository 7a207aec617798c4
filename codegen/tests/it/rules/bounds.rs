//! Whether anything bounds the rows of a table, a group, a set or a write.

use super::{Case, FINE, FOUND, judge};

const TABLES: &[Case] = &[
    (":many", "SELECT id FROM shops", FOUND),
    (":many", "SELECT id FROM items WHERE shop_id = :shop", FOUND),
    (":many", "SELECT id FROM items WHERE id > :id", FOUND),
    (":many", "SELECT id FROM items WHERE id <> :id", FOUND),
    (
        ":many",
        "SELECT id FROM items WHERE id = :id OR note = :other",
        FOUND,
    ),
    (":many", "SELECT id FROM items WHERE NOT id = :id", FOUND),
    (":many", "SELECT id FROM items WHERE id = shop_id", FOUND),
    (":many", "SELECT id FROM items WHERE id + 1 = :id", FOUND),
    (":many", "SELECT id FROM item_notes WHERE id = :id", FOUND),
    (":many", "SELECT line FROM log WHERE line = :line", FOUND),
    // A unique key allows any number of nulls.
    (":many", "SELECT id FROM items WHERE code IS NULL", FOUND),
    (
        ":many",
        "SELECT id FROM items WHERE code IS NOT DISTINCT FROM :code",
        FOUND,
    ),
    (":many", "SELECT id FROM items LIMIT ALL", FOUND),
    (
        ":many",
        "SELECT id FROM items LIMIT sqlc.narg(most)::bigint",
        FOUND,
    ),
    // The index is partial.
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = :email",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = :email AND gone = :gone",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = :email AND gone",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE email = :email AND NOT gone",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note = :note AND NOT gone",
        FOUND,
    ),
    (
        ":many",
        "SELECT shop_id FROM days WHERE shop_id = :shop AND state = 'open'",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE code COLLATE \"POSIX\" = :code",
        FOUND,
    ),
    (":many", "SELECT id FROM items WHERE code = :code", FINE),
    (":many", "SELECT id FROM items WHERE id = :id", FINE),
    (":many", "SELECT id FROM items WHERE :id = id", FINE),
    (":many", "SELECT id FROM items WHERE id = :id + 1", FINE),
    (":many", "SELECT id FROM items WHERE id = 7::smallint", FINE),
    (":many", "SELECT id FROM items WHERE id = ANY (:ids)", FINE),
    (
        ":many",
        "SELECT id FROM items WHERE id IN (1, 2, :id)",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE (shop_id, number) IN ((1, 2), (3, :n))",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE id = :a OR id = :b AND note = 'x'",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE shop_id = :shop AND number = :number",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = :email AND gone = FALSE",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = lower(:email) AND NOT gone",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE lower(email) = :email AND gone IS FALSE",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE note = :note AND email = :email AND FALSE = gone",
        FINE,
    ),
    (
        ":many",
        "SELECT total FROM days WHERE shop_id = :shop AND day = :day",
        FINE,
    ),
    (":many", "SELECT id FROM items LIMIT 10", FINE),
    (":many", "SELECT id FROM items LIMIT :most", FINE),
    (
        ":many",
        "SELECT id FROM items FETCH FIRST :most ROWS ONLY",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items LIMIT coalesce(sqlc.narg(most), 50)",
        FINE,
    ),
    (":many", "VALUES (1), (2)", FINE),
    (":many", "SELECT 1 AS one", FINE),
    (
        ":many",
        "SELECT n FROM generate_series(1, :last::int) AS n",
        FINE,
    ),
    (":many", "SELECT relname::text FROM pg_class", FINE),
    (":opt", "SELECT id FROM items WHERE shop_id = :shop", FINE),
    (
        ":many",
        "-- @unbounded: a shop has a few dozen items\nSELECT id FROM items WHERE shop_id = :shop",
        FINE,
    ),
    (
        ":many",
        "-- @budget rows <= 1000000\nSELECT id FROM items WHERE shop_id = :shop",
        FINE,
    ),
    (
        ":many",
        "-- @allow unbounded: a shop has a few dozen items\nSELECT id FROM items WHERE shop_id = :shop",
        FINE,
    ),
];

const WHOLE: &[Case] = &[
    (
        ":many",
        "SELECT shop_id, count(*) AS n FROM items GROUP BY shop_id",
        FOUND,
    ),
    (":many", "SELECT DISTINCT note FROM items", FOUND),
    (
        ":many",
        "SELECT DISTINCT count(*) AS n FROM items GROUP BY shop_id",
        FOUND,
    ),
    (
        ":many",
        "SELECT state, shop_id FROM items GROUP BY ROLLUP (state, shop_id)",
        FOUND,
    ),
    (
        ":many",
        "SELECT unnest(array_agg(id)) AS id FROM items",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE id = :id UNION ALL SELECT id FROM shops",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM items EXCEPT SELECT id FROM shops WHERE id = :id",
        FOUND,
    ),
    (
        ":many",
        "WITH x AS (SELECT id FROM items) SELECT id FROM x",
        FOUND,
    ),
    (
        ":many",
        "WITH RECURSIVE x AS (SELECT id FROM shops WHERE id = :id UNION ALL SELECT i.id FROM items i JOIN x ON i.shop_id = x.id) SELECT id FROM x",
        FOUND,
    ),
    (
        ":many",
        "UPDATE items SET gone = TRUE WHERE shop_id = :shop RETURNING id",
        FOUND,
    ),
    (
        ":many",
        "DELETE FROM items WHERE shop_id = :shop RETURNING id",
        FOUND,
    ),
    (
        ":many",
        "INSERT INTO log SELECT note FROM items WHERE note <> '' RETURNING line",
        FOUND,
    ),
    (
        ":many",
        "WITH x AS (DELETE FROM items WHERE gone RETURNING id) SELECT id FROM x",
        FOUND,
    ),
    (":many", "SELECT count(*) AS n FROM items", FINE),
    (
        ":many",
        "SELECT max(number) AS n FROM items HAVING count(*) > 1",
        FINE,
    ),
    (
        ":many",
        "SELECT state, count(*) AS n FROM items GROUP BY state",
        FINE,
    ),
    (
        ":many",
        "SELECT state, urgent, gone, note IS NULL AS silent, count(*) AS n FROM items GROUP BY 1, 2, 3, 4",
        FINE,
    ),
    (
        ":many",
        "SELECT state, gone FROM items GROUP BY CUBE (state, gone)",
        FINE,
    ),
    (":many", "SELECT DISTINCT state, gone FROM items", FINE),
    (
        ":many",
        "SELECT DISTINCT ON (state) state, id FROM items ORDER BY state, seen",
        FINE,
    ),
    (
        ":many",
        "SELECT shop_id, state, count(*) AS n FROM items WHERE shop_id = :shop GROUP BY shop_id, state",
        FINE,
    ),
    (
        ":many",
        "SELECT s.slug, i.state, count(*) AS n FROM items i JOIN shops s ON s.id = i.shop_id WHERE s.id = :id GROUP BY s.id, i.state",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items WHERE id = :a UNION ALL SELECT id FROM shops WHERE id = :b",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM items INTERSECT SELECT id FROM shops WHERE id = :b",
        FINE,
    ),
    (
        ":many",
        "WITH x AS (SELECT id FROM items LIMIT 10) SELECT id FROM x",
        FINE,
    ),
    (
        ":many",
        "WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x WHERE n < :last) SELECT n FROM x",
        FINE,
    ),
    (
        ":many",
        "INSERT INTO log (line) VALUES ('a'), ('b') RETURNING line",
        FINE,
    ),
    (
        ":many",
        "INSERT INTO log (line) SELECT unnest(:lines::text[]) RETURNING line",
        FINE,
    ),
    (
        ":many",
        "UPDATE items SET gone = TRUE WHERE id = ANY (:ids) RETURNING id",
        FINE,
    ),
    (
        ":many",
        "UPDATE items SET gone = TRUE WHERE id IN (SELECT id FROM items WHERE NOT gone LIMIT 10 FOR UPDATE SKIP LOCKED) RETURNING id",
        FINE,
    ),
    (
        ":many",
        "DELETE FROM items USING tags t WHERE t.item_id = items.id AND items.id = :id RETURNING id",
        FINE,
    ),
    (
        ":many",
        "DELETE FROM log WHERE ctid = ANY (ARRAY(SELECT ctid FROM log LIMIT 10)) RETURNING line",
        FINE,
    ),
];

#[test]
fn a_table_is_bounded_by_its_unique_keys() {
    judge("unbounded", TABLES);
}

#[test]
fn groups_sets_and_writes_are_bounded_by_what_they_are_made_of() {
    judge("unbounded", WHOLE);
}
