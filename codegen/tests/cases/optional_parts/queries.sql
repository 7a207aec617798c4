-- Queries with optional parts.

-- name: search_customers :many
-- Customers of a restaurant, by what is asked for.
-- @param rating: with at least so many stars
SELECT c.id, c.name, c.status, c.rating, c.created_at
FROM customers c
  /*[ city */ JOIN restaurants r ON r.id = c.restaurant_id /*] */
WHERE c.restaurant_id = :restaurant_id
  /*[ status */ AND c.status = :status /*] */
  /*[ rating */ AND c.rating >= :rating /*] */
  /*[ city */ AND r.city = :city /*] city */
ORDER BY c.created_at DESC
LIMIT :max_rows;

-- name: customer_of :opt
-- @sample id = 1
-- @sample phone = 123
-- @index customers customers_pkey
SELECT phone FROM customers
WHERE id = :id /*[ phone */ AND phone = :phone /*] */;

-- name: change_customer :execrows
UPDATE customers
SET rating = :rating/*[ name */, name = :name/*] *//*[ status */, status = :status/*] */
WHERE id = :id;

-- name: delete_rated :exec
DELETE FROM customers WHERE rating < 2 /*[ below */ OR rating < :below /*] */;

-- name: customers_of_phones :many
SELECT id, phone, name FROM customers
WHERE phone = ANY(:phones) /*[ status */ AND status = :status /*] */;

-- name: restaurants_with_customers :many
-- @load customers: customers_of_restaurants(restaurant_ids = id, status = :status) by restaurant_id
SELECT id, name FROM restaurants WHERE true /*[ city */ AND city = :city /*] */;

-- name: customers_of_restaurants :many
SELECT restaurant_id, id, name FROM customers
WHERE restaurant_id = ANY (:restaurant_ids)
  /*[ status */ AND status = :status /*] */;
