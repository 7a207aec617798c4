-- name: customer_by_phone :opt
-- @index idx_customers_phone
-- @slow 5 minutes
-- @row customer
-- @row Area²
-- @column name
-- @param phone text); DROP TABLE customers: the number
SELECT id, name
FROM customers
WHERE restaurant_id = :restaurant_id AND phone = :phone;
