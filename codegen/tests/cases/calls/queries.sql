-- Statements that no planner sees.

-- name: add_note :exec
-- Adds a note several times.
CALL add_note(:note, :copies);

-- name: add_one :exec
CALL add_note(note => $1);

-- name: notes_found :one
CALL count_notes(:pattern, 0, NULL);

-- name: forget :exec
DO $$ BEGIN DELETE FROM notes; END $$;

-- name: tell :exec
/* what a listener hears */ NOTIFY notes, 'changed';

-- name: hear :exec
LISTEN notes;

-- name: hear_no_more :exec
UNLISTEN *;

-- name: refresh :exec
REFRESH MATERIALIZED VIEW note_counts;

-- name: refresh_daily :exec
REFRESH MATERIALIZED VIEW CONCURRENTLY reports."Daily Notes" WITH DATA;
