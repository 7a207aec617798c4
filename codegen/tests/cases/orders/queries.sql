-- name: customers_in_order :many
-- Customers of a restaurant, in the order that the caller asks for.
-- @order newest: created_at DESC, id | name: name NULLS LAST, id | best_rated: (rating | 0) DESC NULLS LAST, id
SELECT id, name, rating, created_at
FROM customers
WHERE restaurant_id = :restaurant_id -- always
  /*[ status */ AND status = :status /*] */
LIMIT :max_rows OFFSET 1;

-- name: all_phones :many
-- @order up: phone | down: phone DESC
SELECT phone FROM customers /*[ max_rows */ LIMIT :max_rows /*] */;

-- name: last_customer :opt
-- @order newest: created_at DESC, id | oldest: created_at, id
SELECT id FROM customers FETCH FIRST 1 ROW ONLY;

-- name: restaurants_in_order :many
-- @load customers: customers_of_restaurants(restaurant_ids = id) by restaurant_id
-- @order up: id | down: id DESC
SELECT id, name FROM restaurants;

-- name: customers_of_restaurants :many
SELECT restaurant_id, id FROM customers WHERE restaurant_id = ANY (:restaurant_ids);

-- name: many_filters :many
-- @order newest: created_at DESC | oldest: created_at
SELECT id FROM customers
WHERE id > :a AND id < :b AND phone > :c AND rating > :d AND name > :e
  /*[ status */ AND status = :status /*] */;
