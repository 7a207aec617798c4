-- name: customer_by_phone :opt
SELECT id, nme FROM customers WHERE phone = :phone;

-- name: all_customers :all
SELECT id FROM customers;

-- name: good :one
SELECT count(*) FROM customers;
