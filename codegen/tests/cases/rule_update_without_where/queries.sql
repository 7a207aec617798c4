-- name: activate :exec
UPDATE customers SET status = 'active';

-- name: forget :exec
WITH gone AS (
    DELETE FROM ONLY public.customers AS c RETURNING c.name
)
INSERT INTO restaurants (name) SELECT name FROM gone WHERE name IS NOT NULL;

-- name: take_names :execrows
UPDATE customers c SET name = r.name FROM restaurants r WHERE r.id = :id;
