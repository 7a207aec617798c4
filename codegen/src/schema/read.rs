//! Reads the schema from the server's catalogues.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error, Row};

use super::{
    ForeignKey, Function, Index, IndexKey, Operator, Order, Schema, Table, TableColumn, Type,
    TypeKind, meaning,
};

const TABLES: &str = "
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.relispartition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')";

const COLUMNS: &str = "
SELECT a.attrelid, a.attnum::int8, a.attname::text,
       a.attnotnull AND NOT EXISTS (
           SELECT FROM pg_constraint k
           WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
             AND NOT k.convalidated),
       d.description, a.atttypid
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_description d
       ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";

const TYPES: &str = "
SELECT t.oid, n.nspname::text, t.typname::text, t.typtype::text, t.typcategory::text,
       t.typelem, t.typbasetype, t.typnotnull
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace";

const LABELS: &str = "
SELECT enumtypid, enumlabel::text, oid FROM pg_enum ORDER BY enumtypid, enumsortorder";

const FUNCTIONS: &str = "
SELECT p.oid, p.proname::text, p.proisstrict, n.nspname = 'pg_catalog' AND p.oid < 16384,
       p.provolatile = 'v',
       CASE WHEN p.oid >= 16384 AND l.lanname NOT IN ('internal', 'c') AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
            THEN coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) END
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang";

/// An operator may stand in several families; what it asks of each is the same.
const OPERATORS: &str = "
SELECT o.oid, o.oprname::text, o.oprleft, o.oprright,
       (SELECT min(a.amopstrategy) FROM pg_amop a
        JOIN pg_opfamily f ON f.oid = a.amopfamily
        JOIN pg_am m ON m.oid = f.opfmethod AND m.amname = 'btree'
        WHERE a.amopopr = o.oid)
FROM pg_operator o";

/// Keys and included columns come as arrays, one element for each.
const INDEXES: &str = "
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
const FOREIGN_KEYS: &str = "
WITH types AS (
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

const PARENTS: &str = "SELECT inhrelid, inhparent FROM pg_inherits ORDER BY inhrelid, inhseqno";

/// PostgreSQL's bits of `pg_index.indoption`.
const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

/// Reads everything in one pipelined round of queries.
///
/// # Errors
/// When the server cannot be asked.
pub(crate) async fn read(client: &Client) -> Result<Schema, Error> {
    let (tables, columns, types, labels, functions) = tokio::try_join!(
        client.query(TABLES, &[]),
        client.query(COLUMNS, &[]),
        client.query(TYPES, &[]),
        client.query(LABELS, &[]),
        client.query(FUNCTIONS, &[]),
    )?;
    let (operators, indexes, foreign_keys, parents, meaning) = tokio::try_join!(
        client.query(OPERATORS, &[]),
        client.query(INDEXES, &[]),
        client.query(FOREIGN_KEYS, &[]),
        client.query(PARENTS, &[]),
        meaning::read(client),
    )?;
    let mut schema = Schema {
        meaning,
        ..Schema::default()
    };
    for row in &tables {
        let table = Table {
            schema: row.get(1),
            name: row.get(2),
            kind: first_char(row.get(3)),
            is_partition: row.get(4),
            parents: Vec::new(),
            columns: BTreeMap::new(),
        };
        schema.tables.insert(row.get(0), table);
    }
    for row in &columns {
        let column = TableColumn {
            name: row.get(2),
            type_oid: row.get(5),
            not_null: row.get(3),
            comment: row.get(4),
        };
        if let Some(table) = schema.tables.get_mut(&row.get(0)) {
            table.columns.insert(row.get(1), column);
        }
    }
    let mut labels_of: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for row in &labels {
        labels_of.entry(row.get(0)).or_default().push(row.get(1));
        schema.enum_labels.insert(row.get(2), row.get(1));
    }
    for row in &types {
        let oid: u32 = row.get(0);
        let kind = match (first_char(row.get(3)), first_char(row.get(4))) {
            ('e', _) => TypeKind::Enum(labels_of.remove(&oid).unwrap_or_default()),
            ('d', _) => TypeKind::Domain {
                base: row.get(6),
                not_null: row.get(7),
            },
            ('b', 'A') => TypeKind::Array(row.get(5)),
            ('b', _) => TypeKind::Base,
            _ => TypeKind::Other,
        };
        let value = Type {
            schema: row.get(1),
            name: row.get(2),
            kind,
        };
        schema.types.insert(oid, value);
    }
    // A column of a domain that forbids null holds none, as long as nobody writes one
    // that a query made of no row (the manual's "CREATE DOMAIN", notes).
    for row in &columns {
        let (_, forbids_null) = schema.base_type(row.get(5));
        let table = schema.tables.get_mut(&row.get(0));
        if let Some(column) = table.and_then(|t| t.columns.get_mut(&row.get(1))) {
            column.not_null |= forbids_null;
        }
    }
    for row in &functions {
        let function = Function {
            name: row.get(1),
            strict: row.get(2),
            builtin: row.get(3),
            volatile: row.get(4),
            body: row.get(5),
        };
        schema.functions.insert(row.get(0), function);
    }
    for row in &operators {
        let operator = Operator {
            name: row.get(1),
            left: row.get(2),
            right: row.get(3),
            order: row.get::<_, Option<i16>>(4).and_then(Order::of),
        };
        schema.operators.insert(row.get(0), operator);
    }
    for row in &parents {
        if let Some(table) = schema.tables.get_mut(&row.get(0)) {
            table.parents.push(row.get(1));
        }
    }
    schema.indexes = indexes
        .iter()
        .filter_map(|row| index(&schema, row))
        .collect();
    schema.foreign_keys = foreign_keys.iter().map(foreign_key).collect();
    Ok(schema)
}

fn index(schema: &Schema, row: &Row) -> Option<Index> {
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

fn foreign_key(row: &Row) -> ForeignKey {
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

/// `"char"` columns hold one character.
fn first_char(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}
