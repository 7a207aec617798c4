-- name: search :many
-- Optional parts, and loads of which one has optional parts itself.
-- @load customers: customers_of(restaurant_ids = id, status = :status) by restaurant_id
-- @load first: first_customers(restaurant_ids = id, name = :city, phone = :phone) by restaurant_id opt
-- @order name: name | newest: id DESC
SELECT id, name FROM restaurants WHERE TRUE /*[ city */ AND city = :city /*] */;

-- name: customers_of :many
SELECT id, restaurant_id FROM customers
WHERE restaurant_id = ANY (:restaurant_ids) /*[ status */ AND status = :status /*] */;

-- name: first_customers :many
SELECT DISTINCT ON (restaurant_id) restaurant_id, id, name FROM customers
WHERE restaurant_id = ANY (:restaurant_ids) AND phone = :phone
  /*[ name */ AND name = :name /*] */
ORDER BY restaurant_id, id;

-- name: joined :many
-- Rows joined to rows, with an optional part.
SELECT r.id, r.name, c.id AS "customers[].id"
FROM restaurants r LEFT JOIN customers c ON c.restaurant_id = r.id
WHERE r.name = :name /*[ city */ AND r.city = :city /*] */;

-- name: export :stream
SELECT id, phone FROM customers WHERE restaurant_id = :restaurant_id /*[ phone */ AND phone = :phone /*] */;

-- name: export_ids :stream
-- A stream of values.
SELECT id FROM customers WHERE TRUE /*[ restaurant_id */ AND restaurant_id = :restaurant_id /*] */;
