-- name: count_orders :one
SELECT count(*) AS orders
FROM orders;
