-- name: without_index :many
-- @page created_at desc, id
SELECT id, created_at FROM customers WHERE status = :status;

-- name: with_index :many
-- @page created_at desc, id desc
SELECT id, created_at FROM customers WHERE restaurant_id = :restaurant_id;

-- name: computed :many
-- @page stars, id
SELECT id, coalesce(rating, 0) AS stars FROM customers WHERE restaurant_id = :restaurant_id;

-- name: few_rows :many
-- @page name, id
SELECT id, name FROM restaurants;
