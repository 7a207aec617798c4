-- name: has_one :many
-- @order newest: created_at DESC | oldest: created_at
SELECT id FROM customers ORDER BY id LIMIT 5;

-- name: called_order :many
-- @order newest: created_at DESC
SELECT id FROM customers WHERE name = :order;

-- name: twice :many
-- @order newest: created_at DESC | Newest: created_at | self: id | 1st: id
SELECT id FROM customers;

-- name: empty :many
-- @order newest: | oldest: created_at
SELECT id FROM customers;

-- name: parameter :many
-- @order near: abs(rating - :rating) | first: id LIMIT 5 | open: (id | other: id; DROP TABLE customers
SELECT id FROM customers WHERE rating > :rating;

-- name: nothing :exec
-- @order newest: created_at
DELETE FROM customers;

-- name: no_name :many
-- @order created_at DESC
SELECT id FROM customers;

-- name: too_many :many
-- @order a: id | b: rating | c: name
SELECT id FROM customers WHERE true
  /*[ v */ AND id > :v /*] */ /*[ w */ AND id < :w /*] */ /*[ x */ AND rating < :x /*] */ /*[ y */ AND rating > :y /*] */;

-- name: within :many
-- @order a: id
SELECT id FROM customers WHERE true /*[ v */ AND id > :v LIMIT 5 /*] */;
