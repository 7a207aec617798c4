-- name: add_column :exec
ALTER TABLE customers ADD COLUMN note text;

-- name: set_path :exec
SET search_path = public;

-- name: begin_work :exec
BEGIN;
