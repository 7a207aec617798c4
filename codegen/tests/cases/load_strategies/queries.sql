-- name: restaurants_of_city :many
-- Two children that wait for the keys, in one round trip.
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
-- @load namesakes: restaurants_by_names(names = name) by name
SELECT id, name FROM restaurants WHERE city = :city;

-- name: city_with_customers :many
-- The child repeats the condition; a foreign key tells what it belongs to.
-- @load customers: customers_of_city(city = :city) by restaurant_id
SELECT id, name FROM restaurants WHERE city = :city;

-- name: city_page :opt
-- Both strategies beside each other, and one level more.
-- @load all: customers_of_city(city = :city) by restaurant_id = id
-- @load rated: rated_customers(city = :city, least = :least) by restaurant_id = id opt
-- @load customers: customers_with_namesakes(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants WHERE city = :city AND name = :name;

-- name: customers_with_namesakes :many
-- @load namesakes: restaurants_by_names(names = name) by name
SELECT id, restaurant_id, name FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: pages :many
-- A child that needs a connection with several statements under way makes its parent one.
-- @load pages: restaurants_of_cities(cities = city) by city
SELECT id, city FROM restaurants WHERE name = :name;

-- name: restaurants_of_cities :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
-- @load namesakes: restaurants_by_names(names = name) by name
SELECT id, name, city FROM restaurants WHERE city = ANY (:cities);

-- name: customers_of_restaurants :many
SELECT id, restaurant_id FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: customers_of_city :many
SELECT c.id, c.restaurant_id FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id WHERE r.city = :city;

-- name: rated_customers :many
SELECT c.id, c.restaurant_id FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id WHERE r.city = :city AND c.rating >= :least;

-- name: restaurants_by_names :many
SELECT id, name FROM restaurants WHERE name = ANY (:names);

-- name: figures :one
-- Without a key all rows belong to the only one. What else is sent does not wait for them.
-- @load customers: count_customers(restaurant_id = :id)
-- @load best: best_customer(restaurant_id = :id, least = :rows)
-- @load phones: phones(restaurant_id = :id)
-- @load page: page_of(id = :id)
-- @load namesakes: restaurants_by_names(names = name) by name
-- @load same: restaurants_by_names(names = name) by name
-- @load others: restaurants_by_names(names = :names)
SELECT id, name FROM restaurants WHERE id = :id;

-- name: page_of :opt
-- @load customers: count_customers(restaurant_id = :id)
SELECT id, name FROM restaurants WHERE id = :id;

-- name: count_customers :one
SELECT count(*) FROM customers WHERE restaurant_id = :restaurant_id;

-- name: best_customer :opt
SELECT id, name FROM customers
WHERE restaurant_id = :restaurant_id AND rating >= :least ORDER BY rating DESC LIMIT 1;

-- name: phones :many
SELECT phone FROM customers WHERE restaurant_id = :restaurant_id;
