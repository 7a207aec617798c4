-- name: moods :many
SELECT id, mood, was, size FROM diary WHERE mood = :mood AND size = :size;

-- name: all_moods :many
SELECT moods FROM diary;

-- name: same_name :many
SELECT other FROM diary WHERE other = :other;

-- name: write :exec
INSERT INTO diary (id, mood, was, size, moods, other) VALUES (:id, :mood, :was, :size, '{}', 'a');

-- name: with_moods :many
SELECT id FROM diary WHERE mood::text = ANY(:moods::text[]);

-- name: odd_names :many
SELECT other_size, first, unnameable, self, string, area FROM diary WHERE self = :self AND string = :string;
