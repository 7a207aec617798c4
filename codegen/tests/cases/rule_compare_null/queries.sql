-- name: nameless :many
-- @unbounded: the nightly clean-up reads them all
SELECT id FROM customers WHERE name = NULL;

-- name: named :many
-- @unbounded: the nightly clean-up reads them all
SELECT id FROM customers c WHERE NULL::text <> c.name AND rating IN (1, NULL);

-- name: graded :many
-- @unbounded: the nightly clean-up reads them all
SELECT id, CASE rating WHEN NULL THEN 'none' ELSE 'some' END AS grade
FROM customers
WHERE created_at BETWEEN :since AND NULL;
