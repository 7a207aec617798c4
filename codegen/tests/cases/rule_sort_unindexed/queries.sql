-- name: last_visits :many
SELECT id, at FROM visits WHERE page = :page ORDER BY at DESC LIMIT 10;

-- name: first_visits :many
-- @index visits visits_page
SELECT v.id, v.at FROM visits v WHERE v.page = :page ORDER BY v.at NULLS FIRST, v.id LIMIT :max_rows;

-- name: all_visits :many
SELECT id, at FROM visits WHERE page = :page ORDER BY at DESC;

-- name: busy_visitors :many
SELECT visitor, count(*) AS visits FROM visits WHERE page = :page GROUP BY visitor ORDER BY visits DESC LIMIT 10;
