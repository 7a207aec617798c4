-- name: add_notes :bulk
INSERT INTO notes (id, tags) VALUES (:id, :tags);

-- name: import_short_notes :copy
INSERT INTO short_notes (id, tags) VALUES (:id, :tags);

-- name: import_codes :copy
INSERT INTO notes (id, tags, codes) VALUES (:id, :tags, :codes);

-- name: import_sizes :copy
-- @param id bigint: wider than the column
-- @param name text: sent as it is
INSERT INTO notes (id, tags, name) VALUES (:id, :tags, :name);

-- name: import_secrets :copy
INSERT INTO secrets (owner) VALUES (:owner);

-- name: create_notes :bulk
INSERT INTO notes (id, tags) VALUES (:id, string_to_array(:tags, ','));

-- name: create_notes_input :one
-- The name is that of a row that the query above is given.
SELECT count(*) FROM notes;

-- name: unknown_table :bulk
INSERT INTO note (id) VALUES (:id);

-- name: add_ids :bulk
INSERT INTO notes (id, tags) VALUES (:id, '{}') RETURNING id;

-- name: note :opt
-- @load added: add_ids(id = :id)
SELECT name FROM notes WHERE id = :id;
