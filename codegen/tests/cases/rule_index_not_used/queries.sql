-- name: customers_named :many
-- @index customers idx_customers_phone
SELECT id, phone
FROM customers
WHERE lower(name) = :name;

-- name: restaurants_in :many
-- @index customers idx_customers_created
SELECT id, name
FROM restaurants
WHERE city = :city;
