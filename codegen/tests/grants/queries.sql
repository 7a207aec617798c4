-- name: add_order :one
-- The identifier comes from a sequence; `given` has a default that is not used.
INSERT INTO app.orders (mood, given, code, labels) VALUES ('bad', 2, 'c', '{a,b}')
RETURNING id, doubled;

-- name: change_amount :exec
UPDATE app.orders SET amount = amount + 1 WHERE id = 1;

-- name: with_typed_literal :many
SELECT id FROM app.orders WHERE mood = 'good'::lib.mood;

-- name: update_unrelated :exec
UPDATE app.updated SET changed = 2;

-- name: update_with_trigger :exec
UPDATE app.triggered SET changed = 2;

-- name: lock_rows :many
SELECT name FROM app.locked ORDER BY name FOR UPDATE;

-- name: count_rows :one
SELECT count(*) AS n FROM app.counted;

-- name: count_rows_and_read :one
SELECT count(*) AS n FROM app.counted_and_read;

-- name: read_counted :many
SELECT note FROM app.counted_and_read;

-- name: count_heap :one
SELECT count(*) AS n FROM app.heap;

-- name: add_nothing :exec
INSERT INTO app.heap DEFAULT VALUES;

-- name: empty_heap :exec
-- A rule writes to a log, as its owner.
DELETE FROM app.heap;

-- name: whole_rows :many
SELECT to_jsonb(w)::text AS row FROM app.whole w;

-- name: system_columns :many
SELECT b.ctid::text AS place, b.xmin::text AS version, b.tableoid AS table_id FROM bare b;

-- name: visit :one
INSERT INTO app.keyed (email) VALUES ('a@example.com')
ON CONFLICT (email) DO UPDATE SET visits = keyed.visits + 1
RETURNING xmax = 0 AS is_new;

-- name: visit_once :exec
INSERT INTO app.done (id, payload) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT done_pkey DO NOTHING;

-- name: deliver :exec
MERGE INTO app.stock s USING app.deliveries d ON d.item = s.item
WHEN MATCHED AND s.quantity > 100 THEN DELETE
WHEN MATCHED THEN UPDATE SET quantity = s.quantity + d.quantity
WHEN NOT MATCHED THEN INSERT (item, quantity) VALUES (d.item, d.quantity);

-- name: work :many
WITH ready AS (
    SELECT id FROM app.queue WHERE state = 'ready' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM app.queue q USING ready r WHERE q.id = r.id RETURNING q.id + 100 AS id, q.payload
), not_used AS (
    SELECT id FROM app.unused
)
INSERT INTO app.done (id, payload) SELECT id, payload FROM taken RETURNING id;

-- name: add_event :exec
INSERT INTO app.events (at, what) VALUES (2, 'two');

-- name: move_event :exec
UPDATE app.events SET at = 12 WHERE at = 1;

-- name: rank_again :exec
UPDATE app.ranked SET note = 'again';

-- name: people :many
SELECT id, name FROM app.people WHERE age > 1;

-- name: joined_people :many
SELECT j.id, j.age FROM app.joined j;

-- name: noisy_people :many
-- What is not used is computed all the same, because it may do something.
SELECT id FROM app.noisy;

-- name: add_person :exec
INSERT INTO app.writable (name, age) VALUES ('Eva', 20);

-- name: secrets :many
SELECT name FROM app.secrets;

-- name: handle :exec
INSERT INTO app.handled (id) VALUES (1);

-- name: own_rows :many
SELECT id FROM app.owned;

-- name: take :one
SELECT nextval('app.taken') AS n;

-- name: take_and_ask :one
SELECT nextval('app.taken'::regclass) + currval('app.taken'::regclass) AS n;

-- name: set_first :one
SELECT setval('app.set_only', 5) + setval('app.set_and_asked', 5) AS n;

-- name: take_and_set :one
SELECT nextval('app.set_only') + nextval('app.set_and_asked') + currval('app.set_and_asked') AS n;

-- name: look :one
SELECT last_value FROM app.looked_at;

-- name: ask_identity :one
-- Its sequence was advanced by a row that `visit` tried to insert.
SELECT currval('app.keyed_id_seq') AS n;

-- name: ask_serial :one
SELECT currval(pg_get_serial_sequence('app.orders', 'id')) AS n;

-- name: call :one
SELECT lib.of_query(1, 'c', '{}', 'd') + lib.of_owner(2) AS n;

-- name: rows_of_function :many
SELECT n.v FROM lib.of_from(3) AS n (v);

-- name: aggregate :one
SELECT lib.of_aggregate(id) AS n FROM app.orders;

-- name: levels :many
SELECT count(*) AS n FROM app.events GROUP BY level;

-- name: levels_listed :many
SELECT what FROM app.events WHERE level OPERATOR(lib.=) ANY ('{1,2,3,4,5,6,7,8,9}'::lib.level[]);

-- name: few_levels_listed :many
SELECT what FROM app.events WHERE level OPERATOR(lib.<>) ALL ('{1,2}'::lib.level[]);

-- name: levels_not :many
SELECT what FROM app.events WHERE level OPERATOR(lib.<>) ALL (ARRAY['1', '2']::lib.level[]);

-- name: levels_as_text :many
SELECT level::text AS level FROM app.events;

-- name: level_of_text :one
SELECT ('1'::text)::lib.level IS NULL AS missing;

-- name: catalogues :many
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'app';

-- name: roles :one
SELECT count(*) AS n FROM pg_authid WHERE rolcanlogin;

-- name: log_size :one
SELECT count(*) AS n FROM pg_ls_waldir();

-- name: odd :many
SELECT "a ""b""" AS a, "json" AS j FROM "Odd Names"."Order" WHERE "user" = 1;

-- name: told :exec
NOTIFY orders, 'changed';
