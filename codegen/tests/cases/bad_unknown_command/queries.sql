-- name: customer_by_phone :first
SELECT id FROM customers WHERE phone = :phone;

-- name: all_customers :mny
SELECT id FROM customers;

-- name: count_customers :one :many
SELECT count(*) FROM customers;

-- name: some_customers many
SELECT id FROM customers;

-- name: last_customer :execlastid
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone);

-- name: delete_each :batchexec
DELETE FROM customers WHERE id = $1;
