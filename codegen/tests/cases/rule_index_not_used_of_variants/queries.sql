-- name: found_by_either :many
-- @index customers idx_customers_phone
-- @index customers customers_pkey
SELECT id FROM customers
WHERE restaurant_id = :restaurant_id /*[ phone */ AND phone = :phone /*] */ /*[ id */ AND id = :id /*] */;

-- name: found_by_none :many
-- @index customers idx_customers_phone
-- @index customers idx_customers_created
SELECT id FROM customers WHERE true /*[ name */ AND name = :name /*] */ /*[ id */ AND id = :id /*] */;
