-- name: one_and_one :opt
-- @load restaurant: restaurants_by_ids(ids = restaurant_id) by id one
SELECT id, phone, restaurant_id FROM customers WHERE id = :id;

-- name: two_at_once :opt
-- The second costs no round trip.
-- @load restaurant: restaurants_by_ids(ids = restaurant_id) by id one
-- @load others: customers_of_restaurants(restaurant_ids = restaurant_id) by restaurant_id
SELECT id, phone, restaurant_id FROM customers WHERE id = :id;

-- name: many_to_one :many
-- A restaurant is sent once, whatever the number of its customers.
-- @load restaurant: restaurants_by_ids(ids = restaurant_id) by id one
SELECT id, phone, restaurant_id FROM customers WHERE id = ANY (:ids);

-- name: restaurants_by_ids :many
SELECT id, name FROM restaurants WHERE id = ANY (:ids);

-- name: customers_of_restaurants :many
SELECT id, restaurant_id FROM customers WHERE restaurant_id = ANY (:restaurant_ids);
