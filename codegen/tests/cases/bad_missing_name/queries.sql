-- name:
SELECT id, name
FROM customers;
