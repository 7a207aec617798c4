-- Customers.

SELECT id FROM customers;

-- name: count_customers :one
SELECT count(*) FROM customers;
