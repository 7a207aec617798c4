-- name: confusing :many
SELECT c.id AS "theId", c.id AS the_id
FROM customers c;
