-- name: unknown_child :many
-- @load customers: customers_of_restaurant(restaurant_ids = id) by restaurant_id
SELECT id FROM restaurants;

-- name: one_by_one :many
-- @load customers: customers_of_one(restaurant_id = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: other_command :many
-- @load customers: customer(id = id) by id
SELECT id, name FROM customers;

-- name: other_type :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
SELECT id, name FROM customers;

-- name: other_key :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by id
SELECT id, name FROM restaurants;

-- name: null_key :many
-- @load customers: namesakes(names = name) by name
SELECT id, name FROM restaurants;

-- name: no_value :many
-- @load customers: customers_of_restaurants() by restaurant_id
SELECT id, name FROM restaurants;

-- name: unknown_column :many
-- @load customers: customers_of_restaurants(restaurant_ids = ident) by restaurant_id
SELECT id, name FROM restaurants;

-- name: same_field :many
-- @load name: customers_of_restaurants(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: two_keys :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id, id
SELECT id, name FROM restaurants;

-- name: no_form :many
-- @load customers: customers_of_restaurants
SELECT id, name FROM restaurants;

-- name: there :many
-- @load back: back(ids = id) by id
SELECT id, name FROM restaurants WHERE id = ANY (:ids);

-- name: back :many
-- @load there: there(ids = id) by id
SELECT id, name FROM restaurants WHERE id = ANY (:ids);

-- name: customers_of_restaurants :many
SELECT id, restaurant_id FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: customers_of_one :many
SELECT id, restaurant_id FROM customers WHERE restaurant_id = :restaurant_id;

-- name: customer :opt
SELECT id, name FROM customers WHERE id = :id;

-- name: namesakes :many
SELECT id, name FROM customers WHERE name = ANY (:names) OR name IS NULL;


-- name: no_parent_column :many
-- @load customers: customers_of_one(restaurant_id = :restaurant_id) by id
SELECT id, name FROM restaurants WHERE id = :restaurant_id;

-- name: two_parent_columns :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id = name
SELECT id, name FROM restaurants;

-- name: all_for_each :many
-- @load customers: customers_of_one(restaurant_id = :restaurant_id)
SELECT id, name FROM restaurants WHERE id = :restaurant_id;

-- name: keys_without_key :one
-- @load customers: customers_of_restaurants(restaurant_ids = id)
SELECT id, name FROM restaurants LIMIT 1;

-- name: first_of_all :many
-- @load customers: first_customers(restaurant_ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: first_customers :many
SELECT id, restaurant_id FROM customers WHERE restaurant_id = ANY (:restaurant_ids) ORDER BY id LIMIT 5;

-- name: within_a_struct :many
-- @load customers: customers_of_restaurants(restaurant_ids = restaurant.id) by restaurant_id
SELECT c.id, r.id AS "restaurant.id" FROM customers c JOIN restaurants r ON r.id = c.restaurant_id;
