-- name: customers_page :many
-- The customers of a restaurant, the newest first.
-- @page created_at desc, id desc
-- @index customers idx_customers_page
SELECT id, name, phone, status, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  /*[ status */ AND status = :status /*] */;

-- name: rated_page :many
-- @page stars desc, id
SELECT c.id, coalesce(c.rating, 0) AS stars, r.id AS "restaurant.id", r.name AS "restaurant.name"
FROM customers c
LEFT JOIN restaurants r ON r.id = c.restaurant_id AND r.city = :city
WHERE c.phone > '0' -- nobody without
;

-- name: ids_page :many
-- @page id
SELECT id FROM customers;

-- name: phones_page :many
-- @page status, phone desc, restaurant_id
SELECT restaurant_id, phone, status FROM customers;

-- name: groups_page :many
-- @page customers desc, status
SELECT status, count(*) AS customers FROM customers GROUP BY status;
