-- name: self :many
SELECT id FROM customers;

-- name: 2nd_customer :opt
SELECT id FROM customers OFFSET 1 LIMIT 1;

-- name: customer-by-phone :opt
SELECT id FROM customers WHERE phone = :phone;
