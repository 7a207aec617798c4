-- name: maybe :one
SELECT count(*)
FROM customers
WHERE :phone IS NULL;

-- name: numbered :one
SELECT count(*) FROM customers WHERE $1 IS NULL AND rating = $2;
