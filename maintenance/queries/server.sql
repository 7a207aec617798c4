-- The server, and what the role may see of it.

-- name: server_facts :one
-- What the other queries depend on: who asks, what the role may see, whether statements are counted.
-- @column version not null
-- @column database not null
-- @column role not null
-- @column sees_all_statistics not null: whether the sessions and statements of other roles are seen
-- @column started_at not null
-- @column counters_since not null: the counters of tables and indexes are at least as old
-- @column is_standby not null
SELECT current_setting('server_version') AS version,
       current_database()::text AS database,
       current_user::text AS role,
       pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_all_statistics,
       pg_is_in_recovery() AS is_standby,
       pg_postmaster_start_time() AS started_at,
       coalesce((SELECT d.stats_reset FROM pg_stat_database d WHERE d.datname = current_database()),
                pg_postmaster_start_time()) AS counters_since,
       current_setting('pg_stat_statements.max', true) IS NOT NULL AS statements_loaded,
       EXISTS (SELECT FROM pg_available_extensions e WHERE e.name = 'pg_stat_statements')
           AS statements_available,
       (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'pg_stat_statements') AS statements_schema;

-- name: guard_session :one
-- Makes the session read only, keeps it from waiting for locks and from running long, and lets it
-- find the extension's views, wherever they are. For a connection that does nothing else.
-- @param statement_ms int4: the longest that a statement may run
-- @param lock_ms int4: the longest that it may wait for a lock
-- @param extension_schema text null: where pg_stat_statements is, as an identifier
SELECT set_config('statement_timeout', (:statement_ms::int4)::text, false) IS NOT NULL
   AND set_config('lock_timeout', (:lock_ms::int4)::text, false) IS NOT NULL
   AND set_config('default_transaction_read_only', 'on', false) IS NOT NULL
   AND set_config('search_path',
                  concat_ws(', ', '"$user", public', :extension_schema::text), false) IS NOT NULL
       AS is_set;
