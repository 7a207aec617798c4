-- name: unclosed :many
SELECT id FROM customers WHERE true /*[ status */ AND status = :status;

-- name: unopened :many
SELECT id FROM customers WHERE true AND status = :status /*] */;

-- name: nested :many
SELECT id FROM customers
WHERE true /*[ status */ AND (status = :status /*[ rating */ OR rating > :rating /*] */) /*] */;

-- name: other :many
SELECT id FROM customers WHERE true /*[ status */ AND status = :status /*] rating */;

-- name: invalid :many
SELECT id FROM customers WHERE true /*[ the status */ AND status = :status /*] */;
