-- name: customers_by_rating :many
SELECT id FROM customers WHERE rating = :rating AND phone = $1;

-- name: customers_by_status :many
SELECT id FROM customers WHERE rating = $1 AND status = :status;
