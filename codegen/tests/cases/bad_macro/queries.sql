-- name: customers_in :many
SELECT id FROM customers WHERE phone = sqlc.slice(phones);

-- name: customers_embedded :many
SELECT sqlc.embed(customers) FROM customers;

-- name: customers_by :many
SELECT id FROM customers WHERE phone = sqlc.argument(phone);
