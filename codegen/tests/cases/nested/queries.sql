-- name: customer_with_restaurant :one
SELECT c.id, c.name,
       r.id AS "restaurant.id", r.name AS "restaurant.name", r.city AS "restaurant.city"
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.id = :id;

-- name: restaurants_with_customers :many
SELECT r.id,
       c.name AS "customer.name", c.id AS "customer.id", c.rating AS "customer.rating",
       f.id AS "customer.friend.id", f.name AS "customer.friend.name"
FROM restaurants r
LEFT JOIN customers c ON c.restaurant_id = r.id
LEFT JOIN customers f ON f.rating = c.rating AND f.id <> c.id;

-- name: either :many
-- Each side is there or not, never none.
SELECT c.id AS "left.id", c.name AS "left.name", r.id AS "right.id", r.city AS "right.city"
FROM customers c
FULL JOIN restaurants r ON r.id = c.restaurant_id;

-- name: both_or_none :many
-- Two tables of one join: they are missing together.
SELECT r.id, c.id AS "pair.id", o.name AS "pair.name", c.rating AS "pair.rating"
FROM restaurants r
LEFT JOIN (customers c JOIN restaurants o ON o.id = c.restaurant_id) ON c.restaurant_id = r.id;

-- name: not_together :many
-- Two joins: the columns are missing one by one.
SELECT r.id, c.id AS "mixed.id", o.name AS "mixed.name"
FROM restaurants r
LEFT JOIN customers c ON c.restaurant_id = r.id
LEFT JOIN restaurants o ON o.city = r.name;

-- name: nothing_to_tell :many
-- No column of the struct is always there when the row is.
SELECT r.id, c.name AS "customer.name", c.rating AS "customer.rating"
FROM restaurants r
LEFT JOIN customers c ON c.restaurant_id = r.id;

-- name: with_a_constant :many
SELECT r.id, c.id AS "customer.id", 1 AS "customer.one", coalesce(c.rating, 0::smallint) AS "customer.rating"
FROM restaurants r
LEFT JOIN customers c ON c.restaurant_id = r.id;

-- name: from_a_subquery :many
SELECT r.id, s.id AS "customer.id", s.name AS "customer.name"
FROM restaurants r
LEFT JOIN (SELECT id, name, restaurant_id FROM customers) s ON s.restaurant_id = r.id;
