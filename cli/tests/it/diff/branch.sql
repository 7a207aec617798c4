-- name: note_by_id :opt
-- @load comments: comments_of_notes(note_ids = id) by note_id
SELECT id, body, mood, priority FROM notes WHERE id = :note_id;

-- name: notes_of_author :many
SELECT id, body FROM notes WHERE author = :author ORDER BY created_at DESC LIMIT 10;

-- name: old_notes :many
SELECT id, created_at, priority
FROM notes WHERE author = :author AND created_at < :until::date AND priority = :priority LIMIT 10;

-- name: notes_between :many
SELECT id, author FROM notes WHERE author < :highest AND author >= :lowest LIMIT 10;

-- name: count_notes :one
-- @scan notes: the figure is of all of them
SELECT count(*) AS total FROM notes;

-- name: change_note :execrows
UPDATE notes SET body = :body WHERE id = :id;

-- name: add_note :one
INSERT INTO notes (author, body, mood) VALUES (:author, :body, :mood) RETURNING id;

-- name: comments_of_notes :many
-- @unbounded: a note has few
SELECT note_id, body FROM comments WHERE note_id = ANY (:note_ids);
