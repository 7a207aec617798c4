-- name: count_items :one
SELECT count(*) AS items
FROM items;
