-- Winsö file.

-- name: first_customer :opt
-- With carriage returns,
-- tabs	and a mark.
-- @param phone: the number
SELECT	id,
		name
FROM customers
WHERE phone = :phone
	AND name <> 'two
lines'
;

-- name: second :one
SELECT 1 AS one
