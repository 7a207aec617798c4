-- Indexes: how often each is used, which are not needed, which are broken, which are being built.

-- name: index_usage :many
-- Every index of the database with how often it is scanned, the least used first.
-- @column schema_name not null
-- @column table_name not null
-- @column index_name not null
SELECT s.schemaname::text AS schema_name, s.relname::text AS table_name,
       s.indexrelname::text AS index_name,
       coalesce(s.idx_scan, 0) AS scans, coalesce(s.idx_tup_read, 0) AS entries_read,
       coalesce(pg_relation_size(s.indexrelid), 0) AS bytes,
       x.indisunique AS is_unique,
       EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid) AS backs_constraint
FROM pg_stat_user_indexes s
JOIN pg_index x ON x.indexrelid = s.indexrelid
ORDER BY scans, bytes DESC, schema_name, table_name, index_name;

-- name: unused_indexes :many
-- Indexes that no statement was planned with since the counters began, the largest first. Those
-- that forbid something or that something else rests on are left out: unique ones, those of
-- constraints, of a replica identity, and the parts of a partitioned index. A read replica has
-- counters of its own.
-- @param min_bytes int8: smaller ones are left out
-- @column schema_name not null
-- @column table_name not null
-- @column index_name not null
-- @column definition not null
-- @column counters_since not null: the counters are at least as old
-- @column remedy not null
SELECT s.schemaname::text AS schema_name, s.relname::text AS table_name,
       s.indexrelname::text AS index_name,
       coalesce(pg_relation_size(s.indexrelid), 0) AS bytes,
       coalesce(d.stats_reset, pg_postmaster_start_time()) AS counters_since,
       pg_get_indexdef(s.indexrelid) AS definition,
       format('DROP INDEX CONCURRENTLY %I.%I', s.schemaname, s.indexrelname) AS remedy
FROM pg_stat_user_indexes s
JOIN pg_index x ON x.indexrelid = s.indexrelid
JOIN pg_class i ON i.oid = s.indexrelid
JOIN pg_stat_database d ON d.datname = current_database()
WHERE s.idx_scan = 0
  AND x.indisvalid
  AND NOT x.indisunique
  AND NOT x.indisexclusion
  AND NOT x.indisreplident
  AND NOT i.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
  AND pg_relation_size(s.indexrelid) >= :min_bytes
ORDER BY bytes DESC, schema_name, table_name, index_name;

-- name: duplicate_indexes :many
-- Indexes that another index of the same table replaces: it is the same, or begins with the same
-- keys. What a unique index or a constraint forbids, only another one like it forbids.
-- @column definition not null
-- @column other_definition not null
-- @column remedy not null
-- @column is_same not null
WITH indexes AS (
    SELECT x.indexrelid, x.indrelid, x.indisunique, x.indkey, i.relam, i.relname, t.relname AS table_name,
           n.nspname, m.amname, x.indnkeyatts,
           coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS predicate,
           EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
               OR x.indisreplident OR i.relispartition AS is_bound,
           regexp_replace(pg_get_indexdef(x.indexrelid), '^CREATE (UNIQUE )?INDEX .*? ON ', '') AS rest,
           ARRAY(SELECT format('%s %s %s %s', pg_get_indexdef(x.indexrelid, k, true),
                               x.indclass[k - 1], x.indcollation[k - 1], x.indoption[k - 1])
                 FROM generate_series(1, x.indnkeyatts) AS k ORDER BY k) AS keys,
           ARRAY(SELECT format('%s %s %s %s', pg_get_indexdef(x.indexrelid, k, true),
                               x.indclass[k - 1], x.indcollation[k - 1], x.indoption[k - 1] # 3)
                 FROM generate_series(1, x.indnkeyatts) AS k ORDER BY k) AS reversed_keys,
           ARRAY(SELECT a::int4 FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS a (a, place)
                 WHERE place > x.indnkeyatts) AS included,
           ARRAY(SELECT a::int4 FROM unnest(x.indkey::int2[]) AS a) AS columns
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = i.relnamespace
    JOIN pg_am m ON m.oid = i.relam
    WHERE x.indisvalid
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\_toast%'
      AND n.nspname NOT LIKE 'pg\_temp%'
), pairs AS (
    SELECT a.indexrelid, b.indexrelid AS other,
           a.rest = b.rest AND a.indisunique = b.indisunique AS is_same,
           row_number() OVER (
               PARTITION BY a.indexrelid
               ORDER BY b.is_bound DESC, b.indnkeyatts DESC, cardinality(b.included) DESC,
                        b.indisunique DESC, b.indexrelid) AS place
    FROM indexes a
    JOIN indexes b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
    CROSS JOIN LATERAL (
        SELECT a.rest = b.rest AND (b.indisunique OR NOT a.indisunique) AS same,
               a.amname = 'btree' AND b.amname = 'btree' AND NOT a.indisunique
               AND a.predicate = b.predicate
               AND (b.keys[1:a.indnkeyatts] = a.keys OR b.reversed_keys[1:a.indnkeyatts] = a.keys)
               AND a.included <@ b.columns AS begins
    ) does
    CROSS JOIN LATERAL (
        SELECT b.rest = a.rest AND (a.indisunique OR NOT b.indisunique)
               OR a.amname = 'btree' AND b.amname = 'btree' AND NOT b.indisunique
               AND a.predicate = b.predicate
               AND (a.keys[1:b.indnkeyatts] = b.keys OR a.reversed_keys[1:b.indnkeyatts] = b.keys)
               AND b.included <@ a.columns AS back
    ) done
    WHERE NOT a.is_bound
      AND (does.same OR does.begins)
      -- Of two that do the same work, the one that is kept: the constraint's, the unique one,
      -- the older one.
      AND (NOT done.back
           OR (b.is_bound, b.indisunique, -b.indexrelid::int8)
            > (a.is_bound, a.indisunique, -a.indexrelid::int8))
)
SELECT a.nspname::text AS schema_name, a.table_name::text AS table_name,
       a.relname::text AS index_name, b.relname::text AS other_index,
       coalesce(pg_relation_size(a.indexrelid), 0) AS bytes,
       p.is_same, pg_get_indexdef(a.indexrelid) AS definition,
       pg_get_indexdef(b.indexrelid) AS other_definition,
       format('DROP INDEX CONCURRENTLY %I.%I', a.nspname, a.relname) AS remedy
FROM pairs p
JOIN indexes a ON a.indexrelid = p.indexrelid
JOIN indexes b ON b.indexrelid = p.other
WHERE p.place = 1
ORDER BY bytes DESC, schema_name, table_name, index_name;

-- name: invalid_indexes :many
-- Indexes that an interrupted `CREATE INDEX CONCURRENTLY` or `REINDEX CONCURRENTLY` left: no query
-- is planned with one, while every write may still keep it up to date. One that is being built at
-- the moment is not among them.
-- @column definition not null
-- @column remedy not null
SELECT n.nspname::text AS schema_name, t.relname::text AS table_name, i.relname::text AS index_name,
       coalesce(pg_relation_size(i.oid), 0) AS bytes,
       x.indisready AS is_maintained,
       x.indisunique AS is_unique,
       pg_get_indexdef(i.oid) AS definition,
       CASE WHEN i.relname ~ '_cc(new|old)[0-9]*$'
            THEN format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, i.relname)
            ELSE format('REINDEX INDEX CONCURRENTLY %I.%I', n.nspname, i.relname) END AS remedy
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE NOT x.indisvalid
  AND i.relkind = 'i'
  AND NOT EXISTS (
      -- Of the builds of others, a role without `pg_read_all_stats` sees the process only, and
      -- the lock that it holds.
      SELECT FROM pg_stat_progress_create_index p
      WHERE p.index_relid = i.oid
         OR p.index_relid IS NULL AND EXISTS (
                SELECT FROM pg_locks l
                WHERE l.pid = p.pid AND l.relation = x.indrelid
                  AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted))
ORDER BY schema_name, table_name, index_name;

-- name: index_builds :many
-- The index builds that run now, and how far each is. One that waits for lockers waits for
-- transactions that were open when its phase began; `waits_for_pid` is the one at hand.
-- @column pid not null
SELECT p.pid, n.nspname::text AS schema_name, t.relname::text AS table_name,
       i.relname::text AS index_name, p.command, p.phase,
       coalesce(p.lockers_total, 0) AS lockers_total, coalesce(p.lockers_done, 0) AS lockers_done,
       nullif(p.current_locker_pid, 0)::int4 AS waits_for_pid,
       coalesce(p.blocks_total, 0) AS blocks_total, coalesce(p.blocks_done, 0) AS blocks_done,
       coalesce(p.tuples_total, 0) AS tuples_total, coalesce(p.tuples_done, 0) AS tuples_done,
       extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS seconds
FROM pg_stat_progress_create_index p
LEFT JOIN pg_stat_activity a ON a.pid = p.pid
LEFT JOIN pg_class t ON t.oid = p.relid
LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_class i ON i.oid = p.index_relid
WHERE p.datname = current_database()
ORDER BY p.pid;
