-- name: customers_of_restaurant :many
SELECT id, phone FROM customers WHERE restaurant_id = :restaurant_id;

-- name: in_city :many
SELECT r.id, c.phone
FROM restaurants r
LEFT JOIN customers c ON c.restaurant_id = r.id
WHERE r.city = :city;

-- name: limited :many
-- @unbounded: nothing to answer
SELECT id FROM customers LIMIT 10;

-- name: streamed :stream
SELECT id, phone FROM customers;

-- name: streamed_for_a_reason :stream
-- @unbounded: nothing to answer
SELECT id, phone FROM customers;
