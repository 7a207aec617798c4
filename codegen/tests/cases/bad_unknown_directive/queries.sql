-- name: customer_by_phone :opt
-- Looks a customer up.
-- @idnex customers idx_customers_phone
-- @whatever this is
SELECT id, name
FROM customers
WHERE restaurant_id = :restaurant_id AND phone = :phone;
