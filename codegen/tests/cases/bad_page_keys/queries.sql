-- name: not_unique :many
-- @page created_at desc
SELECT id, created_at FROM customers;

-- name: not_returned :many
-- @page created_at desc
SELECT name, created_at FROM customers;

-- name: joined :many
-- @page created_at desc, id
SELECT c.id, c.created_at, r.name
FROM customers c JOIN restaurants r ON r.city = c.name;

-- name: both_arms :many
-- @page id
SELECT id FROM customers UNION ALL SELECT id FROM customers;

-- name: repeated :many
-- @page id
SELECT id, generate_series(1, 3) AS number FROM customers;

-- name: null :many
-- @page rating desc, id
SELECT id, rating FROM customers;

-- name: unknown :many
-- @page made_at desc, id
SELECT id, created_at FROM customers;

-- name: without_order :many
-- @page place, id
SELECT id, place::text::point AS place FROM customers WHERE place IS NOT NULL;

-- name: list :many
-- @page tags, id
SELECT id, ARRAY[phone] AS tags FROM customers;

-- name: unique_in_some :many
-- @page phone
SELECT id, phone FROM customers WHERE true /*[ restaurant_id */ AND restaurant_id = :restaurant_id /*] */;

-- name: restaurants_with_pages :many
-- @load customers: page_of(ids = id) by restaurant_id
SELECT id, name FROM restaurants;

-- name: page_of :many
-- @page id
SELECT restaurant_id, id FROM customers WHERE restaurant_id = ANY (:ids);
