-- name: keep :exec
INSERT INTO kept (id, labels, path, pattern, name, many_labels, many_paths, names, maybe)
VALUES (:id, :labels, :path, :pattern, :name, :many_labels, :many_paths, :names, :maybe);

-- name: kept_by_id :one
SELECT * FROM kept WHERE id = :id;

-- name: kept_by_name :many
SELECT id FROM kept WHERE name = ANY (:names) ORDER BY id;

-- name: below :many
SELECT id FROM kept WHERE path <@ :path OR path ~ :pattern OR path @ :words ORDER BY id;

-- name: import :bulk
INSERT INTO kept (id, labels, path, pattern, name) VALUES (:id, :labels, :path, '*', :name);
