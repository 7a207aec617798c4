-- name: customers_by_id :many
SELECT id FROM customers WHERE id = 'one';

-- name: customers_by_name :many
SELECT id FROM customers WHERE name = 1;

-- name: ambiguous :many
SELECT id FROM customers JOIN restaurants ON restaurant_id = restaurants.id;

-- name: ungrouped :many
SELECT name, count(*) FROM customers;

-- name: customers_by_label :many
SELECT id FROM customers WHERE status = 'actve';

-- name: conflict :many
SELECT id FROM customers WHERE id = :key AND phone = :key;
