-- name: count_customers :one
SELECT count(*) FROM customers;
