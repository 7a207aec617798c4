-- Every command, with and without parameters.
--
-- Second paragraph of the file.

-- name: customer_by_phone :opt
-- Looks a customer up by phone number.
--
-- The agent's most frequent query.
-- @index customers idx_customers_phone
-- @param phone: as it was dialled, with the country code
-- @slow 50ms
SELECT id, name, phone, status, rating, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND phone = :phone;

-- name: count_customers :one
SELECT count(*) FROM customers;

-- name: newest_name :opt
SELECT name FROM customers ORDER BY created_at DESC LIMIT 1;

-- name: customer_ids :many
SELECT id FROM customers WHERE status = :status;

-- name: statuses :many
SELECT DISTINCT status FROM customers;

-- name: delete_customers :exec
DELETE FROM customers;

-- name: rename_customer :execrows
UPDATE customers SET name = :name WHERE id = :id;

-- name: create_restaurant :one
INSERT INTO restaurants (name, city) VALUES (:name, :city) RETURNING id;

-- name: restaurant_ids :one
WITH gone AS (DELETE FROM restaurants RETURNING id) SELECT count(*) AS gone FROM gone;
