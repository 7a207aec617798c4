-- name: refresh_nothing :exec
REFRESH MATERIALIZED VIEW CONCURRENTLY public."No ""View" WITH NO DATA;

-- name: call_for_rows :one
NOTIFY customers;

-- name: unknown_procedure :exec
CALL nobody(1);

-- name: clear :exec
TRUNCATE customers;

-- name: copy_in :exec
COPY customers FROM STDIN;
