-- Statements: what the server's time goes to. They need the extension pg_stat_statements, loaded
-- through shared_preload_libraries; `server_facts` says whether it is there. Statements inside of
-- functions are not counted on their own.

-- name: statement_costs :many
-- Every statement of the database with what it cost since `statements_since`, the most time first.
-- The text has `$n` for parameters and for constants.
-- @unbounded: the server keeps as many as pg_stat_statements.max says
-- @column calls not null
-- @column total_ms not null
-- @column mean_ms not null
-- @column rows not null
SELECT s.queryid AS id, r.rolname::text AS role, s.query AS statement, s.calls,
       s.total_exec_time AS total_ms, s.mean_exec_time AS mean_ms, s.rows,
       coalesce(s.shared_blks_hit, 0) AS blocks_hit, coalesce(s.shared_blks_read, 0) AS blocks_read
FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
LEFT JOIN pg_roles r ON r.oid = s.userid
WHERE s.toplevel
ORDER BY total_ms DESC, id, role;

-- name: slow_statements :many
-- The statements that take long each time, the slowest first.
-- @param min_mean_ms float8: faster ones are left out
-- @param min_calls int8: those that ran less often are left out
-- @column calls not null
-- @column total_ms not null
-- @column mean_ms not null
-- @column max_ms not null
-- @column rows not null
SELECT s.queryid AS id, r.rolname::text AS role, s.query AS statement, s.calls,
       s.total_exec_time AS total_ms, s.mean_exec_time AS mean_ms, s.max_exec_time AS max_ms, s.rows
FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
LEFT JOIN pg_roles r ON r.oid = s.userid
WHERE s.toplevel
  AND s.mean_exec_time >= :min_mean_ms
  AND s.calls >= :min_calls
ORDER BY mean_ms DESC, id, role
LIMIT 50;

-- name: statements_since :one
-- Since when statements are counted, and how often the least used were dropped for want of room.
-- @column dropped not null
SELECT i.stats_reset AS counted_since, i.dealloc AS dropped
FROM pg_stat_statements_info i;
