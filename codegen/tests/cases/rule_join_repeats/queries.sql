-- name: restaurants_with_customers :many
SELECT r.id, r.name, r.city, c.id AS "customers[].id", c.phone AS "customers[].phone"
FROM restaurants r
JOIN customers c ON c.restaurant_id = r.id
WHERE r.city = :city;

-- name: restaurant_with_customers :opt
-- A hundred rows are few.
SELECT r.id, r.name, c.id AS "customers[].id", c.phone AS "customers[].phone"
FROM restaurants r
JOIN customers c ON c.restaurant_id = r.id
WHERE r.id = :id;
