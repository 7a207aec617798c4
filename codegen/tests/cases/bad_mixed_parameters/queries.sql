-- name: customers_by_rating :many
SELECT id FROM customers WHERE phone = $1 /*[ rating */ AND rating = :rating /*] */;

-- name: customers_by_status :many
-- @order newest: created_at
SELECT id FROM customers WHERE rating = $1 AND status = :status;
