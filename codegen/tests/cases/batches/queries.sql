-- Several calls that go out together.

-- name: add_customer :batchone
-- Adds a customer.
INSERT INTO customers (restaurant_id, name, phone) VALUES (:restaurant_id, :name, :phone)
RETURNING id;

-- name: customers_called :batchmany
SELECT id, name, rating FROM customers WHERE restaurant_id = :restaurant_id AND phone = :phone;

-- name: names_like :batchmany
SELECT name FROM customers WHERE name LIKE :pattern LIMIT 5;

-- name: rate :batchexec
UPDATE customers SET rating = :rating WHERE id = :id;

-- name: forget_all :batchexec
-- @allow update-without-where: the table is for tests
DELETE FROM restaurants;

-- name: whole :batchone
SELECT id, name, city FROM restaurants WHERE id = :id;
