-- name: delete_customer :exec
DELETE FROM customers WHERE id = :id;
DELETE FROM restaurants WHERE id = :restaurant_id;
