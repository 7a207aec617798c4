-- name: customer_by_phone :opt
-- @index customers idx_customers_fone
SELECT id FROM customers WHERE restaurant_id = :restaurant_id AND phone = :phone;

-- name: customers_by_rating :many
-- @index customers rating
SELECT id FROM customers WHERE rating = :rating;

-- name: by_wrong_table :many
-- @index custmers idx_customers_phone
SELECT id FROM customers WHERE rating = :rating;
