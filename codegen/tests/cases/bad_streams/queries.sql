-- name: restaurants_one_by_one :stream
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: customers_of_restaurants :many
SELECT restaurant_id, name FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: restaurants :many
-- @load customers: customer_stream(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: customer_stream :stream
SELECT restaurant_id, name FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

