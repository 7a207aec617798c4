-- Sessions: which transactions are open for long, and which locks are waited for.

-- name: long_transactions :many
-- Transactions that are open for longer than some seconds, the oldest first. Until one ends, its
-- locks stay, and vacuum keeps the rows that it could still see. Transactions of other roles are
-- seen by members of `pg_read_all_stats` only; `hidden_sessions` counts them.
-- @param seconds float8: from when on a transaction is long
-- @column pid not null
-- @column seconds not null
-- @column remedy not null
SELECT a.pid, a.usename::text AS role, a.application_name, host(a.client_addr) AS client_address,
       a.state, a.wait_event_type, a.wait_event,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds,
       age(a.backend_xmin)::int8 AS xmin_age,
       coalesce(a.backend_xmin IS NOT NULL
                AND age(a.backend_xmin) = max(age(a.backend_xmin)) OVER (), false) AS is_oldest_xmin,
       left(a.query, 1000) AS query,
       format('SELECT pg_terminate_backend(%s)', a.pid) AS remedy
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND a.pid <> pg_backend_pid()
  AND a.backend_type = 'client backend'
  AND a.xact_start <= clock_timestamp() - make_interval(secs => :seconds)
ORDER BY a.xact_start, a.pid
LIMIT 100;

-- name: lock_waits :many
-- Who waits for a lock for longer than some seconds, and who holds it: one row for each pair, the
-- longest wait first. A process that holds the lock, and waits itself, is a `blocker_waits`: to end
-- it is of no use.
-- @param seconds float8: from when on a wait is long
-- @column waiting_pid not null
-- @column blocking_pid not null: 0 for a prepared transaction
-- @column lock_type not null
-- @column lock_mode not null
-- @column remedy not null
SELECT l.pid AS waiting_pid, w.usename::text AS waiting_role, left(w.query, 1000) AS waiting_query,
       extract(epoch FROM clock_timestamp() - l.waitstart)::float8 AS waiting_seconds,
       l.locktype AS lock_type, l.mode AS lock_mode, l.relation::regclass::text AS relation,
       blocker.pid AS blocking_pid, b.usename::text AS blocking_role, b.state AS blocking_state,
       left(b.query, 1000) AS blocking_query,
       extract(epoch FROM clock_timestamp() - b.xact_start)::float8 AS blocking_seconds,
       EXISTS (SELECT FROM pg_locks o WHERE o.pid = blocker.pid AND NOT o.granted) AS blocker_waits,
       format('SELECT pg_terminate_backend(%s)', blocker.pid) AS remedy
FROM pg_locks l
JOIN pg_stat_activity w ON w.pid = l.pid
CROSS JOIN LATERAL (SELECT DISTINCT p.pid FROM unnest(pg_blocking_pids(l.pid)) AS p (pid)) blocker
LEFT JOIN pg_stat_activity b ON b.pid = blocker.pid
WHERE NOT l.granted
  AND w.datname = current_database()
  AND l.waitstart <= clock_timestamp() - make_interval(secs => :seconds)
ORDER BY l.waitstart, l.pid, blocker.pid
LIMIT 200;

-- name: hidden_sessions :one
-- How many sessions of the database the role may not look into.
SELECT count(*) AS sessions
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND a.query = '<insufficient privilege>';
