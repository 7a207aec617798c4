-- name: every_customer :many
SELECT id FROM customers;
