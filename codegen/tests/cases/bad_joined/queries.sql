-- name: two_joined :many
SELECT s.id, o.number AS "orders[].number", l.product AS "lines[].product"
FROM shops s JOIN orders o ON o.shop_id = s.id JOIN lines l ON l.shop_id = s.id;

-- name: half_a_key :many
SELECT o.number, l.product AS "lines[].product"
FROM orders o JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number;

-- name: no_key_within :many
SELECT s.id, o.number AS "orders[].number", l.product AS "orders[].lines[].product"
FROM shops s JOIN orders o ON o.shop_id = s.id
JOIN lines l ON l.shop_id = o.shop_id AND l.number = o.number;

-- name: several_in_one :many
SELECT o.shop_id, o.number, s.id AS "shop.id", l.product AS "shop.lines[].product"
FROM orders o JOIN shops s ON s.id = o.shop_id JOIN lines l ON l.shop_id = s.id;

-- name: limited :many
SELECT s.id, o.number AS "orders[].number"
FROM shops s JOIN orders o ON o.shop_id = s.id ORDER BY s.id LIMIT 10;

-- name: same_field :many
SELECT s.id, s.name AS orders, o.number AS "orders[].number"
FROM shops s JOIN orders o ON o.shop_id = s.id;

-- name: streamed :stream
SELECT s.id, o.number AS "orders[].number"
FROM shops s JOIN orders o ON o.shop_id = s.id;
