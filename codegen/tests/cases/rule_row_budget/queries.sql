-- name: customers_of_city :many
-- @budget rows <= 50
SELECT c.id, c.phone
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE r.city = :city;
