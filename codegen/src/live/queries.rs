//! What a database is asked. Each query gives one JSON array, one element an object, so that
//! the same text serves every release; objects of extensions and of the server are left out.

/// What the printers depend on, for this transaction alone: both sides print alike.
pub(super) const PRINT_ALIKE: &str = "
SET LOCAL search_path = '';
SET LOCAL quote_all_identifiers = off;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL standard_conforming_strings = on;
SET LOCAL xmloption = 'content'";

pub(super) const SERVER: &str = "
SELECT json_build_object(
    'major', current_setting('server_version_num')::int / 10000,
    'version', current_setting('server_version'))::text";

/// Where the migrations that were applied are listed, and whether this role may read it.
pub(super) const MIGRATIONS: &str = "
SELECT format('%I.%I', n.nspname, c.relname), has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = '__diesel_schema_migrations' AND c.relkind IN ('r', 'p', 'v')
  AND n.nspname !~ '^pg_'
ORDER BY n.nspname <> 'public', n.nspname
LIMIT 1";

/// What is of no extension.
macro_rules! own {
    ($class:literal, $oid:literal) => {
        concat!(
            "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '",
            $class,
            "'::regclass AND e.objid = ",
            $oid,
            " AND e.deptype = 'e')"
        )
    };
}

/// What is of a user's schema.
macro_rules! of_user {
    () => {
        "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    };
}

/// Rows as one JSON array.
macro_rules! rows {
    ($($part:expr),+) => {
        concat!("SELECT coalesce(json_agg(r), '[]')::text FROM (", $($part),+, ") r")
    };
}

pub(super) const SCHEMAS: &str = rows!(
    "SELECT quote_ident(n.nspname) AS name FROM pg_namespace n WHERE ",
    of_user!(),
    " AND ",
    own!("pg_namespace", "n.oid"),
    " ORDER BY 1"
);

pub(super) const EXTENSIONS: &str = rows!(
    "SELECT quote_ident(x.extname) AS name, quote_ident(n.nspname) AS schema
     FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
     WHERE x.extname <> 'plpgsql' ORDER BY 1"
);

pub(super) const ENUMS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, t.typname) AS name, t.oid::int8 AS made,
            (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder)
             FROM pg_enum l WHERE l.enumtypid = t.oid) AS labels
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE t.typtype = 'e' AND ",
    of_user!(),
    " AND ",
    own!("pg_type", "t.oid"),
    " ORDER BY 1"
);

pub(super) const DOMAINS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, t.typname) AS name, t.oid::int8 AS made,
            format_type(t.typbasetype, t.typtypmod) AS base, t.typnotnull AS not_null,
            pg_get_expr(t.typdefaultbin, 0) AS default,
            (SELECT format('%I.%I', cn.nspname, co.collname)
             FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
             JOIN pg_type b ON b.oid = t.typbasetype
             WHERE co.oid = t.typcollation AND co.oid <> b.typcollation) AS collation,
            (SELECT coalesce(json_object_agg(quote_ident(k.conname), pg_get_constraintdef(k.oid)
                                             ORDER BY k.conname), '{}')
             FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE t.typtype = 'd' AND ",
    of_user!(),
    " AND ",
    own!("pg_type", "t.oid"),
    " ORDER BY 1"
);

/// Composite types and ranges, as CREATE TYPE says them.
pub(super) const TYPES: &str = rows!(
    "SELECT format('%I.%I', n.nspname, t.typname) AS name, t.oid::int8 AS made,
            CASE t.typtype
                WHEN 'c' THEN (
                    SELECT '(' || coalesce(string_agg(
                               quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod),
                               ', ' ORDER BY a.attnum), '') || ')'
                    FROM pg_attribute a
                    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
                ELSE (SELECT 'RANGE (SUBTYPE = ' || format_type(r.rngsubtype, NULL) || ')'
                      FROM pg_range r WHERE r.rngtypid = t.oid)
            END AS definition
     FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE (t.typtype = 'c' AND c.relkind = 'c' OR t.typtype = 'r') AND ",
    of_user!(),
    " AND ",
    own!("pg_type", "t.oid"),
    " ORDER BY 1"
);

/// Sequences that stand alone or belong to a column's default; those of identity columns are
/// said with the column.
pub(super) const SEQUENCES: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid::int8 AS made,
            c.relpersistence = 'u' AS unlogged,
            format('AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s',
                   format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
                   s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END) AS options,
            (SELECT json_build_array(format('%I.%I', tn.nspname, t.relname), quote_ident(a.attname))
             FROM pg_depend d
             JOIN pg_class t ON t.oid = d.refobjid
             JOIN pg_namespace tn ON tn.oid = t.relnamespace
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
               AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a') AS owner
     FROM pg_sequence s
     JOIN pg_class c ON c.oid = s.seqrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass
                       AND i.objid = c.oid AND i.deptype = 'i') AND ",
    of_user!(),
    " AND ",
    own!("pg_class", "c.oid"),
    " ORDER BY 1"
);

/// Tables, views and materialized views.
pub(super) const RELATIONS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid::int8 AS made,
            c.relkind::text AS kind, c.relpersistence = 'u' AS unlogged,
            c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced,
            CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
            pg_get_expr(c.relpartbound, c.oid) AS bound,
            (SELECT coalesce(json_agg(format('%I.%I', pn.nspname, p.relname) ORDER BY i.inhseqno),
                             '[]')
             FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
             JOIN pg_namespace pn ON pn.oid = p.relnamespace
             WHERE i.inhrelid = c.oid) AS parents,
            CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
            CASE WHEN c.relkind = 'v' THEN array_to_string(
                ARRAY(SELECT o FROM unnest(c.reloptions) o ORDER BY 1), ', ') END AS options
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't'
       AND c.relname <> '__diesel_schema_migrations' AND ",
    of_user!(),
    " AND ",
    own!("pg_class", "c.oid"),
    " ORDER BY 1"
);

/// PostgreSQL 18 has constraints for NOT NULL; one that is not validated promises nothing.
pub(super) const COLUMNS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(a.attname) AS name,
            format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AND NOT EXISTS (
                SELECT FROM pg_constraint k
                WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
                  AND NOT k.convalidated) AS not_null,
            pg_get_expr(d.adbin, d.adrelid) AS expression,
            a.attgenerated::text AS generated, a.attidentity::text AS identity,
            (SELECT format('INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s',
                           s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
                           CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)
             FROM pg_depend o JOIN pg_sequence s ON s.seqrelid = o.objid
             WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
               AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
               AND o.deptype = 'i') AS numbers,
            (SELECT format('%I.%I', cn.nspname, co.collname)
             FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
             JOIN pg_type t ON t.oid = a.atttypid
             WHERE co.oid = a.attcollation AND co.oid <> t.typcollation) AS collation
     FROM pg_attribute a
     JOIN pg_class c ON c.oid = a.attrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND ",
    of_user!(),
    " ORDER BY c.oid, a.attnum"
);

/// Constraints of tables but NOT NULL, which is said with the column, and what partitions have
/// of their table's.
pub(super) const CONSTRAINTS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(k.conname) AS name,
            k.contype::text AS kind, k.convalidated AS validated, c.relkind = 'p' AS partitioned,
            regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition,
            i.indisvalid AS index_valid
     FROM pg_constraint k
     JOIN pg_class c ON c.oid = k.conrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND i.indrelid = k.conrelid
     WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conparentid = 0 AND k.conislocal AND ",
    of_user!(),
    " ORDER BY 1, 2"
);

/// Indexes of no constraint; those of partitions follow from their table's.
pub(super) const INDEXES: &str = rows!(
    "SELECT format('%I.%I', n.nspname, t.relname) AS table, quote_ident(c.relname) AS name,
            t.relkind = 'p' AS partitioned, i.indisunique AS unique,
            i.indisvalid AND i.indisready AS valid,
            substr(pg_get_indexdef(c.oid), strpos(pg_get_indexdef(c.oid), ' USING ') + 1) AS definition
     FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_class t ON t.oid = i.indrelid
     JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE NOT c.relispartition AND t.relkind IN ('r', 'p', 'm')
       AND NOT EXISTS (SELECT FROM pg_constraint k
                       WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')) AND ",
    of_user!(),
    " ORDER BY 1, 2"
);

pub(super) const TRIGGERS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(g.tgname) AS name,
            pg_get_triggerdef(g.oid) AS definition, g.tgenabled::text AS enabled
     FROM pg_trigger g
     JOIN pg_class c ON c.oid = g.tgrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ",
    of_user!(),
    " AND ",
    own!("pg_trigger", "g.oid"),
    " ORDER BY 1, 2"
);

pub(super) const POLICIES: &str = rows!(
    "SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(p.polname) AS name,
            concat('AS ', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                   ' FOR ', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
                       WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                   ' TO ', (SELECT string_agg(
                       CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END,
                       ', ' ORDER BY role = 0, pg_get_userbyid(role)) FROM unnest(p.polroles) role),
                   ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                   ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition
     FROM pg_policy p
     JOIN pg_class c ON c.oid = p.polrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ",
    of_user!(),
    " ORDER BY 1, 2"
);

/// Functions and procedures. One that names a table or its row type is made after the tables.
pub(super) const FUNCTIONS: &str = rows!(
    "SELECT format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS name,
            p.oid::int8 AS made, p.prokind = 'p' AS procedure,
            pg_get_functiondef(p.oid) AS definition,
            concat(pg_get_function_arguments(p.oid), ' -> ', pg_get_function_result(p.oid))
                AS signature,
            EXISTS (SELECT FROM pg_depend d LEFT JOIN pg_type t
                        ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                      AND (d.refclassid = 'pg_class'::regclass OR t.typrelid <> 0
                           AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid
                                       AND c.relkind <> 'c'))) AS late
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.prokind IN ('f', 'p', 'w') AND ",
    of_user!(),
    " AND ",
    own!("pg_proc", "p.oid"),
    " AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass
                      AND i.objid = p.oid AND i.deptype = 'i') ORDER BY 1"
);

pub(super) const STATISTICS: &str = rows!(
    "SELECT format('%I.%I', n.nspname, s.stxname) AS name,
            format('%I.%I', tn.nspname, t.relname) AS table,
            pg_get_statisticsobjdef(s.oid) AS definition
     FROM pg_statistic_ext s
     JOIN pg_namespace n ON n.oid = s.stxnamespace
     JOIN pg_class t ON t.oid = s.stxrelid
     JOIN pg_namespace tn ON tn.oid = t.relnamespace
     WHERE ",
    of_user!(),
    " ORDER BY 1"
);
