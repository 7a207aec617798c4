-- name: customer_by_phone :opt
SELECT id, name
FROM custmers
WHERE phone = :phone;
