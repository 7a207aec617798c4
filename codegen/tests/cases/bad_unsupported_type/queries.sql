-- name: places :many
SELECT id, place FROM customers;

-- name: customers_at :many
SELECT id FROM customers WHERE place ~= :place;

-- name: customers_in_any :many
SELECT id FROM customers WHERE status = ANY(:statuses);
