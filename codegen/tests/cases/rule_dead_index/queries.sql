-- name: orders_of_shop :many
SELECT id, status
FROM orders
WHERE shop_id = :shop_id
ORDER BY placed_at;

-- name: orders_in_status :many
-- The planner cannot know that the status is another than `done`.
SELECT id
FROM orders
WHERE status = :status;

-- name: events_of_order :many
SELECT happened_at
FROM events
WHERE order_id = :order_id;
