-- name: query :many
SELECT id FROM customers;

-- name: column :many
SELECT id FROM customers;

-- name: customers :many
-- @row Timer
SELECT id, name FROM customers;

-- name: c :one
SELECT 1 AS one;
