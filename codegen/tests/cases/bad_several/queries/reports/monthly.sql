-- name: monthly :many
-- @indx customers idx_customers_created
SELECT id FROM customers;

-- name: totals :one
SELECT count(*) FROM orders;
