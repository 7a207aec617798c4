-- name: elsewhere :many
-- @unbounded: restaurants are few
SELECT id, name
FROM restaurants
WHERE name NOT IN (SELECT c.name FROM customers c WHERE c.phone > '+');

-- name: without_customers :many
-- @unbounded: restaurants are few
SELECT id
FROM restaurants
WHERE id <> ALL (
    SELECT c.restaurant_id FROM restaurants r LEFT JOIN customers c ON c.restaurant_id = r.id
);

-- name: others :many
-- @unbounded: restaurants are few
-- @param other null
SELECT id FROM restaurants WHERE city NOT IN ('Graz', :other);

-- name: neither :many
-- @unbounded: restaurants are few
SELECT id FROM restaurants WHERE NOT (city IN ('Graz', NULL));

-- name: newest :many
-- @unbounded: restaurants are few
SELECT id FROM restaurants
WHERE name NOT IN (SELECT max(city) FROM restaurants GROUP BY id);
