-- name: confusing :many
SELECT c.id AS "theId", c.id AS the_id
FROM customers c;

-- name: same_struct :many
SELECT c.id AS "a b.id", c.id AS "a-b.id" FROM customers c;
