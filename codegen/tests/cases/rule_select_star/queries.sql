-- name: restaurant_by_id :opt
SELECT * FROM restaurants WHERE id = :id;

-- name: restaurant_of :opt
SELECT r . *, c.phone
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.id = :customer_id;

-- name: pairs :many
-- @unbounded: the two tables are small
SELECT *
FROM (SELECT id, name AS "Name", city AS "order" FROM restaurants) r
JOIN (SELECT restaurant_id, phone FROM customers) c ON c.restaurant_id = r.id;

-- name: rename_restaurant :one
UPDATE restaurants SET name = :name WHERE id = :id
RETURNING restaurants.*;
