//! What the planner will ask about: the project's tables, columns, keys and indexes,
//! read from the server's catalogues.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error, Row};

/// A table with rows of its own, or a partitioned one.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) oid: u32,
    /// As a reader calls it: with its schema unless that is `public`.
    pub(crate) name: String,
    /// As SQL writes it.
    pub(super) sql: String,
    /// Its file relative to the data directory; a partitioned table has none.
    pub(crate) file: Option<String>,
    /// Whether its rows are in partitions.
    pub(super) partitioned: bool,
    /// Whether there are partitions or tables that inherit from it.
    pub(super) has_children: bool,
    /// The partitioned table that this is a partition of.
    pub(super) parent: Option<u32>,
    pub(crate) columns: BTreeMap<i16, Column>,
    pub(crate) indexes: Vec<Index>,
    /// The extended statistics that are kept of it (`CREATE STATISTICS`), by name.
    pub(super) extended: BTreeMap<String, Extended>,
}

/// A column of a table, or of an index.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// The average width in bytes that the planner assumes for the type.
    pub(crate) width: u32,
    /// The number of labels, for an enum.
    pub(super) labels: u32,
    /// Whether the column alone is unique.
    pub(super) unique: bool,
    /// The table and column that a foreign key leads to.
    pub(super) refers_to: Option<(u32, i16)>,
    /// What statistics of its values are compared and read with.
    pub(super) of: Type,
}

/// How values of a column are compared, and how they are read from text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) oid: u32,
    pub(super) modifier: i32,
    pub(super) collation: u32,
    /// The type's own `=` and `<`, where it has them.
    pub(super) equal: Option<u32>,
    pub(super) less: Option<u32>,
    /// What an array is made of.
    pub(super) element: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) oid: u32,
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    /// Its access method, such as `btree`.
    pub(crate) method: String,
    /// The condition of a partial index.
    pub(super) predicate: Option<String>,
    /// The pages of a table that one entry of a BRIN index stands for.
    pub(super) pages_per_range: u64,
    /// Its columns by their place. The index keeps statistics of expressions only.
    pub(crate) columns: BTreeMap<i16, Column>,
    /// Of each column, the column of the table that it is; 0 for an expression.
    pub(crate) keys: Vec<i16>,
}

/// Statistics of several columns together.
#[derive(Debug, Clone)]
pub(super) struct Extended {
    pub(super) oid: u32,
    /// The attribute numbers of its columns.
    pub(super) columns: Vec<i16>,
}

const RELATIONS: &str = "
SELECT c.oid,
       CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       format('%I.%I', n.nspname, c.relname),
       pg_relation_filepath(c.oid),
       c.relkind = 'p',
       EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid),
       (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = c.oid AND c.relispartition)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 2";

/// The operators are those of the default b-tree class of the type, or of one that its
/// values can stand in for (PostgreSQL's `GetDefaultOpClass`).
const COLUMNS: &str = "
WITH RECURSIVE used AS (
    SELECT DISTINCT atttypid AS typ FROM pg_attribute WHERE attrelid = ANY ($1) AND attnum > 0
), based AS (
    SELECT typ, typ AS base FROM used
    UNION
    SELECT b.typ, t.typbasetype FROM based b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), compared AS (
    SELECT b.typ, o.opcfamily AS family, o.opcintype AS input
    FROM based b
    JOIN pg_type t ON t.oid = b.base AND t.typtype <> 'd'
    CROSS JOIN LATERAL (
        SELECT c.opcfamily, c.opcintype
        FROM pg_opclass c
        JOIN pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
        JOIN pg_type i ON i.oid = c.opcintype
        WHERE c.opcdefault
          AND (c.opcintype = t.oid
               OR c.opcintype = CASE t.typtype WHEN 'e' THEN 'anyenum'::regtype
                                               WHEN 'r' THEN 'anyrange'::regtype
                                               WHEN 'm' THEN 'anymultirange'::regtype
                                               WHEN 'c' THEN 'record'::regtype END
               OR t.typcategory = 'A' AND c.opcintype = 'anyarray'::regtype
               OR EXISTS (SELECT FROM pg_cast k
                          WHERE k.castsource = t.oid AND k.casttarget = c.opcintype
                            AND k.castmethod = 'b' AND k.castcontext = 'i'))
        ORDER BY c.opcintype <> t.oid, NOT i.typispreferred, c.oid
        LIMIT 1) o
), operators AS (
    SELECT c.typ,
           max(a.amopopr) FILTER (WHERE a.amopstrategy = 3) AS equal,
           max(a.amopopr) FILTER (WHERE a.amopstrategy = 1) AS less
    FROM compared c
    JOIN pg_amop a ON a.amopfamily = c.family
                  AND a.amoplefttype = c.input AND a.amoprighttype = c.input
    GROUP BY c.typ
)
SELECT a.attrelid, a.attnum, a.attname::text,
       CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END::int4,
       (SELECT count(*) FROM pg_enum e WHERE e.enumtypid = a.atttypid)::int4,
       EXISTS (SELECT FROM pg_index i
               WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indnkeyatts = 1
                 AND i.indkey[0] = a.attnum AND i.indpred IS NULL),
       f.confrelid, f.target,
       a.atttypid, a.atttypmod, a.attcollation, o.equal, o.less,
       (SELECT e.typelem FROM pg_type e WHERE e.oid = a.atttypid AND e.typcategory = 'A')
FROM pg_attribute a
LEFT JOIN operators o ON o.typ = a.atttypid
LEFT JOIN LATERAL (
    SELECT k.confrelid, k.confkey[array_position(k.conkey, a.attnum)] AS target
    FROM pg_constraint k
    WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
    ORDER BY cardinality(k.conkey), k.conname
    LIMIT 1) f ON TRUE
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1)";

const INDEXES: &str = "
SELECT i.indrelid, i.indexrelid, c.relname::text, pg_relation_filepath(i.indexrelid),
       m.amname::text, pg_get_expr(i.indpred, i.indrelid),
       coalesce((SELECT option_value::int8 FROM pg_options_to_table(c.reloptions)
                 WHERE option_name = 'pages_per_range'), 128),
       ARRAY(SELECT i.indkey[n] FROM generate_series(0, i.indnatts - 1) n ORDER BY n)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY ($1)
ORDER BY i.indexrelid";

const EXTENDED: &str = "
SELECT stxrelid, oid, stxname::text, stxkeys::int2[]
FROM pg_statistic_ext
WHERE stxrelid = ANY ($1)";

/// Reads the project's relations, by name.
pub(crate) async fn read(client: &Client) -> Result<Vec<Relation>, Error> {
    let rows = client.query(RELATIONS, &[]).await?;
    let mut relations: Vec<Relation> = rows.iter().map(relation).collect();
    let tables: Vec<u32> = relations.iter().map(|relation| relation.oid).collect();
    let indexes = client.query(INDEXES, &[&tables]).await?;
    let extended = client.query(EXTENDED, &[&tables]).await?;
    let mut all = tables.clone();
    all.extend(indexes.iter().map(|row| row.get::<_, u32>(1)));
    let mut columns: BTreeMap<u32, BTreeMap<i16, Column>> = BTreeMap::new();
    for row in &client.query(COLUMNS, &[&all]).await? {
        let of_relation = columns.entry(row.get(0)).or_default();
        of_relation.insert(row.get(1), column(row));
    }
    let position: BTreeMap<u32, usize> = tables.into_iter().zip(0..).collect();
    for relation in &mut relations {
        relation.columns = columns.remove(&relation.oid).unwrap_or_default();
    }
    for row in &indexes {
        let mut index = index(row);
        index.columns = columns.remove(&index.oid).unwrap_or_default();
        if let Some(&at) = position.get(&row.get(0)) {
            relations[at].indexes.push(index);
        }
    }
    for row in &extended {
        let statistics = Extended {
            oid: row.get(1),
            columns: row.get(3),
        };
        if let Some(&at) = position.get(&row.get(0)) {
            relations[at].extended.insert(row.get(2), statistics);
        }
    }
    Ok(relations)
}

fn relation(row: &Row) -> Relation {
    Relation {
        oid: row.get(0),
        name: row.get(1),
        sql: row.get(2),
        file: row.get(3),
        partitioned: row.get(4),
        has_children: row.get(5),
        parent: row.get(6),
        columns: BTreeMap::new(),
        indexes: Vec::new(),
        extended: BTreeMap::new(),
    }
}

fn column(row: &Row) -> Column {
    let refers_to: (Option<u32>, Option<i16>) = (row.get(6), row.get(7));
    Column {
        name: row.get(2),
        width: row.get::<_, i32>(3).unsigned_abs(),
        labels: row.get::<_, i32>(4).unsigned_abs(),
        unique: row.get(5),
        refers_to: refers_to.0.zip(refers_to.1),
        of: Type {
            oid: row.get(8),
            modifier: row.get(9),
            collation: row.get(10),
            equal: row.get(11),
            less: row.get(12),
            element: row.get(13),
        },
    }
}

fn index(row: &Row) -> Index {
    Index {
        oid: row.get(1),
        name: row.get(2),
        file: row.get(3),
        method: row.get(4),
        predicate: row.get(5),
        pages_per_range: row.get::<_, i64>(6).unsigned_abs(),
        columns: BTreeMap::new(),
        keys: row.get(7),
    }
}
