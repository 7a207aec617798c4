-- name: customers_with_restaurants :many
SELECT c.id, r.id AS "restaurant.id", r.name AS "restaurant.name", r.city AS "restaurant.name"
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id;

-- name: create_restaurants :bulk
INSERT INTO restaurants (name) VALUES (:name) RETURNING id, name AS id;

-- name: restaurants_with_customers :many
-- @load customers: customers_of(restaurants = id) by id
SELECT id FROM restaurants;

-- name: customers_of :many
SELECT c.id, r.id
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE r.id = ANY (:restaurants);
