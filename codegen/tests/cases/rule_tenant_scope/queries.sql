-- name: customers_of :many
-- Scoped: nothing is said.
SELECT c.id, r.name
FROM customers c JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.restaurant_id = :restaurant_id;

-- name: customers_with_phone :many
SELECT c.id, c.name FROM customers c WHERE c.phone = :phone;

-- name: every_customer :many
SELECT id FROM customers;

-- name: customers_of_several :many
SELECT id FROM customers WHERE restaurant_id = ANY (:restaurants) AND rating > 3;

-- name: active_or_all :many
SELECT id FROM customers WHERE restaurant_id = :shop OR status = 'active';

-- name: restaurants_with_customers :many
SELECT r.name, c.phone
FROM restaurants r
LEFT JOIN customers c ON c.name = r.name
WHERE r.id = :restaurant_id;

-- name: customers_kept :many
SELECT c.phone, r.name
FROM customers c
LEFT JOIN restaurants r ON r.id = c.restaurant_id AND c.restaurant_id = $1;

-- name: customers_of_city :many
SELECT c.phone FROM customers c JOIN restaurants r ON r.id = c.restaurant_id WHERE r.city = :city;

-- name: newest :many
SELECT s.phone
FROM (SELECT restaurant_id, phone FROM customers ORDER BY created_at DESC LIMIT 10) s
WHERE s.restaurant_id = :restaurant_id;

-- name: rank_of_each :many
WITH ranked AS (
    SELECT restaurant_id, phone, rating FROM customers
)
SELECT phone, rating FROM ranked;

-- name: without_namesakes :many
SELECT c.phone
FROM customers c
WHERE c.restaurant_id = :restaurant_id
  AND NOT EXISTS (SELECT FROM customers other WHERE other.name = c.name AND other.id <> c.id);

-- name: add_customer :exec
INSERT INTO customers (phone, name) VALUES (:phone, :name);

-- name: copy_customers :exec
INSERT INTO customers (restaurant_id, phone)
SELECT r.id, :phone FROM restaurants r WHERE r.city = :city;

-- name: upsert_customer :exec
-- The unique index of the conflict holds the tenant: nothing is said.
INSERT INTO customers (restaurant_id, phone, name) VALUES (:restaurant_id, :phone, :name)
ON CONFLICT (restaurant_id, phone) DO UPDATE SET name = excluded.name;

-- name: rename_customer :execrows
UPDATE customers SET name = :name WHERE id = :id;

-- name: move_customer :execrows
UPDATE customers SET restaurant_id = :new_restaurant_id WHERE id = :id AND restaurant_id = :restaurant_id;

-- name: count_all :one
-- @tenant none: the nightly report counts over all restaurants
SELECT count(*) AS customers FROM customers;

-- name: count_one :one
-- @tenant none: of one restaurant, so this line says nothing
SELECT count(*) AS customers FROM customers WHERE restaurant_id = :restaurant_id;
