-- Tables: which are read whole too often, which hold more space than rows, what comes from memory.

-- name: missing_indexes :many
-- Tables that are scanned whole, again and again, with many rows read each time: some statement
-- lacks an index. The most rows read first.
-- @param min_scans int8: fewer sequential scans are left out
-- @param min_rows_per_scan int8: scans of fewer rows are left out
-- @column schema_name not null
-- @column table_name not null
-- @column counters_since not null: the counters are at least as old
SELECT s.schemaname::text AS schema_name, s.relname::text AS table_name,
       coalesce(s.seq_scan, 0) AS sequential_scans,
       coalesce(s.seq_tup_read, 0) AS rows_read,
       coalesce(s.seq_tup_read / nullif(s.seq_scan, 0), 0) AS rows_per_scan,
       coalesce(s.idx_scan, 0) AS index_scans,
       coalesce(s.n_live_tup, 0) AS live_rows,
       coalesce(pg_relation_size(s.relid), 0) AS bytes,
       coalesce(d.stats_reset, pg_postmaster_start_time()) AS counters_since
FROM pg_stat_user_tables s
JOIN pg_stat_database d ON d.datname = current_database()
WHERE s.seq_scan >= :min_scans
  AND s.seq_tup_read / nullif(s.seq_scan, 0) >= :min_rows_per_scan
ORDER BY rows_read DESC, schema_name, table_name;

-- name: table_bloat :many
-- How much space each table holds beyond what its rows need, by estimate, the most first: from the
-- average widths that ANALYZE found. `estimated_bytes` is null where the columns have no
-- statistics, or where the role may not see them (`is_readable`). The estimate is coarse, so look
-- at large shares of large tables only.
-- @param min_bytes int8: smaller tables are left out
-- @column is_readable not null: whether the role may read the table, and so see its statistics
-- @column vacuum_statement not null
-- @column rewrite_statement not null
WITH widths AS (
    SELECT c.oid, c.relname, n.nspname, c.reltuples, pg_relation_size(c.oid) AS bytes,
           coalesce(substring(array_to_string(c.reloptions, ',') FROM 'fillfactor=([0-9]+)')::float8,
                    100) / 100 AS fill,
           current_setting('block_size')::float8 AS block,
           (SELECT count(*) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes,
           w.known, w.width
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT count(*) AS known, sum((1 - s.null_frac) * s.avg_width)::float8 AS width
        FROM pg_stats s
        WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited
    ) w
    WHERE c.relkind IN ('r', 'm')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\_toast%'
      AND n.nspname NOT LIKE 'pg\_temp%'
), estimates AS (
    SELECT w.*,
           -- A line pointer of 4 bytes, a header of 24 with the null bitmap, and the row aligned.
           CASE WHEN w.known >= w.attributes AND w.reltuples >= 0
                THEN ceil(w.reltuples
                          / greatest(floor((w.block - 24) * w.fill / (28 + ceil(w.width / 8) * 8)), 1)
                     ) * w.block
           END::int8 AS estimated
    FROM widths w
)
SELECT e.nspname::text AS schema_name, e.relname::text AS table_name,
       coalesce(e.bytes, 0) AS bytes,
       e.estimated AS estimated_bytes,
       greatest(e.bytes - e.estimated, 0) AS bloat_bytes,
       coalesce(s.n_live_tup, 0) AS live_rows,
       coalesce(s.n_dead_tup, 0) AS dead_rows,
       greatest(s.last_vacuum, s.last_autovacuum) AS last_vacuum,
       has_table_privilege(e.oid, 'SELECT') AS is_readable,
       format('VACUUM (ANALYZE) %I.%I', e.nspname, e.relname) AS vacuum_statement,
       format('VACUUM (FULL, ANALYZE) %I.%I', e.nspname, e.relname) AS rewrite_statement
FROM estimates e
LEFT JOIN pg_stat_user_tables s ON s.relid = e.oid
WHERE e.bytes >= :min_bytes
ORDER BY bloat_bytes DESC NULLS LAST, bytes DESC, schema_name, table_name;

-- name: cache_hit_rates :many
-- How many of the blocks that were asked for were in the server's memory, for tables and for their
-- indexes. A rate is null where nothing was asked for.
SELECT kind, coalesce(hits, 0) AS blocks_hit, coalesce(reads, 0) AS blocks_read,
       hits::float8 / nullif(hits + reads, 0) AS rate
FROM (SELECT 'tables' AS kind, sum(s.heap_blks_hit)::int8 AS hits, sum(s.heap_blks_read)::int8 AS reads
      FROM pg_statio_user_tables s
      UNION ALL
      SELECT 'indexes', sum(s.idx_blks_hit)::int8, sum(s.idx_blks_read)::int8
      FROM pg_statio_user_indexes s) both_kinds
ORDER BY kind DESC
LIMIT 2;

-- name: cache_misses :many
-- The tables, with their indexes, of which the most blocks had to be read.
-- @column schema_name not null
-- @column table_name not null
SELECT s.schemaname::text AS schema_name, s.relname::text AS table_name,
       coalesce(s.heap_blks_hit, 0) AS table_blocks_hit,
       coalesce(s.heap_blks_read, 0) AS table_blocks_read,
       coalesce(s.idx_blks_hit, 0) AS index_blocks_hit,
       coalesce(s.idx_blks_read, 0) AS index_blocks_read
FROM pg_statio_user_tables s
WHERE coalesce(s.heap_blks_read, 0) + coalesce(s.idx_blks_read, 0) > 0
ORDER BY coalesce(s.heap_blks_read, 0) + coalesce(s.idx_blks_read, 0) DESC, schema_name, table_name
LIMIT 20;
