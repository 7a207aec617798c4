-- name: by_customer :many
-- An index that has the key behind another column, and a partial one that does not serve.
-- @load orders: orders_of_customers(customer_ids = id) by customer_id
SELECT id, name FROM shops;

-- name: by_phone :many
-- An index of an expression.
-- @load orders: orders_by_phones(phones = name) by phone
SELECT id, name FROM shops;

-- name: indexed :many
-- An index that begins with the key, with what is asked for beside it, of open ones, and none of a small table.
-- @load of_shop: orders_of_shops(shop_ids = id) by shop_id
-- @load beside: orders_beside(customer_ids = id, shop_id = :shop_id) by customer_id
-- @load open: open_orders(customer_ids = id) by customer_id
-- @load kinds: kinds_of_shops(shop_ids = id) by shop_id
SELECT id, name FROM shops;

-- name: together :many
-- What goes out with the query is found by its own condition.
-- @load orders: orders_of_customer(customer_id = :customer_id) by shop_id
SELECT id, name FROM shops WHERE name = :name;

-- name: allowed :many
-- @allow load-key-unindexed: a report of the night
-- @load orders: orders_of_customers(customer_ids = id) by customer_id
SELECT id, name FROM shops;

-- name: orders_of_customers :many
SELECT id, customer_id FROM orders WHERE customer_id = ANY (:customer_ids);

-- name: orders_by_phones :many
SELECT id, phone FROM orders WHERE phone = ANY (:phones);

-- name: orders_of_shops :many
SELECT id, shop_id FROM orders WHERE shop_id = ANY (:shop_ids);

-- name: orders_beside :many
SELECT id, customer_id FROM orders WHERE customer_id = ANY (:customer_ids) AND shop_id = :shop_id;

-- name: open_orders :many
SELECT id, customer_id FROM orders WHERE customer_id = ANY (:customer_ids) AND is_open;

-- name: orders_of_customer :many
SELECT id, shop_id FROM orders WHERE customer_id = :customer_id;

-- name: kinds_of_shops :many
SELECT id, shop_id FROM kinds WHERE shop_id = ANY (:shop_ids);
