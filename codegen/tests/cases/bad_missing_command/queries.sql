-- name: customer_by_phone
SELECT id, name
FROM customers
WHERE phone = :phone;
