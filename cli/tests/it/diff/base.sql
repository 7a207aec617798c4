-- name: note_by_id :one
SELECT id, author, body, mood FROM notes WHERE id = :id;

-- name: notes_of_author :many
SELECT id, body FROM notes WHERE author = :author LIMIT 10;

-- name: old_notes :many
SELECT id, created_at FROM notes WHERE author = :author AND created_at < :until LIMIT 10;

-- name: notes_between :many
SELECT id, author FROM notes WHERE author >= :lowest AND author < :highest LIMIT 10;

-- name: count_notes :one
-- @scan notes: the figure is of all of them
SELECT count(*) AS number FROM notes;

-- name: change_note :execrows
UPDATE notes SET body = :body WHERE id = :id;

-- name: remove_note :exec
DELETE FROM notes WHERE id = :id;

-- name: comments_of_notes :many
-- @unbounded: a note has few
SELECT note_id, body FROM comments WHERE note_id = ANY (:note_ids);
