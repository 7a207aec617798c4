-- Notes: a sample, to be replaced by queries of your own.

-- name: add_note :one
-- Writes a note down.
-- @param author: who writes it
INSERT INTO notes (author, body)
VALUES (:author, :body)
RETURNING id, created_at;

-- name: notes_of_author :many
-- The newest notes of one author.
-- @index notes idx_notes_author_date
-- @param max_rows: how many notes at most
SELECT id, body, created_at
FROM notes
WHERE author = :author
ORDER BY created_at DESC
LIMIT :max_rows;

-- name: delete_note :execrows
-- Deletes a note, and says whether there was one.
DELETE FROM notes
WHERE id = :id;
