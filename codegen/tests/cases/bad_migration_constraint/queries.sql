-- name: count_orders :one
SELECT count(*) FROM orders;
