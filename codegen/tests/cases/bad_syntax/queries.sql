-- name: customer_by_phone :opt
SELECT id, name
FROM customers
WERE phone = :phone;
