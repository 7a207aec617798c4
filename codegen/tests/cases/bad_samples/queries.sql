-- name: customers_rated :many
-- @sample ratng = 5
-- @sample rating = 5
SELECT id, name FROM customers WHERE rating = :rating;

-- name: customers_of_status :many
-- @sample status = active
SELECT id, name FROM customers WHERE status = :status AND restaurant_id = :restaurant_id;

-- name: customers_of_restaurant :many
-- @sample restaurant_id = the first
SELECT id, name FROM customers WHERE restaurant_id = :restaurant_id;

-- name: customers_named :many
-- @sample name
SELECT id FROM customers WHERE name = :name;

-- name: customers_new :many
-- @allow seq-scn: short
-- @scan customers
-- @budget rows < 5
-- @unbounded
-- @tenant all: yes
-- @allow seq-scan: once
-- @allow seq-scan: twice
SELECT id FROM customers;
