-- name: orders_with_lines :many
-- Every order, with lines or without, and the shop.
SELECT o.shop_id, o.number, o.note, s.id AS "shop.id", s.name AS "shop.name",
       l.position AS "lines[].position", l.product AS "lines[].product"
FROM orders o
JOIN shops s ON s.id = o.shop_id
LEFT JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number
ORDER BY o.number DESC, l.position;

-- name: shop_with_orders :opt
-- Two levels, each with its own key.
SELECT s.id, s.name, o.shop_id AS "orders[].shop_id", o.number AS "orders[].number",
       l.position AS "orders[].lines[].position", l.product AS "orders[].lines[].product"
FROM shops s
LEFT JOIN orders o ON o.shop_id = s.id
LEFT JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number
WHERE s.id = :id
ORDER BY o.number, l.position;

-- name: shop_with_both :one
-- What is joined is put together, what is loaded is loaded once.
-- @load lines: lines_of_shops(shop_ids = id) by shop_id
SELECT s.id, o.number AS "orders[].number"
FROM shops s
JOIN orders o ON o.shop_id = s.id
WHERE s.id = :id;

-- name: lines_of_shops :many
SELECT shop_id, number, position, product FROM lines WHERE shop_id = ANY (:shop_ids);

-- name: first_orders :many
-- The limit counts shops.
SELECT s.id, o.number AS "orders[].number"
FROM (SELECT id FROM shops ORDER BY name LIMIT 10) s
JOIN orders o ON o.shop_id = s.id;
