-- name: restaurants_with_customers :many
-- @load customers: customers_of_restaurants(restaurant_ids = id, status = :status, least = :least) by restaurant_id
SELECT id, name FROM restaurants WHERE city = :city;

-- name: customers_of_restaurants :many
-- @load type: namesakes(phones = phone, ids = restaurant_id, least = :least) by phone, restaurant_id opt
SELECT id, restaurant_id, phone FROM customers
WHERE restaurant_id = ANY (:restaurant_ids) AND status = :status;

-- name: namesakes :many
SELECT c.restaurant_id, c.phone, c.rating
FROM unnest(:phones::text[], :ids::uuid[]) AS k (phone, id)
JOIN customers c ON c.phone = k.phone AND c.restaurant_id = k.id
WHERE c.rating >= :least;

-- name: customer_with_restaurant :one
-- @load restaurant: restaurants_by_ids(ids = restaurant_id) by id one
SELECT id, restaurant_id FROM customers WHERE id = :id;

-- name: restaurants_by_ids :many
SELECT id, name FROM restaurants WHERE id = ANY (:ids);
