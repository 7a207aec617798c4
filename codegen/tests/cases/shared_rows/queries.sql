-- name: customer_by_id :opt
-- @row Customer
SELECT id, name, phone, status FROM customers WHERE id = :id;

-- name: customers_by_status :many
-- @row Customer
SELECT id, name, phone, status FROM customers WHERE status = :status;

-- name: create_customer :one
-- @row Customer
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone)
RETURNING id, name, phone, status;

-- name: customer_names :many
-- One column is a struct all the same, when it is asked for.
-- @row Name
SELECT name FROM customers;

-- name: known_names :many
-- @column name not null
SELECT name, max(phone) AS phone FROM customers WHERE length(coalesce(name, '')) > 0 GROUP BY name;

-- name: with_restaurant :many
-- @row CustomerAndRestaurant
SELECT c.id, r.id AS "restaurant.id", r.name AS "restaurant.name"
FROM customers c LEFT JOIN restaurants r ON r.id = c.restaurant_id;

-- name: with_restaurant_by_id :opt
-- @row CustomerAndRestaurant
SELECT c.id, r.id AS "restaurant.id", r.name AS "restaurant.name"
FROM customers c LEFT JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.id = :id;
