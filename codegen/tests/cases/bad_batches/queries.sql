-- name: with_parts :batchmany
SELECT id FROM customers WHERE restaurant_id = :restaurant_id /*[ phone */ AND phone = :phone /*] */;

-- name: ordered :batchmany
-- @order newest: created_at DESC | oldest: created_at
SELECT id, created_at FROM customers WHERE restaurant_id = :restaurant_id;

-- name: paged :batchmany
-- @page created_at desc, id desc
SELECT id, created_at FROM customers WHERE restaurant_id = :restaurant_id;

-- name: restaurants :batchone
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants WHERE id = :id;

-- name: customers_of_restaurants :many
SELECT restaurant_id, name FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: all_restaurants :many
-- @load customers: customers_called(restaurant_id = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: customers_called :batchmany
SELECT restaurant_id, name FROM customers WHERE restaurant_id = :restaurant_id;

-- name: nothing :batchone
UPDATE customers SET name = :name WHERE id = :id;
