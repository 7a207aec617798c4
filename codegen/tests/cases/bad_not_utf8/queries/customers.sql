-- name: customer_by_name :opt
SELECT id
FROM customers
WHERE name = 'Müller';
