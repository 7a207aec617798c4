-- name: things :many
SELECT id, email, nickname, level, tags, scores, matrix, names, emails, maybe FROM things;

-- name: create_thing :exec
INSERT INTO things (id, email, nickname, level, tags, scores, matrix, names, emails)
VALUES (:id, :email, :nickname, :level, :tags, :scores, '{}', :names, '{}');

-- name: aggregated :many
SELECT level, array_agg(id) AS ids, array_agg(nickname) AS nicknames FROM things GROUP BY level;
