-- name: customers_by_rating :many
-- @param ratng: from 1 to 5
SELECT id FROM customers WHERE rating = :rating;

-- name: customers_by_phone :many
-- @param phone txt
SELECT id FROM customers WHERE phone = :phone;

-- name: customers_by_status :many
-- @param stat: the status
SELECT id FROM customers WHERE status = $1;
