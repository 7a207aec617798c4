-- name: ordered :many
-- @page id
SELECT id FROM customers ORDER BY id;

-- name: limited :many
-- @page id
SELECT id FROM customers LIMIT 5;

-- name: locked :many
-- @page id
SELECT id FROM customers FOR UPDATE;

-- name: in_two_orders :many
-- @page id
-- @order up: id
SELECT id FROM customers;

-- name: one :one
-- @page id
SELECT id FROM customers;

-- name: twice :many
-- @page id, id desc
SELECT id FROM customers;

-- name: taken :many
-- @page id
SELECT id FROM customers WHERE id > :after AND id < :page_size AND phone > :after_phone;

-- name: numbered :many
-- @page id
SELECT id FROM customers WHERE id > $1;

-- name: inserted :many
-- @page id
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone) RETURNING id;

-- name: sideways :many
-- @page id upwards
SELECT id FROM customers;

-- name: loaded :many
-- @page id
-- @load customers: customers_of(ids = id) by restaurant_id
SELECT id FROM restaurants;

-- name: customers_of :many
SELECT restaurant_id, id FROM customers WHERE restaurant_id = ANY (:ids);

-- name: too_many :many
-- @page id
SELECT id FROM customers WHERE true
  /*[ v */ AND id > :v /*] */ /*[ w */ AND id < :w /*] */ /*[ x */ AND rating < :x /*] */
  /*[ y */ AND rating > :y /*] */ /*[ z */ AND name > :z /*] */;
