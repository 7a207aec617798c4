//! What the planner will ask about: the project's tables, columns, keys and indexes,
//! read from the server's catalogues.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error};

/// A table with rows of its own, or a partitioned one.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) oid: u32,
    /// As a reader calls it: with its schema unless that is `public`.
    pub(super) name: String,
    /// Its file relative to the data directory; a partitioned table has none.
    pub(super) file: Option<String>,
    /// Whether its rows are in partitions.
    pub(super) partitioned: bool,
    /// Whether there are partitions or tables that inherit from it.
    pub(super) has_children: bool,
    /// The partitioned table that this is a partition of.
    pub(super) parent: Option<u32>,
    pub(super) columns: BTreeMap<i16, Column>,
    pub(super) indexes: Vec<Index>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The average width in bytes that the planner assumes for the type.
    pub(super) width: u32,
    /// The number of labels, for an enum.
    pub(super) labels: u32,
    /// Whether the column alone is unique.
    pub(super) unique: bool,
    /// The table and column that a foreign key leads to.
    pub(super) refers_to: Option<(u32, i16)>,
}

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) oid: u32,
    pub(super) file: Option<String>,
    /// Its access method, such as `btree`.
    pub(super) method: String,
    /// The width of one entry's columns in bytes.
    pub(super) width: u32,
}

const RELATIONS: &str = "
SELECT c.oid,
       CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       pg_relation_filepath(c.oid),
       c.relkind = 'p',
       EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid),
       (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = c.oid AND c.relispartition)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 2";

const COLUMNS: &str = "
SELECT a.attrelid, a.attnum, a.attname::text,
       CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END::int4,
       (SELECT count(*) FROM pg_enum e WHERE e.enumtypid = a.atttypid)::int4,
       EXISTS (SELECT FROM pg_index i
               WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indnkeyatts = 1
                 AND i.indkey[0] = a.attnum AND i.indpred IS NULL),
       f.confrelid, f.target
FROM pg_attribute a
LEFT JOIN LATERAL (
    SELECT k.confrelid, k.confkey[array_position(k.conkey, a.attnum)] AS target
    FROM pg_constraint k
    WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
    ORDER BY cardinality(k.conkey), k.conname
    LIMIT 1) f ON TRUE
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1)";

const INDEXES: &str = "
SELECT i.indrelid, i.indexrelid, pg_relation_filepath(i.indexrelid),
       (SELECT sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END)
        FROM pg_attribute a WHERE a.attrelid = i.indexrelid)::int4,
       m.amname::text
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY ($1)
ORDER BY i.indexrelid";

/// Reads the project's relations, by name.
pub(super) async fn read(client: &Client) -> Result<Vec<Relation>, Error> {
    let mut relations: Vec<Relation> = client
        .query(RELATIONS, &[])
        .await?
        .iter()
        .map(|row| Relation {
            oid: row.get(0),
            name: row.get(1),
            file: row.get(2),
            partitioned: row.get(3),
            has_children: row.get(4),
            parent: row.get(5),
            columns: BTreeMap::new(),
            indexes: Vec::new(),
        })
        .collect();
    let oids: Vec<u32> = relations.iter().map(|relation| relation.oid).collect();
    let columns = client.query(COLUMNS, &[&oids]).await?;
    let indexes = client.query(INDEXES, &[&oids]).await?;
    let position: BTreeMap<u32, usize> = oids.into_iter().zip(0..).collect();
    for row in &columns {
        let refers_to: (Option<u32>, Option<i16>) = (row.get(6), row.get(7));
        let column = Column {
            name: row.get(2),
            width: row.get::<_, i32>(3).unsigned_abs(),
            labels: row.get::<_, i32>(4).unsigned_abs(),
            unique: row.get(5),
            refers_to: refers_to.0.zip(refers_to.1),
        };
        if let Some(&at) = position.get(&row.get(0)) {
            relations[at].columns.insert(row.get(1), column);
        }
    }
    for row in &indexes {
        let index = Index {
            oid: row.get(1),
            file: row.get(2),
            method: row.get(4),
            width: row.get::<_, Option<i32>>(3).unwrap_or(0).unsigned_abs(),
        };
        if let Some(&at) = position.get(&row.get(0)) {
            relations[at].indexes.push(index);
        }
    }
    Ok(relations)
}
