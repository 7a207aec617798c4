-- Rows that are read as they arrive.

-- name: every_customer :stream
-- All customers of all restaurants.
SELECT id, restaurant_id, name, phone, created_at FROM customers ORDER BY id;

-- name: names :stream
-- The only column is what an item is.
SELECT name FROM customers WHERE phone LIKE :prefix AND restaurant_id = ANY (:restaurants);

-- name: chosen :stream
SELECT id, name
FROM customers
WHERE restaurant_id = :restaurant_id
  AND phone = :phone
  AND name = :name
  AND status = :status
  AND rating = :rating
  AND created_at > :since;

-- name: many_numbers :stream
SELECT id
FROM customers
WHERE rating IN (:a, :b, :c, :d, :e, :f);

-- name: forget :stream
DELETE FROM customers WHERE created_at < :before RETURNING id, phone;
