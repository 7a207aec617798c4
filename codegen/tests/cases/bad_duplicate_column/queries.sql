-- name: customers_with_restaurants :many
SELECT c.id, c.name, r.id, r.name
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id;
