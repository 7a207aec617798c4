-- name: customer_by_phone :opt
SELECT id, uper(name) AS name
FROM customers
WHERE phone = :phone;
