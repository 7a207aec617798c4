-- name: customer_by_phone :opt
SELECT id, name
FROM customers
WHERE phone = '+49 30
  AND restaurant_id = :restaurant_id;
