//! What a live database is asked.

/// `pg_database` has other columns in each version, so it is read as JSON. Of the providers of
/// collations, `b` orders by bytes.
pub(super) const SERVER: &str = "
SELECT current_setting('server_version_num')::int4, current_setting('block_size'),
       CASE d.row ->> 'datlocprovider'
            WHEN 'b' THEN 'C'
            WHEN 'i' THEN coalesce(d.row ->> 'datlocale', d.row ->> 'daticulocale')
            ELSE d.row ->> 'datcollate' END
FROM (SELECT to_jsonb(d) AS row FROM pg_database d WHERE datname = current_database()) d";

/// The settings that the planner looks at, where they are not the default. Whether plans are
/// generic, and how expressions run, is not its business.
pub(super) const SETTINGS: &str = "
SELECT name, current_setting(name)
FROM pg_settings
WHERE setting IS DISTINCT FROM boot_val
  AND (category LIKE 'Query Tuning%'
       OR name IN ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers_per_gather',
                   'parallel_leader_participation'))
  AND name NOT LIKE 'jit%' AND name <> 'plan_cache_mode'
ORDER BY name";

pub(super) const TABLES: &str = "
SELECT c.oid,
       CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       c.relkind::text, c.reltuples::float8, c.relpages::int8,
       CASE c.relkind WHEN 'p' THEN 0 ELSE pg_relation_size(c.oid) / 8192 END,
       c.relallvisible::int8
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 2";

/// Every column, and whether this role may read it.
pub(super) const COLUMNS: &str = "
SELECT attrelid, attname::text, has_column_privilege(attrelid, attnum, 'SELECT')
FROM pg_attribute
WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped
ORDER BY attrelid, attnum";

/// The columns of `pg_stats` from the fourth on are those that `values::column` reads.
macro_rules! statistics {
    () => {
        "s.null_frac, s.avg_width, s.n_distinct, s.correlation,
         s.most_common_vals::text::text[], s.most_common_freqs,
         s.histogram_bounds::text::text[],
         s.most_common_elems::text::text[], s.most_common_elem_freqs, s.elem_count_histogram,
         coalesce((SELECT t.typtype = 'e' OR t.oid = 'bool'::regtype
                   FROM pg_type t WHERE t.oid = a.atttypid), FALSE)"
    };
}

pub(super) const STATISTICS: &str = concat!(
    "
SELECT c.oid, s.attname::text, s.inherited, ",
    statistics!(),
    "
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = n.oid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
WHERE c.oid = ANY ($1)
ORDER BY 1, 2, 3"
);

pub(super) const EXPRESSIONS: &str = concat!(
    "
SELECT c.oid, s.attname::text, s.inherited, ",
    statistics!(),
    "
FROM pg_stats s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = n.oid AND c.relkind IN ('i', 'I')
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
JOIN pg_index i ON i.indexrelid = c.oid
WHERE i.indrelid = ANY ($1)
ORDER BY 1, 2, 3"
);

/// For a b-tree also what it is ordered by, so that a plan can be made that reads it.
pub(super) const INDEXES: &str = "
SELECT i.indrelid, i.indexrelid, c.relname::text, m.amname::text, c.relkind::text,
       c.reltuples::float8, c.relpages::int8,
       CASE c.relkind WHEN 'I' THEN 0 ELSE pg_relation_size(c.oid) / 8192 END,
       format('%I.%I', n.nspname, c.relname), format('%I.%I', tn.nspname, t.relname),
       pg_get_expr(i.indpred, i.indrelid),
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, FALSE)
                 || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END
                 || CASE WHEN i.indoption[k - 1] & 2 = 2 THEN ' NULLS FIRST'
                         ELSE ' NULLS LAST' END
             FROM generate_series(1, i.indnkeyatts) k ORDER BY k),
       i.indexprs IS NOT NULL
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY ($1) AND i.indisvalid
ORDER BY c.relname";

/// Where the extension that reads pages is, if this role may call it: its functions refuse
/// all but superusers, whatever is granted.
pub(super) const PAGE_INSPECTION: &str = "
SELECT quote_ident(n.nspname)
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_proc p ON p.proname = 'bt_metap' AND p.pronamespace = n.oid
WHERE e.extname = 'pageinspect' AND has_function_privilege(p.oid, 'EXECUTE')
  AND (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)";

/// Columns by attribute number, the numbers of distinct combinations, the dependencies, and
/// whether there are most common values.
pub(super) fn extended(major: u32) -> String {
    let inherited = if major < 15 {
        ""
    } else {
        "AND s.inherited = (c.relkind = 'p')"
    };
    format!(
        "
SELECT c.oid, s.statistics_name::text,
       (SELECT jsonb_object_agg(a.attnum::text, a.attname)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)::text,
       s.n_distinct::text, s.dependencies::text, s.most_common_vals IS NOT NULL
FROM pg_stats_ext s
JOIN pg_namespace n ON n.nspname = s.schemaname
JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = n.oid
WHERE c.oid = ANY ($1) {inherited}
ORDER BY 1, 2"
    )
}
