//! Stars, offsets and writes without a condition.

use super::{Case, FINE, FOUND, judge};

pub(super) const STARS: &[Case] = &[
    (":many", "SELECT * FROM shops", FOUND),
    (":many", "SELECT s.* FROM shops s", FOUND),
    (":many", "SELECT s . * FROM shops s", FOUND),
    (":many", "SELECT public.shops.* FROM public.shops", FOUND),
    (":many", "SELECT (s).* FROM shops s", FOUND),
    (":many", "SELECT \"s\".*, 1 AS one FROM shops \"s\"", FOUND),
    (
        ":many",
        "SELECT i.number, s.* FROM items i JOIN shops s ON s.id = i.shop_id",
        FOUND,
    ),
    (
        ":many",
        "SELECT * FROM tags FULL JOIN (SELECT id AS item_id FROM items) i USING (item_id)",
        FOUND,
    ),
    (
        ":many",
        "SELECT s.*, count(i.id) AS n FROM shops s JOIN items i ON i.shop_id = s.id GROUP BY s.id",
        FOUND,
    ),
    (
        ":many",
        "SELECT * FROM shops GROUP BY id, city, slug",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops UNION SELECT * FROM (SELECT shop_id FROM items) x",
        FOUND,
    ),
    (
        ":many",
        "WITH x AS (SELECT id FROM shops) SELECT * FROM x",
        FOUND,
    ),
    (
        ":many",
        "UPDATE shops SET city = :city WHERE id = 1 RETURNING *",
        FOUND,
    ),
    (
        ":many",
        "INSERT INTO shops (id, slug) VALUES (1, :slug) RETURNING shops.*",
        FOUND,
    ),
    (":many", "SELECT id, city FROM shops", FINE),
    (":one", "SELECT count(*) AS n FROM shops", FINE),
    (":many", "SELECT count(*) OVER () AS n, id FROM shops", FINE),
    (
        ":many",
        "SELECT i.number * 2 AS n, i.number*i.id AS m, i.id FROM items i",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM shops WHERE EXISTS (SELECT * FROM items WHERE shop_id = shops.id)",
        FINE,
    ),
    (
        ":many",
        "WITH x AS (SELECT * FROM shops) SELECT id, city FROM x",
        FINE,
    ),
    (
        ":many",
        "SELECT x.id FROM (SELECT s.* FROM shops s) x",
        FINE,
    ),
    (
        ":many",
        "SELECT to_jsonb(s) AS shop, s.id FROM shops s",
        FINE,
    ),
    (":many", "SELECT id /* s.* */ FROM shops s -- *\n", FINE),
    (":many", "SELECT '*' AS star, id FROM shops", FINE),
    (":exec", "INSERT INTO log SELECT * FROM log", FINE),
    (":many", "VALUES (1, 'a'), (2, 'b')", FINE),
];

pub(super) const OFFSETS: &[Case] = &[
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET :skip",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET 20",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET :page * 10",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id OFFSET :skip ROWS FETCH FIRST 10 ROWS ONLY",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET coalesce(sqlc.narg(skip), 0)",
        FOUND,
    ),
    (
        ":many",
        "SELECT id FROM shops UNION SELECT id FROM items ORDER BY id LIMIT 10 OFFSET :skip",
        FOUND,
    ),
    (
        ":many",
        "SELECT i.id FROM items i JOIN (SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET :skip) s ON s.id = i.shop_id",
        FOUND,
    ),
    (
        ":many",
        "WITH page AS (SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET :skip) SELECT id FROM page",
        FOUND,
    ),
    (":many", "SELECT id FROM shops ORDER BY id LIMIT 10", FINE),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET 0",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET 0::bigint",
        FINE,
    ),
    (
        ":many",
        "SELECT id FROM shops ORDER BY id LIMIT 10 OFFSET NULL",
        FINE,
    ),
    // The second newest is no page, and what is kept aside is none either.
    (
        ":opt",
        "SELECT (SELECT id FROM shops ORDER BY id DESC LIMIT 1 OFFSET 1) AS second",
        FINE,
    ),
    (
        ":execrows",
        "DELETE FROM log WHERE ctid IN (SELECT ctid FROM log ORDER BY at DESC OFFSET :kept)",
        FINE,
    ),
];

const WRITES: &[Case] = &[
    (":exec", "UPDATE shops SET city = :city", FOUND),
    (":exec", "DELETE FROM shops", FOUND),
    (":exec", "DELETE FROM ONLY public.shops AS s", FOUND),
    (":exec", "UPDATE shops SET city = :city WHERE TRUE", FOUND),
    (
        ":exec",
        "DELETE FROM shops WHERE 1 = 1 AND 'a' = 'a'",
        FOUND,
    ),
    (
        ":exec",
        "UPDATE items i SET note = s.city FROM shops s",
        FOUND,
    ),
    (
        ":exec",
        "UPDATE items i SET note = s.city FROM shops s JOIN days d ON d.shop_id = s.id",
        FOUND,
    ),
    (
        ":exec",
        "UPDATE items i SET note = s.city FROM shops s WHERE s.id = :shop",
        FOUND,
    ),
    (
        ":exec",
        "DELETE FROM items USING shops s WHERE EXISTS (SELECT FROM tags WHERE tag = s.slug)",
        FOUND,
    ),
    (
        ":exec",
        "DELETE FROM items USING shops s WHERE s.id = :shop",
        FOUND,
    ),
    (
        ":exec",
        "WITH gone AS (DELETE FROM log RETURNING line) INSERT INTO log (line) SELECT line FROM gone",
        FOUND,
    ),
    (
        ":many",
        "WITH \"update\" AS (SELECT 1 AS one), x AS (UPDATE shops SET city = 'x' RETURNING id) SELECT id FROM x",
        FOUND,
    ),
    (
        ":exec",
        "DELETE FROM items USING shops s WHERE s.id = items.shop_id",
        FINE,
    ),
    (
        ":exec",
        "UPDATE items i SET note = s.city FROM shops s WHERE s.id = i.shop_id",
        FINE,
    ),
    (
        ":exec",
        "UPDATE shops SET city = :city WHERE id = :id",
        FINE,
    ),
    (
        ":exec",
        "UPDATE shops SET city = :city WHERE NOT EXISTS (SELECT FROM items WHERE shop_id = shops.id)",
        FINE,
    ),
    (
        ":exec",
        "DELETE FROM items USING shops s WHERE EXISTS (SELECT FROM tags WHERE item_id = items.id AND tag = s.slug)",
        FINE,
    ),
    // All or nothing, and said so.
    (":exec", "DELETE FROM log WHERE :confirmed", FINE),
    (":exec", "DELETE FROM log WHERE FALSE", FINE),
    (":exec", "INSERT INTO log (line) VALUES ('x')", FINE),
    (
        ":exec",
        "INSERT INTO shops (id, slug) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET slug = excluded.slug",
        FINE,
    ),
    (":many", "SELECT id FROM shops FOR UPDATE", FINE),
    (
        ":exec",
        "-- @allow update-without-where: the log begins anew each night\nDELETE FROM log",
        FINE,
    ),
];

#[test]
fn stars_of_the_result_are_found() {
    judge("select-star", STARS);
}

#[test]
fn offsets_that_skip_rows_are_found() {
    judge("offset-pagination", OFFSETS);
}

#[test]
fn writes_of_whole_tables_are_found() {
    judge("update-without-where", WRITES);
}
