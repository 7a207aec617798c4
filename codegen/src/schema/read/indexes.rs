//! Indexes and foreign keys, as the server's catalogues tell them.

use tokio_postgres::Row;

use crate::schema::{ForeignKey, Index, IndexKey, Schema};

/// Keys and included columns come as arrays, one element for each.
pub(super) const INDEXES: &str = "
SELECT x.indexrelid, i.relname::text, x.indrelid,
       (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = x.indexrelid),
       m.amname::text, x.indisunique,
       (SELECT k.conname::text FROM pg_constraint k
        WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')),
       pg_get_expr(x.indpred, x.indrelid, true), pg_get_indexdef(x.indexrelid),
       ARRAY(SELECT x.indkey[n]::int8 FROM generate_series(0, x.indnatts - 1) n ORDER BY n),
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, true)
             FROM generate_series(1, x.indnatts) n ORDER BY n),
       ARRAY(SELECT o.opcname::text
             FROM generate_series(0, x.indnkeyatts - 1) n
             JOIN pg_opclass o ON o.oid = x.indclass[n] ORDER BY n),
       ARRAY(SELECT l.collname::text
             FROM generate_series(0, x.indnkeyatts - 1) n
             LEFT JOIN pg_collation l ON l.oid = x.indcollation[n] ORDER BY n),
       ARRAY(SELECT x.indoption[n]::int4 FROM generate_series(0, x.indnkeyatts - 1) n ORDER BY n),
       NOT x.indimmediate,
       EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype = 'f'),
       x.indpred::text, x.indexprs::text
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
ORDER BY n.nspname, t.relname, i.relname";

/// With the check of `ri_triggers.c`, written as PostgreSQL writes it: the operator by its
/// whole name, and a cast where it takes another type than the column's.
pub(super) const FOREIGN_KEYS: &str = "
WITH types AS NOT MATERIALIZED (
    SELECT t.oid, format('::%I.%I', n.nspname, t.typname) AS cast_to
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace)
SELECT k.conname::text, k.conrelid, k.conkey, k.confrelid, k.confkey,
       format('SELECT 1 FROM %s%I.%I x WHERE %s FOR KEY SHARE OF x',
              CASE t.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, n.nspname, t.relname, (
           SELECT string_agg(
               format('$%s%s%s OPERATOR(%I.%s) x.%I%s', u.position, referred.cast_to,
                      CASE WHEN o.oprleft <> r.atttypid THEN left_type.cast_to END,
                      s.nspname, o.oprname, a.attname,
                      CASE WHEN o.oprright <> a.atttypid THEN right_type.cast_to END),
               ' AND ' ORDER BY u.position)
           FROM unnest(k.conkey, k.confkey, k.conpfeqop)
                WITH ORDINALITY u(referring, referred, operator, position)
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.referring
           JOIN pg_attribute r ON r.attrelid = k.confrelid AND r.attnum = u.referred
           JOIN pg_operator o ON o.oid = u.operator
           JOIN pg_namespace s ON s.oid = o.oprnamespace
           JOIN types referred ON referred.oid = r.atttypid
           JOIN types left_type ON left_type.oid = o.oprleft
           JOIN types right_type ON right_type.oid = o.oprright)),
       k.convalidated
FROM pg_constraint k
JOIN pg_class t ON t.oid = k.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0
  -- From version 18 on a key may be there for the reader alone.
  AND coalesce((to_jsonb(k) ->> 'conenforced')::bool, TRUE)
ORDER BY k.conrelid::regclass::text, k.conname";

/// PostgreSQL's bits of `pg_index.indoption`.
const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

pub(super) fn index(schema: &Schema, row: &Row) -> Option<Index> {
    let attributes: Vec<i64> = row.get(9);
    let texts: Vec<String> = row.get(10);
    let classes: Vec<String> = row.get(11);
    let collations: Vec<Option<String>> = row.get(12);
    let options: Vec<i32> = row.get(13);
    let keys = attributes.iter().zip(&texts).zip(classes);
    let keys = keys.zip(collations).zip(options).map(
        |((((&attribute, sql), operator_class), collation), option)| IndexKey {
            attribute: (attribute != 0).then_some(attribute),
            sql: sql.clone(),
            operator_class,
            collation,
            descending: option & DESCENDING != 0,
            nulls_first: option & NULLS_FIRST != 0,
        },
    );
    let keys: Vec<IndexKey> = keys.collect();
    let table_oid: u32 = row.get(2);
    Some(Index {
        oid: row.get(0),
        name: row.get(1),
        table: schema.tables.get(&table_oid)?.display_name(),
        table_oid,
        parent: row.get(3),
        method: row.get(4),
        unique: row.get(5),
        deferrable: row.get(14),
        referred: row.get(15),
        constraint: row.get(6),
        predicate: row.get(7),
        predicate_tree: row.get(16),
        expression_trees: row.get(17),
        definition: row.get(8),
        included: texts[keys.len()..].to_vec(),
        keys,
    })
}

pub(super) fn foreign_key(row: &Row) -> ForeignKey {
    let numbers = |column: usize| -> Vec<i64> {
        let numbers: Vec<i16> = row.get(column);
        numbers.into_iter().map(i64::from).collect()
    };
    ForeignKey {
        name: row.get(0),
        table: row.get(1),
        columns: numbers(2),
        target: row.get(3),
        target_columns: numbers(4),
        check: row.get(5),
        validated: row.get(6),
    }
}
