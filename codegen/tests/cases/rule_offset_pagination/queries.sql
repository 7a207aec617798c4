-- name: newest :many
SELECT id, phone, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
ORDER BY created_at DESC
LIMIT 50 OFFSET :skip;

-- name: by_phone :many
SELECT id, phone
FROM customers
WHERE restaurant_id = :restaurant_id
ORDER BY phone
LIMIT 50 OFFSET :page * 50;

-- name: by_city :many
SELECT r.name, c.id, c.phone
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
ORDER BY r.city, c.created_at DESC
LIMIT 50 OFFSET coalesce(:skip, 0);

-- name: in_no_order :many
SELECT id FROM restaurants LIMIT 10 OFFSET 20;

-- name: busiest :many
SELECT restaurant_id, count(*) AS customers
FROM customers
GROUP BY restaurant_id
ORDER BY customers DESC
LIMIT 10 OFFSET :skip;
