-- name: count_customers :one
SELECT count(*) AS customers
FROM customers;
