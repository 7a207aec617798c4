-- name: customers_in :many
SELECT id FROM customers WHERE phone = sqlc.slice(phones);

-- name: customers_embedded :many
WITH all_of_them AS (SELECT sqlc.embed(customers) FROM customers) SELECT id FROM all_of_them;

-- name: embedded_unknown :many
SELECT sqlc.embed(nobody) FROM customers;

-- name: customers_by :many
SELECT id FROM customers WHERE phone = sqlc.argument(phone);
