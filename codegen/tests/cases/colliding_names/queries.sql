-- name: load :many
SELECT id FROM customers;

-- name: execute :exec
DELETE FROM customers;

-- name: many :many
SELECT id, name FROM customers;

-- name: deserialize :one
SELECT count(*) FROM customers;

-- name: pg_value :opt
SELECT id, phone FROM customers LIMIT 1;

-- name: st :one
SELECT 1 AS row;

-- name: types :many
SELECT status AS types FROM customers;

-- name: planwright :one
SELECT 1 AS planwright, 2 AS diesel, 3 AS std;

-- name: queries :one
SELECT :row::int AS query, :query::int AS conn, :conn::int AS found;

-- name: diesel :one
SELECT 1 AS uuid, :chrono::uuid AS chrono, :out::timestamptz AS vec;

-- name: a :one
SELECT 1 AS c, 2 AS a;

-- name: x1 :one
SELECT :c::text AS c, :a::text AS a;

-- name: texts :one
SELECT 'x' AS string, :string::text AS text;

-- name: connected :many
-- Its parameters have the names that the connection would have.
SELECT id
FROM customers
WHERE name = :conn OR phone = :conn_ OR phone = :connection;
