-- name: customer_by_id :opt
-- @row Customer
SELECT id, name, phone FROM customers WHERE id = :id;

-- name: customers_by_status :many
-- @row Customer
SELECT id, name, phone, rating FROM customers WHERE status = :status;

-- name: customers_of_restaurant :many
-- @row Customer
SELECT id, phone, name FROM customers WHERE restaurant_id = :restaurant_id;

-- name: customers_with_names :many
-- @row Customer
SELECT id, name, phone FROM customers WHERE name IS NOT NULL;

-- name: customers_as_text :many
-- @row Customer
SELECT id::text AS id, name, phone FROM customers;
