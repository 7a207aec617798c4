//! The tables that are to be filled, as the server describes them.

use tokio_postgres::{Client, Error};

/// A table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Its name without its schema.
    pub(super) name: String,
    /// As SQL writes it.
    pub(super) sql: String,
    /// The columns that can be inserted into.
    pub(super) columns: Vec<Column>,
    /// Whether there are unique keys beside a primary key of one column.
    pub(super) has_other_keys: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// As SQL writes it.
    pub(super) sql: String,
    /// The type as SQL writes it, and its category in `pg_type`.
    pub(super) of: String,
    pub(super) category: String,
    /// The most characters that it holds.
    pub(super) limit: Option<u32>,
    pub(super) nullable: bool,
    /// Whether it alone is unique, as a primary key or otherwise.
    pub(super) unique: bool,
    /// The table that a foreign key of this column alone leads to.
    pub(super) refers_to: Option<String>,
}

const TABLES: &str = "
SELECT c.oid, c.relname::text, format('%I.%I', n.nspname, c.relname),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique
               AND NOT (i.indisprimary AND i.indnkeyatts = 1))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 3";

const COLUMNS: &str = "
SELECT a.attname::text, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
       CASE WHEN t.typname IN ('uuid', 'bytea', 'json', 'jsonb') THEN t.typname::text
            WHEN t.typtype = 'e' THEN 'enum' ELSE t.typcategory::text END,
       CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 4
            THEN a.atttypmod - 4 END,
       NOT a.attnotnull,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
               AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL),
       (SELECT r.relname::text FROM pg_constraint k JOIN pg_class r ON r.oid = k.confrelid
        WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum] LIMIT 1)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum";

/// Reads all tables, by name.
pub(super) async fn read(client: &Client) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for row in &client.query(TABLES, &[]).await? {
        let oid: u32 = row.get(0);
        let columns = client.query(COLUMNS, &[&oid]).await?;
        let columns = columns.iter().map(|row| Column {
            name: row.get(0),
            sql: row.get(1),
            of: row.get(2),
            category: row.get(3),
            limit: row.get::<_, Option<i32>>(4).map(i32::unsigned_abs),
            nullable: row.get(5),
            unique: row.get(6),
            refers_to: row.get(7),
        });
        tables.push(Table {
            name: row.get(1),
            sql: row.get(2),
            columns: columns.collect(),
            has_other_keys: row.get(3),
        });
    }
    Ok(tables)
}
