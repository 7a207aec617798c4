//! Which columns and parameters can be null: the same answers on every server.

use std::fmt::Write as _;

use planwright_codegen::Checked;
use planwright_codegen::catalog::Query;

use crate::project::TempProject;

pub(crate) const SCHEMA: &str = "
CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN loose AS text;
CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL, y int, d date NOT NULL, ts timestamptz NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a_id int, t text NOT NULL, u text);
CREATE TABLE c (id int PRIMARY KEY, b_id int NOT NULL, v bool NOT NULL, w bool);
CREATE TABLE j (id int PRIMARY KEY, doc jsonb NOT NULL, arr int[] NOT NULL, maybe jsonb, tags text[]);
CREATE TABLE p (id int PRIMARY KEY, q positive, l loose, lm loose NOT NULL);
CREATE VIEW va AS SELECT id, x, y FROM a;
CREATE VIEW vf AS SELECT id, y, coalesce(y, x) AS z, (SELECT max(t) FROM b) AS t FROM a WHERE y IS NOT NULL;
CREATE VIEW vl AS SELECT a.id, p.q, va.x FROM a LEFT JOIN p ON p.id = a.id LEFT JOIN va ON va.id = a.y;
CREATE MATERIALIZED VIEW vm AS SELECT id, q FROM vl;
CREATE TABLE h (n int NOT NULL, o int NOT NULL);
CREATE TABLE h1 () INHERITS (h);
DO $$ BEGIN
    IF current_setting('server_version_num')::int < 180000 THEN ALTER TABLE h1 ALTER o DROP NOT NULL; END IF;
END $$;
CREATE TABLE pt (n int NOT NULL) PARTITION BY LIST (n);
CREATE TABLE pt1 PARTITION OF pt DEFAULT;
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE ft (n int NOT NULL) SERVER files OPTIONS (filename '/dev/null', format 'csv');
CREATE FUNCTION own(int) RETURNS int STRICT IMMUTABLE LANGUAGE sql AS 'SELECT NULLIF($1, 1)';
";

/// One query, and for each column `!` when it can never be null, `?` when it can.
type Case = (&'static str, &'static str);

const TABLES: &[Case] = &[
    ("SELECT id, x, y FROM a", "!!?"),
    ("SELECT a.* FROM a", "!!?!!"),
    ("SELECT ctid::text, tableoid FROM a", "!!"),
    // A view is the query behind it, read or written.
    ("SELECT id, x, y FROM va", "!!?"),
    ("SELECT id, y, z, t FROM vf", "!!!?"),
    (
        "SELECT a.id, vf.y FROM a LEFT JOIN vf ON vf.id = a.id",
        "!?",
    ),
    ("SELECT n FROM h", "!"),
    ("SELECT o FROM ONLY h", "!"),
    ("SELECT n FROM pt", "!"),
    // Nobody checks what a foreign table gives.
    ("SELECT n FROM ft", "?"),
    // A domain that forbids null is not checked where an outer join finds no row.
    ("SELECT id, q, x FROM vl", "!??"),
    ("SELECT id, q FROM vl WHERE q > 1", "!!"),
    // What a materialised view holds may be older than a constraint.
    ("SELECT id, q FROM vm", "??"),
    ("SELECT id, q, l, lm FROM p", "!!?!"),
    ("SELECT NULL::positive AS n, 1::positive AS o", "!!"),
    ("SELECT p.q FROM a LEFT JOIN p ON p.id = a.id", "?"),
    ("SELECT y::loose AS l, x::text::loose AS m FROM a", "?!"),
];

const JOINS: &[Case] = &[
    (
        "SELECT a.id, b.t, b.u FROM a JOIN b ON b.a_id = a.id",
        "!!?",
    ),
    ("SELECT a.id, b.a_id FROM a JOIN b ON b.a_id = a.id", "!!"),
    (
        "SELECT a.id, b.t, b.u FROM a LEFT JOIN b ON b.a_id = a.id",
        "!??",
    ),
    (
        "SELECT a.id, b.t, b.u FROM a RIGHT JOIN b ON b.a_id = a.id",
        "?!?",
    ),
    ("SELECT a.id, b.t FROM a FULL JOIN b ON b.a_id = a.id", "??"),
    ("SELECT a.id, b.t FROM a CROSS JOIN b", "!!"),
    ("SELECT a.id, b.t FROM a, b WHERE b.a_id = a.id", "!!"),
    // Nested.
    (
        "SELECT a.id, b.id AS i, c.id AS k FROM a LEFT JOIN b ON b.a_id = a.id LEFT JOIN c ON c.b_id = b.id",
        "!??",
    ),
    (
        "SELECT a.id, b.id AS i, c.id AS k FROM a LEFT JOIN (b JOIN c ON c.b_id = b.id) ON b.a_id = a.id",
        "!??",
    ),
    (
        "SELECT a.id, b.id AS i, c.id AS k FROM a LEFT JOIN b ON b.a_id = a.id RIGHT JOIN c ON c.b_id = b.id",
        "??!",
    ),
    (
        "SELECT a.id, b.id AS i, c.id AS k FROM a JOIN b ON b.a_id = a.id FULL JOIN c ON c.b_id = b.id",
        "???",
    ),
    // An inner join above needs the row: the outer join is an inner one.
    (
        "SELECT a.id, b.id AS i, c.id AS k FROM a LEFT JOIN b ON b.a_id = a.id JOIN c ON c.b_id = b.id",
        "!!!",
    ),
    (
        "SELECT a.id, b.id AS i, b.u FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.id > 1",
        "!!?",
    ),
    (
        "SELECT a.id, b.id AS i, b.u FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.u = 'x'",
        "!!!",
    ),
    (
        "SELECT a.id, b.id AS i FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.id IS NOT NULL",
        "!!",
    ),
    (
        "SELECT a.id, b.id AS i FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.id IS NULL",
        "!?",
    ),
    (
        "SELECT a.id, b.id AS i FROM a FULL JOIN b ON b.a_id = a.id WHERE a.x = 1",
        "!?",
    ),
    (
        "SELECT a.id, b.id AS i FROM a FULL JOIN b ON b.a_id = a.id WHERE a.x = 1 AND b.t = 'x'",
        "!!",
    ),
    (
        "SELECT a.id, b.id AS i FROM a RIGHT JOIN b ON b.a_id = a.id WHERE a.x = 1",
        "!!",
    ),
    (
        "SELECT a.id, b.id AS i FROM a LEFT JOIN b ON b.a_id = a.id WHERE coalesce(b.id, 0) = 0",
        "!?",
    ),
    (
        "SELECT a.id, b.id AS i FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.t = 'x' OR a.x = 1",
        "!?",
    ),
    (
        "SELECT a.id, b.id AS i FROM a LEFT JOIN b ON b.a_id = a.id WHERE b.t = 'x' OR b.u = 'y'",
        "!?",
    ),
    // The condition of an outer join says nothing of the side that is kept.
    ("SELECT a.y FROM a LEFT JOIN b ON b.a_id = a.y", "?"),
    (
        "SELECT a.y, b.a_id FROM a LEFT JOIN b ON b.a_id = a.y WHERE a.y IS NOT NULL",
        "!?",
    ),
    // USING.
    ("SELECT id FROM a JOIN b USING (id)", "!"),
    ("SELECT id FROM a LEFT JOIN b USING (id)", "!"),
    ("SELECT id FROM a RIGHT JOIN b USING (id)", "!"),
    (
        "SELECT id, a.id AS i, b.id AS k FROM a FULL JOIN b USING (id)",
        "!??",
    ),
    (
        "SELECT s.id FROM c LEFT JOIN (a FULL JOIN b USING (id)) AS s ON s.id = c.id",
        "?",
    ),
    (
        "SELECT s.id FROM c LEFT JOIN (a JOIN b USING (id)) AS s ON s.id = c.id",
        "?",
    ),
    (
        "SELECT s.id FROM c JOIN (a FULL JOIN b USING (id)) AS s ON s.id = c.id",
        "!",
    ),
    (
        "SELECT coalesce(a.id, b.a_id) AS n FROM a FULL JOIN b ON b.a_id = a.id",
        "?",
    ),
    (
        "SELECT coalesce(a.id, b.id) AS n FROM a FULL JOIN b ON b.a_id = a.id",
        "!",
    ),
    (
        "SELECT x.id, y.id AS i FROM a x LEFT JOIN a y ON y.id = x.y",
        "!?",
    ),
];

const EXPRESSIONS: &[Case] = &[
    ("SELECT 1 AS n, NULL::int AS o, 'x' AS s, true AS v", "!?!!"),
    (
        "SELECT coalesce(y, 0) AS n, coalesce(y, x) AS o, coalesce(y, NULL) AS s FROM a",
        "!!?",
    ),
    (
        "SELECT CASE WHEN x = 1 THEN 1 END AS n, CASE WHEN x = 1 THEN 1 ELSE 2 END AS o, CASE y WHEN 1 THEN y ELSE 2 END AS s FROM a",
        "?!?",
    ),
    (
        "SELECT NULLIF(x, 1) AS n, GREATEST(x, y) AS o, LEAST(y, NULL) AS s FROM a",
        "?!?",
    ),
    (
        "SELECT x + 1 AS n, y + 1 AS o, -x AS s, x = y AS v, x > 1 AND y > 1 AS w FROM a",
        "!?!??",
    ),
    (
        "SELECT x IS NULL AS n, y IS NOT NULL AS o, y IS DISTINCT FROM x AS s, w IS TRUE AS v, NOT w AS z FROM a, c",
        "!!!!?",
    ),
    (
        "SELECT lower(t) AS n, lower(u) AS o, t || u AS s, t || 'x' AS v, concat(t, u) AS w, length(t) AS z FROM b",
        "!??!!!",
    ),
    (
        "SELECT substring(t from 1 for 2) AS n, substring(t from '.') AS o, t ~ 'x' AS s, left(t, 1) AS v FROM b",
        "!?!!",
    ),
    ("SELECT own(x) AS n FROM a", "?"),
    (
        "SELECT x::text AS n, y::text AS o, x::bigint AS s, t::varchar(3) AS v FROM a, b",
        "!?!!",
    ),
    (
        "SELECT now() AS n, CURRENT_DATE AS o, CURRENT_USER AS s, current_schema AS v, gen_random_uuid() AS w",
        "!!!?!",
    ),
    (
        "SELECT date_trunc('day', ts) AS n, d + 1 AS o, ts::date AS s, ts - ts AS v FROM a",
        "!!!!",
    ),
    // An infinite timestamp has no time of day, and no digits.
    (
        "SELECT to_char(ts, 'YYYY') AS n, ts::time AS o, extract(day FROM ts) AS s FROM a",
        "???",
    ),
    (
        "SELECT ARRAY[y] AS n, ARRAY(SELECT y FROM a) AS o, ARRAY[x] || ARRAY[y] AS s FROM a",
        "!!!",
    ),
    (
        "SELECT x = ANY (ARRAY[1, 2]) AS n, x IN (1, 2) AS o, y IN (1, 2) AS s, x IN (1, NULL) AS v, x = ANY (arr) AS w FROM a, j",
        "!!???",
    ),
    // An array of arrays is not null, whatever is in it.
    (
        "SELECT x = ANY (ARRAY[ARRAY[y], ARRAY[x]]) AS n, x = ANY (ARRAY[arr, arr]) AS o FROM a, j",
        "??",
    ),
    // A path of JSON that fails gives null.
    (
        "SELECT doc @? ANY (ARRAY['$.a'::jsonpath]) AS n, doc @> ANY (ARRAY[doc]) AS o FROM j",
        "?!",
    ),
    (
        "SELECT format('%s', u) AS n, format(u, t) AS o, concat_ws(u, t) AS s, concat_ws(',', u) AS v, format('%s', VARIADIC ARRAY[u]) AS w FROM b",
        "!??!?",
    ),
    (
        "SELECT ROW(1, y) IS NULL AS n, (x, y) = (1, 2) AS o, (x, x) = (1, 2) AS s FROM a",
        "!?!",
    ),
];

const JSON_AND_ARRAYS: &[Case] = &[
    (
        "SELECT doc -> 'a' AS n, doc ->> 'a' AS o, doc #> '{a}' AS s, doc @> '{}' AS v, doc ? 'a' AS w FROM j",
        "???!!",
    ),
    (
        "SELECT doc || doc AS n, doc || maybe AS o, doc - 'a' AS s, jsonb_typeof(doc) AS v FROM j",
        "!?!!",
    ),
    (
        "SELECT doc @? '$.a' AS n, doc @@ '$.a == 1' AS o, doc['a'] AS s, arr[1] AS v, arr[1:2] AS w FROM j",
        "?????",
    ),
    // PostgreSQL 18 casts JSON's null to null.
    (
        "SELECT (doc -> 'a')::text AS n, doc::text AS o, coalesce(maybe, doc)::int AS s, doc::int AS v FROM j",
        "?!??",
    ),
    (
        "SELECT array_length(arr, 1) AS n, cardinality(arr) AS o, array_upper(arr, 1) AS s, array_position(arr, 1) AS v FROM j",
        "?!??",
    ),
    (
        "SELECT array_append(tags, 'x') AS n, array_remove(arr, 1) AS o, arr || 1 AS s, tags || tags AS v FROM j",
        "!?!?",
    ),
    (
        "SELECT jsonb_build_object('a', maybe) AS n, to_jsonb(maybe) AS o, to_jsonb(id) AS s, jsonb_set(doc, '{a}', '1') AS v FROM j",
        "!?!!",
    ),
    (
        "SELECT concat(VARIADIC tags) AS n, jsonb_build_array(VARIADIC tags) AS o FROM j",
        "??",
    ),
    (
        "SELECT array_to_string(arr, ',') AS n, string_to_array('a', ',') AS o FROM j",
        "!?",
    ),
];

const AGGREGATES: &[Case] = &[
    (
        "SELECT count(*) AS n, count(y) AS o, sum(x) AS s, max(x) AS v, array_agg(x) AS w FROM a",
        "!!???",
    ),
    (
        "SELECT x, sum(x) AS s, max(y) AS v, count(y) AS n FROM a GROUP BY x",
        "!!?!",
    ),
    ("SELECT y, min(x) AS s FROM a GROUP BY y", "?!"),
    (
        "SELECT x, sum(x) FILTER (WHERE y > 1) AS s, count(*) FILTER (WHERE y > 1) AS n FROM a GROUP BY x",
        "!?!",
    ),
    (
        "SELECT x, array_agg(y) AS s, json_agg(y) AS v, string_agg(t, ',') AS n, string_agg(u, ',') AS o FROM a, b GROUP BY x",
        "!!!!?",
    ),
    (
        "SELECT x, stddev_samp(x) AS s, avg(x) AS v, bool_and(y > 1) AS n FROM a GROUP BY x",
        "!?!?",
    ),
    ("SELECT coalesce(sum(x), 0) AS s FROM a", "!"),
    ("SELECT sum(x) AS s FROM a HAVING count(*) > 0", "?"),
    (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS s, x AS g FROM a GROUP BY x",
        "!!",
    ),
    (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS s, x AS g FROM a GROUP BY x",
        "?!",
    ),
    (
        "SELECT a.id, max(b.t) AS s, count(b.id) AS n FROM a LEFT JOIN b ON b.a_id = a.id GROUP BY a.id",
        "!?!",
    ),
    ("SELECT id, x, y FROM a GROUP BY id", "!!?"),
    ("SELECT DISTINCT x, y FROM a", "!?"),
    (
        "SELECT DISTINCT ON (x) x, y, id FROM a ORDER BY x, y",
        "!?!",
    ),
    // A grouping set leaves keys out, whatever they are.
    ("SELECT x, count(*) AS n FROM a GROUP BY ROLLUP (x)", "?!"),
    (
        "SELECT x, id, count(*) AS n FROM a GROUP BY CUBE (x, id)",
        "??!",
    ),
    (
        "SELECT x, GROUPING(x) AS g, sum(id) AS s FROM a GROUP BY GROUPING SETS ((x), ())",
        "?!?",
    ),
    (
        "SELECT coalesce(y, 0) AS k, count(*) AS n FROM a GROUP BY ROLLUP (coalesce(y, 0))",
        "?!",
    ),
    (
        "SELECT coalesce(y, 0) + 1 AS k, y IS NULL AS l FROM a GROUP BY GROUPING SETS (coalesce(y, 0), y IS NULL)",
        "??",
    ),
    ("SELECT 'x' || x AS k FROM a GROUP BY CUBE ('x' || x)", "?"),
    ("SELECT coalesce(x, 0) AS k FROM a GROUP BY ROLLUP (x)", "!"),
    (
        "SELECT x, (SELECT count(*) + a.x FROM b) AS n FROM a GROUP BY ROLLUP (x)",
        "??",
    ),
    (
        "SELECT x, count(*) AS n FROM a WHERE x IS NOT NULL GROUP BY ROLLUP (x)",
        "?!",
    ),
    (
        "SELECT s.x FROM (SELECT x FROM a GROUP BY ROLLUP (x)) s",
        "?",
    ),
    (
        "SELECT s.x FROM (SELECT x FROM a GROUP BY ROLLUP (x)) s WHERE s.x > 1",
        "!",
    ),
];

const WINDOWS: &[Case] = &[
    (
        "SELECT row_number() OVER () AS n, rank() OVER (ORDER BY x) AS o, percent_rank() OVER (ORDER BY x) AS s FROM a",
        "!!!",
    ),
    (
        "SELECT ntile(2) OVER () AS n, ntile(y) OVER () AS o FROM a",
        "!?",
    ),
    (
        "SELECT lag(x) OVER w AS n, lead(x, 1, 0) OVER w AS o, lag(x, 1, y) OVER w AS s, lead(y, 1, 0) OVER w AS v FROM a WINDOW w AS (ORDER BY id)",
        "?!??",
    ),
    (
        "SELECT first_value(x) OVER w AS n, last_value(y) OVER w AS o, nth_value(x, 2) OVER w AS s FROM a WINDOW w AS (ORDER BY id)",
        "!??",
    ),
    (
        "SELECT sum(x) OVER (ORDER BY id) AS n, sum(y) OVER () AS o, count(y) OVER () AS s, max(x) OVER (PARTITION BY y) AS v FROM a",
        "!?!!",
    ),
    (
        "SELECT sum(x) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS n, first_value(x) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS o FROM a",
        "??",
    ),
    (
        "SELECT sum(x) FILTER (WHERE y > 1) OVER () AS n FROM a",
        "?",
    ),
    (
        "SELECT sum(x) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS n FROM a",
        "?",
    ),
];

const QUERIES_INSIDE: &[Case] = &[
    (
        "SELECT EXISTS (SELECT 1 FROM b) AS n, x IN (SELECT id FROM b) AS o, x IN (SELECT a_id FROM b) AS s, y IN (SELECT id FROM b) AS v, x <> ALL (SELECT a_id FROM b) AS w FROM a",
        "!!???",
    ),
    (
        "SELECT (SELECT t FROM b WHERE b.id = a.id) AS n, (SELECT count(*) FROM b) AS o, (SELECT sum(id) FROM b) AS s FROM a",
        "?!?",
    ),
    (
        "SELECT (SELECT count(*) FROM b HAVING count(*) > 1) AS n, (SELECT count(*) FROM b LIMIT 0) AS o",
        "??",
    ),
    // Without FROM there is one row, unless something takes it away.
    (
        "SELECT (SELECT x) AS n, (SELECT y) AS o, (SELECT x WHERE y = 1) AS s, (SELECT x LIMIT 0) AS v, (SELECT unnest(ARRAY[x])) AS w FROM a",
        "!????",
    ),
    (
        "SELECT (SELECT x UNION SELECT 1 LIMIT 1) AS n, (SELECT x HAVING false) AS o, (SELECT 1 GROUP BY ()) AS s, (VALUES (x)) AS v FROM a",
        "????",
    ),
    (
        "SELECT (SELECT count(*) FROM b GROUP BY t LIMIT 1) AS n, (SELECT generate_series(1, count(*)) FROM b) AS o",
        "??",
    ),
    (
        "SELECT coalesce((SELECT max(id) FROM b), 0) AS n, (SELECT coalesce(max(id), 0) FROM b) AS o",
        "!!",
    ),
    (
        "SELECT ROW(x) = (SELECT id FROM b LIMIT 1) AS n, (x, x) IN (SELECT id, id FROM b) AS o FROM a",
        "??",
    ),
    (
        "SELECT s.n, s.o FROM (SELECT x AS n, y AS o FROM a) s",
        "!?",
    ),
    (
        "SELECT s.n, s.o FROM (SELECT x AS n, y AS o FROM a WHERE y > 1) s",
        "!!",
    ),
    (
        "SELECT a.id, s.t FROM a LEFT JOIN (SELECT a_id, t FROM b) s ON s.a_id = a.id",
        "!?",
    ),
    (
        "SELECT a.id, s.n FROM a, LATERAL (SELECT count(*) AS n FROM b WHERE b.a_id = a.id) s",
        "!!",
    ),
    (
        "SELECT a.id, s.t, s.i FROM a CROSS JOIN LATERAL (SELECT b.t, a.id AS i FROM b WHERE b.a_id = a.id LIMIT 1) s",
        "!!!",
    ),
    (
        "SELECT a.id, s.t FROM a LEFT JOIN LATERAL (SELECT b.t FROM b WHERE b.a_id = a.id LIMIT 1) s ON true",
        "!?",
    ),
    (
        "SELECT s.k FROM a LEFT JOIN b ON b.a_id = a.id, LATERAL (SELECT b.t AS k) s",
        "?",
    ),
    // Set operations.
    ("SELECT x FROM a UNION SELECT id FROM b", "!"),
    ("SELECT x FROM a UNION ALL SELECT a_id FROM b", "?"),
    ("SELECT y FROM a INTERSECT SELECT id FROM b", "!"),
    ("SELECT y FROM a INTERSECT SELECT a_id FROM b", "?"),
    ("SELECT x FROM a EXCEPT SELECT a_id FROM b", "!"),
    ("SELECT y FROM a EXCEPT SELECT id FROM b", "?"),
    (
        "(SELECT x FROM a UNION SELECT y FROM a) INTERSECT SELECT id FROM b",
        "!",
    ),
    ("SELECT 1 AS n UNION ALL SELECT NULL", "?"),
    // VALUES.
    ("VALUES (1, 'x'), (2, NULL)", "!?"),
    (
        "SELECT n, o FROM (VALUES (1, 2), (3, NULL)) AS v (n, o)",
        "!?",
    ),
    // WITH.
    ("WITH q AS (SELECT x, y FROM a) SELECT x, y FROM q", "!?"),
    ("WITH a AS (SELECT y AS x FROM a) SELECT x FROM a", "?"),
    (
        "WITH q AS (SELECT x AS n FROM a) SELECT n FROM (WITH q AS (SELECT y AS n FROM a) SELECT n FROM q) s",
        "?",
    ),
    (
        "WITH q AS (SELECT y AS n FROM a), r AS (SELECT coalesce(n, 0) AS n FROM q) SELECT n FROM r",
        "!",
    ),
    (
        "WITH q AS (SELECT x FROM a) SELECT l.x, r.x AS y FROM q l LEFT JOIN q r ON r.x = l.x + 1",
        "!?",
    ),
    (
        "WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 5) SELECT n FROM q",
        "!",
    ),
    (
        "WITH RECURSIVE q (n, o) AS (SELECT x, y FROM a UNION ALL SELECT n + 1, o FROM q WHERE n < 5) SELECT n, o FROM q",
        "!?",
    ),
    // The second round takes the null of the first.
    (
        "WITH RECURSIVE q (n, o) AS (SELECT 1, NULL::int UNION ALL SELECT o, o FROM q) SELECT n, o FROM q",
        "??",
    ),
    (
        "WITH RECURSIVE q (n, o, s) AS (SELECT 1, 1, y FROM a UNION ALL SELECT o, s, s FROM q) SELECT n, o, s FROM q",
        "???",
    ),
    (
        "WITH RECURSIVE q (id, up) AS (SELECT id, y FROM a UNION ALL SELECT a.id, a.y FROM q JOIN a ON a.id = q.up) SELECT id, up FROM q",
        "!?",
    ),
    (
        "WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 5) SEARCH DEPTH FIRST BY n SET ord SELECT n FROM q",
        "!",
    ),
    (
        "WITH w AS (INSERT INTO b (id, a_id, t) VALUES (1, 2, 'x') RETURNING id, a_id) SELECT id, a_id FROM w",
        "!?",
    ),
];

const FUNCTIONS_OF_FROM: &[Case] = &[
    ("SELECT n FROM generate_series(1, 3) AS n", "!"),
    (
        "SELECT a.id, g.n FROM a LEFT JOIN generate_series(1, 3) AS g (n) ON g.n = a.id",
        "!?",
    ),
    ("SELECT e FROM unnest(ARRAY[1, NULL]) AS e", "?"),
    (
        "SELECT e, o FROM unnest(ARRAY['a']) WITH ORDINALITY AS u (e, o)",
        "?!",
    ),
    (
        "SELECT n, e FROM unnest(ARRAY[1], ARRAY[1, 2]) AS u (n, e)",
        "??",
    ),
    (
        "SELECT n, e, o FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) WITH ORDINALITY AS u (n, e, o)",
        "??!",
    ),
    ("SELECT key, value FROM j, jsonb_each_text(j.doc)", "??"),
    (
        "SELECT k, v, o FROM j, jsonb_each_text(j.doc) WITH ORDINALITY AS e (k, v, o)",
        "??!",
    ),
    ("SELECT key, value FROM j, jsonb_each(j.doc)", "!!"),
    ("SELECT e FROM j, jsonb_array_elements(j.doc) AS e", "!"),
    (
        "SELECT e FROM j, jsonb_array_elements_text(j.doc) AS e",
        "?",
    ),
    ("SELECT generate_series(1, 2) AS n", "!"),
    (
        "SELECT generate_series(1, 2) AS n, generate_series(1, 3) AS o",
        "??",
    ),
    ("SELECT unnest(arr) AS n FROM j", "?"),
];

const WHERE: &[Case] = &[
    ("SELECT y FROM a WHERE y IS NOT NULL", "!"),
    ("SELECT y FROM a WHERE NOT (y IS NULL)", "!"),
    ("SELECT y FROM a WHERE y IS NULL", "?"),
    ("SELECT y FROM a WHERE y = 1", "!"),
    ("SELECT y FROM a WHERE y + x > 1", "!"),
    ("SELECT y FROM a WHERE y IN (1, 2)", "!"),
    ("SELECT y FROM a WHERE y IN (SELECT id FROM b)", "!"),
    ("SELECT y FROM a WHERE y NOT IN (SELECT id FROM b)", "?"),
    ("SELECT y FROM a WHERE NOT y = 1", "!"),
    ("SELECT y FROM a WHERE y = 1 OR x = 1", "?"),
    ("SELECT y FROM a WHERE y = 1 OR y = 2", "!"),
    ("SELECT y FROM a WHERE y = ANY (ARRAY[1])", "!"),
    ("SELECT y FROM a WHERE y = ALL ('{}'::int[])", "?"),
    ("SELECT y FROM a WHERE y IS DISTINCT FROM 1", "?"),
    ("SELECT y FROM a WHERE coalesce(y, 1) = 1", "?"),
    ("SELECT y FROM a WHERE (y = 1) IS NOT TRUE", "?"),
    ("SELECT y FROM a WHERE (y = 1) IS TRUE", "!"),
    ("SELECT w FROM c WHERE w", "!"),
    ("SELECT w FROM c WHERE NOT w", "!"),
    ("SELECT w FROM c WHERE w IS NOT UNKNOWN", "!"),
    ("SELECT w FROM c WHERE w IS NOT FALSE", "?"),
    (
        "SELECT w FROM c WHERE CASE WHEN w THEN true ELSE true END",
        "?",
    ),
    ("SELECT a.y, b.a_id FROM a, b WHERE a.y = b.a_id", "!!"),
    ("SELECT y FROM a WHERE own(y) = 1", "!"),
    ("SELECT u FROM b WHERE u LIKE 'x%'", "!"),
    ("SELECT u FROM b WHERE u BETWEEN 'a' AND 'b'", "!"),
    (
        "SELECT u FROM b WHERE EXISTS (SELECT 1 FROM a WHERE a.y = b.a_id)",
        "?",
    ),
];

const CHANGES: &[Case] = &[
    (
        "INSERT INTO b (id, a_id, t) VALUES (1, 2, 'x') RETURNING id, a_id, t, u",
        "!?!?",
    ),
    (
        "INSERT INTO b (id, t) SELECT id, 'x' FROM a RETURNING a_id, t",
        "?!",
    ),
    (
        "INSERT INTO b (id, t) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET u = excluded.u RETURNING id, u, u IS NULL AS n",
        "!?!",
    ),
    // Through a view goes a row that it does not show, because its y is null.
    (
        "INSERT INTO vf (id, y) VALUES (1, NULL) RETURNING id, y",
        "??",
    ),
    (
        "DELETE FROM vf USING va WHERE va.id = vf.id RETURNING vf.y, va.x",
        "?!",
    ),
    ("UPDATE b SET u = NULL WHERE u = 'x' RETURNING id, u", "!?"),
    ("UPDATE b SET t = 'x' WHERE a_id = 1 RETURNING a_id", "?"),
    (
        "UPDATE b SET u = 'x' FROM a WHERE a.y = b.a_id RETURNING b.u, a.y, a.x",
        "?!!",
    ),
    (
        "UPDATE b SET u = 'x' FROM a LEFT JOIN c ON c.id = a.y WHERE a.id = b.a_id RETURNING b.id, a.x, c.v",
        "!!?",
    ),
    ("DELETE FROM b WHERE u = 'x' RETURNING id, u, a_id", "!!?"),
    (
        "DELETE FROM b USING a WHERE a.y = b.a_id RETURNING b.a_id, a.y, b.u",
        "!!?",
    ),
    (
        "WITH d AS (DELETE FROM b RETURNING *) SELECT id, u FROM d",
        "!?",
    ),
];

const PARAMETERS: &[Case] = &[
    (
        "SELECT :p::int AS n, :p::int + 1 AS o, coalesce(:p::int, 1) AS s",
        "??!",
    ),
    ("SELECT :p::int AS n, :p::int + 1 AS o", "!!"),
    (
        "SELECT x = ANY (:ids::int[]) AS n, y = ANY (:ids::int[]) AS o FROM a",
        "!?",
    ),
    ("SELECT n FROM unnest(:ids::int[]) AS n", "!"),
    ("SELECT y FROM a WHERE y = :y", "!"),
    ("SELECT y FROM a WHERE :y::int IS NULL OR y = :y", "?"),
    ("SELECT sqlc.narg(p)::int AS n", "?"),
];

/// Before PostgreSQL 18 a child may allow null where its parent forbids it.
const OLDER: &[Case] = &[("SELECT n, o FROM h", "!?")];

/// `MERGE … RETURNING` came with PostgreSQL 17, `OLD` and `NEW` with 18.
const NEWER: &[Case] = &[
    (
        "MERGE INTO b USING a ON b.id = a.id WHEN MATCHED THEN UPDATE SET u = 'x' WHEN NOT MATCHED THEN INSERT (id, t) VALUES (a.id, 'x') RETURNING merge_action() AS act, b.id, b.t, b.u, a.x",
        "!!!??",
    ),
    (
        "MERGE INTO b USING a ON b.id = a.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING b.id, a.id AS i",
        "!?",
    ),
    (
        "UPDATE b SET u = 'x' RETURNING old.t, new.t AS n, old.u, new.id",
        "!!?!",
    ),
    (
        "INSERT INTO b (id, t) VALUES (1, 'x') RETURNING old.t, new.t AS n",
        "?!",
    ),
    ("DELETE FROM b RETURNING old.t, new.t AS n", "!?"),
];

const ALL: &[&[Case]] = &[
    TABLES,
    JOINS,
    EXPRESSIONS,
    JSON_AND_ARRAYS,
    AGGREGATES,
    WINDOWS,
    QUERIES_INSIDE,
    FUNCTIONS_OF_FROM,
    WHERE,
    CHANGES,
    PARAMETERS,
];

/// Statements whose parameters can be null, `?`, or cannot, `!`.
const PARAMETER_USES: &[Case] = &[
    (
        "INSERT INTO b (id, a_id, t, u) VALUES (:id, :a_id, :t, :u)",
        "!?!?",
    ),
    (
        "INSERT INTO b (id, a_id, t) VALUES (:id, :a, :t), (:i, :b, :s)",
        "!?!!?!",
    ),
    ("INSERT INTO b (id, t, u) SELECT :id, :t, :u FROM a", "!!?"),
    (
        "INSERT INTO b (id, t) VALUES (:id, :t) ON CONFLICT (id) DO UPDATE SET u = :u, t = :s",
        "!!?!",
    ),
    ("UPDATE b SET t = :t, u = :u WHERE id = :id", "!?!"),
    ("UPDATE b SET u = coalesce(:u, u) WHERE id = :id", "?!"),
    (
        "UPDATE b SET t = coalesce(:t, t), u = coalesce(u, :u) WHERE id = :id",
        "?!!",
    ),
    // Once assigned to a column that forbids null, whatever else it is.
    ("UPDATE b SET t = :t, u = :t", "!"),
    ("SELECT id FROM b WHERE u = :u AND a_id > :a", "!!"),
    (
        "SELECT id FROM b WHERE (:u::text IS NULL OR u = :u) AND t = :t",
        "?!",
    ),
    ("SELECT id FROM b WHERE u IS NOT DISTINCT FROM :u", "?"),
    (
        "SELECT id FROM b WHERE id = ANY (:ids) LIMIT :n OFFSET :o",
        "!!!",
    ),
    (
        "SELECT id FROM b WHERE id IN (SELECT id FROM a WHERE x = :x)",
        "!",
    ),
    (
        "SELECT id FROM b WHERE t = sqlc.narg(t) AND u = sqlc.arg(u)",
        "?!",
    ),
];

/// The answers to all cases, in their order.
fn check(cases: &[Case], command: &str, major: u32) -> Vec<Query> {
    let mut queries = String::new();
    for (number, (sql, _)) in cases.iter().enumerate() {
        let _ = writeln!(queries, "-- name: q{number} :{command}\n{sql};");
    }
    let project = TempProject::of(SCHEMA, &queries).judged_by(&[], "");
    let Checked { catalog, .. } = match project.check(major) {
        Ok(checked) => checked,
        Err(failure) => panic!("{failure}"),
    };
    catalog.queries().cloned().collect()
}

fn marks(nullable: impl Iterator<Item = bool>) -> String {
    nullable.map(|null| if null { '?' } else { '!' }).collect()
}

/// The cases that get another answer.
fn wrong(cases: &[Case], queries: &[Query], answer: impl Fn(&Query) -> String) -> String {
    assert_eq!(cases.len(), queries.len());
    let mut wrong = String::new();
    for ((sql, expected), query) in cases.iter().zip(queries) {
        let got = answer(query);
        if got != *expected {
            let _ = writeln!(wrong, "expected {expected}, got {got}: {sql}");
        }
    }
    wrong
}

fn columns(query: &Query) -> String {
    marks(query.analysis.columns.iter().map(|column| column.nullable))
}

fn parameters(query: &Query) -> String {
    marks(query.analysis.params.iter().map(|param| param.nullable))
}

fn check_columns(cases: &[Case], major: u32) {
    let wrong = wrong(cases, &check(cases, "many", major), columns);
    assert!(wrong.is_empty(), "on PostgreSQL {major}:\n{wrong}");
}

#[test]
fn columns_on_15() {
    check_columns(&[ALL.concat(), OLDER.to_vec()].concat(), 15);
}

#[test]
fn columns_on_18() {
    check_columns(&[ALL.concat(), NEWER.to_vec()].concat(), 18);
}

#[test]
fn parameters_on_15_and_18() {
    // Rows do not matter here; `:many` takes the SELECTs, `:exec` the rest.
    let (selects, changes): (Vec<Case>, Vec<Case>) = PARAMETER_USES
        .iter()
        .partition(|(sql, _)| sql.starts_with("SELECT"));
    for major in [15, 18] {
        for (cases, command) in [(&selects, "many"), (&changes, "exec")] {
            let wrong = wrong(cases, &check(cases, command, major), parameters);
            assert!(wrong.is_empty(), "on PostgreSQL {major}:\n{wrong}");
        }
    }
}

#[test]
fn a_deep_query_is_looked_at_once() {
    // Each level uses the one below four times; taken literally that is 4^40 steps.
    let mut sql = "SELECT x AS n, y AS o FROM a".to_owned();
    for level in 0..40 {
        sql = format!("SELECT n + n AS n, coalesce(o, n) + n AS o FROM ({sql} OFFSET 0) s{level}");
    }
    let mut ctes = "WITH RECURSIVE q0 AS (SELECT x AS n, y AS o FROM a)".to_owned();
    for level in 1..40 {
        let below = level - 1;
        let _ = write!(
            ctes,
            ", q{level} AS (SELECT l.n + r.n AS n, l.o + r.o AS o FROM q{below} l, q{below} r)"
        );
    }
    let ctes = format!("{ctes} SELECT n, o FROM q39");
    let cases: Vec<(String, &str)> = vec![(sql, "!!"), (ctes, "!?")];
    let mut queries = String::new();
    for (number, (sql, _)) in cases.iter().enumerate() {
        let _ = writeln!(queries, "-- name: q{number} :many\n{sql};");
    }
    let checked = TempProject::of(SCHEMA, &queries)
        .check(15)
        .expect("a good catalog");
    let answers: Vec<String> = checked.catalog.queries().map(columns).collect();
    let expected: Vec<&str> = cases.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(answers, expected);
}
