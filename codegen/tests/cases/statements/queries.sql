-- Every kind of statement.

-- name: chain_of_command :many
WITH RECURSIVE chain AS (
    SELECT id, name, boss, 0 AS depth FROM staff WHERE id = :id
    UNION ALL
    SELECT s.id, s.name, s.boss, c.depth + 1 FROM staff s JOIN chain c ON s.id = c.boss
)
SELECT id, name, depth FROM chain ORDER BY depth;

-- name: move_done_jobs :one
WITH gone AS (DELETE FROM jobs WHERE done RETURNING kind),
     kept AS (INSERT INTO jobs (kind) SELECT kind FROM gone WHERE kind = :kind RETURNING id)
SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM kept) AS kept;

-- name: merge_wages :execrows
MERGE INTO staff s USING (VALUES (:id::bigint, :wage::numeric)) AS given (id, wage) ON s.id = given.id
WHEN MATCHED THEN UPDATE SET wage = given.wage
WHEN NOT MATCHED THEN INSERT (id, name, wage) VALUES (given.id, 'new', given.wage);

-- name: hire :one
INSERT INTO staff (id, name, wage) VALUES (:id, :name, :wage)
ON CONFLICT (id) DO UPDATE SET name = excluded.name
RETURNING id, name, boss, (xmax = 0) AS inserted;

-- name: raise_bosses :many
UPDATE staff b SET wage = b.wage * :factor FROM staff s WHERE s.boss = b.id AND s.id = :id
RETURNING b.id, b.wage, s.name AS because_of;

-- name: fire_bosses :many
DELETE FROM staff b USING staff s WHERE s.boss = b.id AND s.id = :id RETURNING b.id;

-- name: days :many
SELECT day::date AS day, n FROM generate_series(:from::date, :to::date, '1 day') WITH ORDINALITY AS t (day, n);

-- name: with_bosses :many
SELECT id, name, boss FROM bosses WHERE id = ANY (:ids);

-- name: star_cooks :many
SELECT c.id, c.name, c.stars, p.tableoid::regclass::text AS from_table
FROM cooks c JOIN staff p ON p.id = c.id WHERE c.stars >= :stars;

-- name: analysis :many
SELECT boss,
       NULLIF(name, '') AS name,
       lag(wage) OVER w AS before,
       lead(wage, 1, 0) OVER w AS after,
       rank() OVER w AS place,
       sum(wage) OVER w AS running
FROM staff WHERE id > :id WINDOW w AS (PARTITION BY boss ORDER BY wage);

-- name: wages :one
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY wage) AS median,
       percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY wage) AS quartiles,
       count(*) FILTER (WHERE boss IS NULL) AS free,
       array_agg(name ORDER BY name) FILTER (WHERE wage > 0) AS names
FROM staff;

-- name: guests_by_day :many
SELECT day, staff_id, sum(guests) AS guests, grouping(day, staff_id) AS level
FROM visits WHERE day >= :from
GROUP BY GROUPING SETS ((day), (day, staff_id), ());

-- name: last_jobs :many
SELECT s.id, j.id AS job, j.kind
FROM staff s LEFT JOIN LATERAL (
    SELECT id, kind FROM jobs WHERE taken_by = s.id ORDER BY id DESC LIMIT 1
) j ON true
WHERE s.boss = :boss;

-- name: notes_of :many
SELECT id, notes ->> 'city' AS city, jsonb_path_query_first(notes, '$.a.b') AS b,
       jsonb_path_exists(notes, :path::text::jsonpath) AS found
FROM staff WHERE notes @> :wanted::jsonb;

-- name: search :many
SELECT id, ts_rank(about, q) AS rank, ts_headline('simple', name, q) AS shown
FROM staff, websearch_to_tsquery('simple', :words) q WHERE about @@ q ORDER BY rank DESC LIMIT 10;

-- name: fixed :many
VALUES (1, 'one'), (2, NULL);

-- name: take_job :opt
UPDATE jobs SET taken_by = :staff_id
WHERE id = (SELECT id FROM jobs WHERE taken_by IS NULL AND NOT done ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)
RETURNING id, kind, taken_by;

-- name: range_of_wages :one
SELECT lowest, most FROM wage_range();

-- name: both :many
SELECT id, name FROM staff WHERE wage > :wage
UNION SELECT id, kind FROM jobs WHERE done
EXCEPT SELECT id, NULL FROM jobs WHERE taken_by = :taken_by;

-- name: tell :one
SELECT pg_notify(:channel, :payload) IS NULL AS told;

-- name: nothing_each :many
SELECT * FROM nothing;

-- name: nothing_once :opt
SELECT FROM staff WHERE id = :id;
