-- name: refused :many
-- @order newest: made_at DESC, id | name: name
SELECT id, name FROM customers WHERE restaurant_id = :restaurant_id
LIMIT 5;

-- name: cannot_be_ordered :many
-- @order newest: created_at DESC
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone) RETURNING id;

-- name: parents :many
-- @load customers: children(ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: children :many
-- @order newest: created_at DESC | oldest: created_at
SELECT restaurant_id, id FROM customers WHERE restaurant_id = ANY (:ids);
