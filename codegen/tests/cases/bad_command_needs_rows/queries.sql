-- name: delete_customer :one
DELETE FROM customers WHERE id = :id;
