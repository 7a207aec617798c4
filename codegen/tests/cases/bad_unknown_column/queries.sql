-- name: customer_by_phone :opt
-- Straße: the place is counted in characters, not in bytes.
SELECT 'Größe' AS size, c.id, c.full_name
FROM customers c
WHERE c.phone = :phone;
