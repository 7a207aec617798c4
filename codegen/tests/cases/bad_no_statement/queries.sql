-- name: customer_by_phone :opt
-- Looks a customer up.

-- name: count_customers :one
SELECT count(*) FROM customers;
