-- name: customers :one
SELECT count(*) AS customers FROM customers;
