-- name: customer_by_phone :opt
SELECT id FROM customers WHERE phone = :phone;

-- name: CustomerByPhone :one
SELECT id, name FROM customers WHERE phone = :phone;
