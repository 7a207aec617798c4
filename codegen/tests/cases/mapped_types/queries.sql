-- name: customer :opt
SELECT id, handle, email, place, friends FROM customers WHERE id = :id;

-- name: customers_in :many
SELECT id FROM customers WHERE id IN (:one, :other) OR id <> :third AND id = ANY (:more);

-- name: customer_by_email :opt
SELECT id FROM customers WHERE email = :email AND handle <> :handle;

-- The pattern is no e-mail address, and the sum no key.
-- name: search :many
SELECT id, id + 1 AS next FROM customers WHERE email LIKE :pattern AND id > :after;

-- name: add_customer :exec
INSERT INTO customers (id, handle, email, place, friends)
VALUES (:id, :handle, :email, :place, :friends)
ON CONFLICT (id) DO UPDATE SET email = :email;

-- name: add_two :exec
INSERT INTO customers (id, handle) VALUES (:a, 'a'), (:b, 'b');

-- name: add_all :exec
INSERT INTO customers (id, handle) SELECT * FROM unnest(:ids::bigint[], :handles::citext[]);

-- name: set_status :execrows
UPDATE sales.orders SET status = :status, referrer = :referrer WHERE id = :id;

-- name: through_cte :many
WITH o AS (SELECT o.id AS order_id, o.customer_id FROM sales.orders o)
SELECT * FROM o WHERE order_id = :order_id AND (customer_id, order_id) > (:customer, :last);

-- name: open_orders :many
SELECT * FROM sales.open_orders WHERE customer_id = :customer AND email = :email;

-- Two types for one parameter are none, and a text of a key is no key.
-- name: clash :many
SELECT id FROM customers WHERE handle = :given AND email = :given AND id::text = :text;

-- name: orders_of :many
SELECT id, customer_id, status FROM sales.orders WHERE customer_id = ANY (:customers);

-- name: with_orders :many
-- @load orders: orders_of(customers = id) by customer_id
SELECT id, email FROM customers WHERE id > :after ORDER BY id LIMIT 10;

-- name: paged :many
-- @page id
SELECT id, handle FROM customers;

-- name: filtered :many
SELECT id FROM sales.orders
WHERE true
  /*[ customer */ AND customer_id = :customer /*] */
  /*[ referrer */ AND referrer = :referrer /*] */;

-- name: import :bulk
INSERT INTO sales.orders (id, customer_id) VALUES (:id, :customer_id) RETURNING id;

-- name: copied :copy
INSERT INTO customers (id, handle, email) VALUES (:id, :handle, :email);
