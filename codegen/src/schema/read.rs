//! Reads the schema from the server's catalogues.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error};

use super::{Function, Index, Schema, Table, TableColumn, Type, TypeKind};

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
SELECT enumtypid, enumlabel::text FROM pg_enum ORDER BY enumtypid, enumsortorder";

const FUNCTIONS: &str = "
SELECT p.oid, p.proname::text, p.proisstrict, n.nspname = 'pg_catalog' AND p.oid < 16384
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace";

const INDEXES: &str = "
SELECT i.relname::text,
       CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.relname
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
ORDER BY t.relname, i.relname";

/// Reads everything in one pipelined round of queries.
///
/// # Errors
/// When the server cannot be asked.
pub(crate) async fn read(client: &Client) -> Result<Schema, Error> {
    let (tables, columns, types, labels, functions, indexes) = tokio::try_join!(
        client.query(TABLES, &[]),
        client.query(COLUMNS, &[]),
        client.query(TYPES, &[]),
        client.query(LABELS, &[]),
        client.query(FUNCTIONS, &[]),
        client.query(INDEXES, &[]),
    )?;
    let mut schema = Schema::default();
    for row in &tables {
        let table = Table {
            schema: row.get(1),
            name: row.get(2),
            kind: first_char(row.get(3)),
            is_partition: row.get(4),
            columns: BTreeMap::new(),
        };
        schema.tables.insert(row.get(0), table);
    }
    for row in &columns {
        let column = TableColumn {
            name: row.get(2),
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
        };
        schema.functions.insert(row.get(0), function);
    }
    for row in &indexes {
        schema.indexes.push(Index {
            name: row.get(0),
            table: row.get(1),
        });
    }
    Ok(schema)
}

/// `"char"` columns hold one character.
fn first_char(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}
