-- name: without_parameter :many
SELECT id FROM customers WHERE true /*[ state */ AND status = :status /*] */;

-- name: nothing_inside :many
SELECT id FROM customers WHERE true /*[ rated */ AND rating IS NOT NULL /*] */;

-- name: always_there :many
SELECT id, :status AS asked FROM customers WHERE true /*[ status */ AND status = :status /*] */;

-- name: without_value :many
SELECT id FROM customers WHERE true /*[ status */ AND status = :status AND rating > :rating /*] */;

-- name: in_two_parts :many
SELECT id FROM customers
WHERE true /*[ status */ AND status = :status /*] */ /*[ rating */ AND rating > :rating AND status = :status /*] */;

-- name: numbered :many
SELECT id FROM customers WHERE id = $1 /*[ status */ AND status = $2 /*] */;

-- name: null_said :many
-- @param name null
SELECT id FROM customers WHERE true /*[ name */ AND name = :name /*] */;

-- name: null_written :many
SELECT id FROM customers WHERE true /*[ name */ AND name = sqlc.narg(name) /*] */;
