-- name: delete_customer :one
DELETE FROM customers WHERE id = :id;

-- name: all_customers :exec
SELECT id FROM customers;

-- name: create_restaurant :execrows
INSERT INTO restaurants (name) VALUES (:name) RETURNING id;
