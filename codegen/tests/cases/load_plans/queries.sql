-- name: orders_select_in :many
-- One-to-many, the first of them, a link table, a nullable foreign key and one-to-one.
-- @load lines: lines_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number
-- @load first: first_lines_of_orders(shop_ids = shop_id, numbers = number, max_rows = :max_rows) by shop_id, number
-- @load tags: tags_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number
-- @load customer: customers_by_ids(ids = customer_id) by id opt
-- @load payment: payments_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number opt
SELECT shop_id, number, customer_id, note
FROM orders
WHERE shop_id = :shop_id AND NOT is_deleted
ORDER BY number DESC;

-- name: orders_subquery :many
-- The same, each found by the shop. What belongs to deleted orders is found as well.
-- @load lines: lines_of_shop(shop_id = :shop_id) by shop_id, number
-- @load tags: tags_of_shop(shop_id = :shop_id) by shop_id, number
-- @load customer: customers_of_shop(shop_id = :shop_id) by id opt
-- @load payment: payments_of_shop(shop_id = :shop_id) by shop_id, number opt
SELECT shop_id, number, customer_id, note
FROM orders
WHERE shop_id = :shop_id AND NOT is_deleted
ORDER BY number DESC;

-- name: orders_joined :many
SELECT o.shop_id, o.number, o.customer_id, o.note,
       c.id AS "customer.id", c.name AS "customer.name",
       p.amount AS "payment.amount",
       l.position AS "lines[].position", l.product AS "lines[].product"
FROM orders o
LEFT JOIN customers c ON c.id = o.customer_id
LEFT JOIN payments p ON p.shop_id = o.shop_id AND p.number = o.number
LEFT JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number
WHERE o.shop_id = :shop_id AND NOT o.is_deleted
ORDER BY o.number DESC, l.position;

-- name: lines_select_in :many
-- The three strategies with nothing else, to be measured.
-- @load lines: lines_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number
SELECT shop_id, number, customer_id, note FROM orders WHERE shop_id = :shop_id ORDER BY number;

-- name: lines_subquery :many
-- @load lines: lines_of_shop(shop_id = :shop_id) by shop_id, number
SELECT shop_id, number, note, customer_id FROM orders WHERE shop_id = :shop_id ORDER BY number;

-- name: lines_joined :many
SELECT o.shop_id, o.number, o.customer_id, o.note,
       l.position AS "lines[].position", l.product AS "lines[].product"
FROM orders o
LEFT JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number
WHERE o.shop_id = :shop_id
ORDER BY o.number, l.position;

-- name: customers_joined :many
-- Two levels: orders by customer, lines by order.
SELECT c.id, c.name,
       o.shop_id AS "orders[].shop_id", o.number AS "orders[].number",
       l.position AS "orders[].lines[].position", l.product AS "orders[].lines[].product"
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id AND o.shop_id = :shop_id AND NOT o.is_deleted
LEFT JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number
WHERE c.id = ANY (:ids)
ORDER BY l.position DESC, o.number, c.id;

-- name: tagged :many
-- An order comes once for each of its tags.
-- @load lines: lines_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number
SELECT shop_id, number, tag_id FROM order_tags WHERE shop_id = :shop_id ORDER BY tag_id, number;

-- name: customers_nested :many
-- Two levels, each in one statement.
-- @load orders: orders_of_customers(customer_ids = id, shop_id = :shop_id) by customer_id
SELECT id, name FROM customers WHERE id = ANY (:ids) ORDER BY id;

-- name: orders_of_customers :many
-- @load lines: lines_of_orders(shop_ids = shop_id, numbers = number) by shop_id, number
SELECT customer_id, shop_id, number
FROM orders
WHERE customer_id = ANY (:customer_ids) AND shop_id = :shop_id AND NOT is_deleted
ORDER BY number;

-- name: lines_of_orders :many
SELECT l.shop_id, l.number, l.position, l.product
FROM unnest(:shop_ids::integer[], :numbers::integer[]) AS k (shop_id, number)
JOIN lines l USING (shop_id, number)
ORDER BY l.position;

-- name: first_lines_of_orders :many
SELECT l.shop_id, l.number, l.position, l.product
FROM unnest(:shop_ids::integer[], :numbers::integer[]) AS k (shop_id, number)
CROSS JOIN LATERAL (
    SELECT * FROM lines
    WHERE lines.shop_id = k.shop_id AND lines.number = k.number
    ORDER BY position
    LIMIT :max_rows
) l;

-- name: lines_of_shop :many
SELECT shop_id, number, position, product FROM lines WHERE shop_id = :shop_id ORDER BY position;

-- name: tags_of_orders :many
SELECT o.shop_id, o.number, t.id, t.name
FROM unnest(:shop_ids::integer[], :numbers::integer[]) AS k (shop_id, number)
JOIN order_tags o USING (shop_id, number)
JOIN tags t ON t.id = o.tag_id
ORDER BY t.name DESC;

-- name: tags_of_shop :many
SELECT o.shop_id, o.number, t.id, t.name
FROM order_tags o
JOIN tags t ON t.id = o.tag_id
WHERE o.shop_id = :shop_id
ORDER BY t.name DESC;

-- name: customers_by_ids :many
SELECT id, name FROM customers WHERE id = ANY (:ids);

-- name: customers_of_shop :many
SELECT id, name FROM customers
WHERE id IN (SELECT customer_id FROM orders WHERE shop_id = :shop_id);

-- name: payments_of_orders :many
SELECT p.shop_id, p.number, p.amount
FROM unnest(:shop_ids::integer[], :numbers::integer[]) AS k (shop_id, number)
JOIN payments p USING (shop_id, number);

-- name: payments_of_shop :many
SELECT shop_id, number, amount FROM payments WHERE shop_id = :shop_id;

-- name: orders_of_shop :many
-- One query for each row begins here.
SELECT shop_id, number, customer_id, note
FROM orders
WHERE shop_id = :shop_id AND NOT is_deleted
ORDER BY number DESC;

-- name: lines_of_order :many
SELECT position, product FROM lines WHERE shop_id = :shop_id AND number = :number ORDER BY position;

-- name: tags_of_order :many
SELECT t.id, t.name
FROM order_tags o
JOIN tags t ON t.id = o.tag_id
WHERE o.shop_id = :shop_id AND o.number = :number
ORDER BY t.name DESC;

-- name: customer_by_id :opt
SELECT id, name FROM customers WHERE id = :id;

-- name: payment_of_order :opt
SELECT amount FROM payments WHERE shop_id = :shop_id AND number = :number;
