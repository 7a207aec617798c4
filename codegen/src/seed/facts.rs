//! What the tables of a database ask of their rows, read from its catalogues.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error, Row};

use crate::schema::{self, ForeignKey, Index, Schema};

/// What the tables of a database ask of their rows.
pub(super) struct Facts {
    pub(super) schema: Schema,
    /// What a column is beyond its name and type, by table and attribute number.
    pub(super) columns: BTreeMap<(u32, i64), ColumnFacts>,
    /// CHECK constraints by table.
    pub(super) checks: BTreeMap<u32, Vec<Check>>,
    /// The constraints of domains; `VALUE` stands for the value.
    pub(super) domain_checks: BTreeMap<u32, Vec<Check>>,
    /// The partitions of a table that say which rows are theirs, with what they say.
    pub(super) partitions: BTreeMap<u32, Vec<Check>>,
    /// Unique indexes for which two nulls are the same.
    nulls_equal: Vec<u32>,
    /// Foreign keys of which either all columns are null or none: table and name.
    match_full: Vec<(u32, String)>,
    /// The attributes of composite types, in their order.
    pub(super) composites: BTreeMap<u32, Vec<(u32, i32)>>,
    /// What ranges are ranges of.
    pub(super) ranges: BTreeMap<u32, u32>,
    /// The modifiers of the types below domains.
    pub(super) domain_modifiers: BTreeMap<u32, i32>,
}

/// What a column is beyond its name and type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ColumnFacts {
    /// The modifier of its type, such as the length of a `varchar`; -1 without one.
    pub(super) modifier: i32,
    /// What it is computed from, where it is.
    pub(super) generated: Option<String>,
    pub(super) has_default: bool,
    /// The sequence that its default takes numbers from.
    pub(super) sequence: Option<String>,
}

/// A condition on the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) name: String,
    /// As SQL.
    pub(super) condition: String,
}

/// Virtual generated columns and constraints that are not enforced came with version 18.
const COLUMNS: &str = "
SELECT a.attrelid, a.attnum::int8, a.atttypmod,
       CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
       a.atthasdef OR a.attidentity <> '',
       pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

const CHECKS: &str = "
SELECT k.conrelid, k.contypid, k.conname::text, pg_get_expr(k.conbin, k.conrelid)
FROM pg_constraint k
WHERE k.contype = 'c' AND coalesce((to_jsonb(k) ->> 'conenforced')::bool, TRUE)
ORDER BY k.conrelid, k.conname";

const PARTITIONS: &str = "
SELECT (SELECT relid FROM pg_partition_ancestors(c.oid) WITH ORDINALITY a(relid, place)
        ORDER BY place DESC LIMIT 1)::oid,
       c.relname::text, pg_get_partition_constraintdef(c.oid)
FROM pg_class c
WHERE c.relispartition AND c.relkind = 'r'
  AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
ORDER BY c.relname";

const NULLS_EQUAL: &str = "
SELECT indexrelid FROM pg_index x
WHERE coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::bool, FALSE)";

const MATCH_FULL: &str = "
SELECT conrelid, conname::text FROM pg_constraint WHERE contype = 'f' AND confmatchtype = 'f'";

const COMPOSITES: &str = "
SELECT t.oid, a.atttypid, a.atttypmod
FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY t.oid, a.attnum";

const RANGES: &str = "SELECT rngtypid, rngsubtype FROM pg_range";

const DOMAINS: &str = "SELECT oid, typtypmod FROM pg_type WHERE typtype = 'd'";

/// Reads everything in one pipelined round of queries.
pub(super) async fn read(client: &Client) -> Result<Facts, Error> {
    let (schema, columns, checks, partitions) = tokio::try_join!(
        schema::read(client),
        client.query(COLUMNS, &[]),
        client.query(CHECKS, &[]),
        client.query(PARTITIONS, &[]),
    )?;
    let (nulls_equal, match_full, composites, ranges, domains) = tokio::try_join!(
        client.query(NULLS_EQUAL, &[]),
        client.query(MATCH_FULL, &[]),
        client.query(COMPOSITES, &[]),
        client.query(RANGES, &[]),
        client.query(DOMAINS, &[]),
    )?;
    let mut facts = Facts {
        schema,
        columns: columns.iter().map(column).collect(),
        checks: BTreeMap::new(),
        domain_checks: BTreeMap::new(),
        partitions: BTreeMap::new(),
        nulls_equal: nulls_equal.iter().map(|row| row.get(0)).collect(),
        match_full: match_full
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect(),
        composites: BTreeMap::new(),
        ranges: ranges.iter().map(|row| (row.get(0), row.get(1))).collect(),
        domain_modifiers: domains.iter().map(|row| (row.get(0), row.get(1))).collect(),
    };
    for row in &checks {
        let (table, domain): (u32, u32) = (row.get(0), row.get(1));
        let of = if table == 0 {
            facts.domain_checks.entry(domain)
        } else {
            facts.checks.entry(table)
        };
        of.or_default().push(check(row, 2));
    }
    for row in &partitions {
        let of = facts.partitions.entry(row.get(0));
        of.or_default().push(check(row, 1));
    }
    for row in &composites {
        let of = facts.composites.entry(row.get(0));
        of.or_default().push((row.get(1), row.get(2)));
    }
    Ok(facts)
}

fn column(row: &Row) -> ((u32, i64), ColumnFacts) {
    let facts = ColumnFacts {
        modifier: row.get(2),
        generated: row.get(3),
        has_default: row.get(4),
        sequence: row.get(5),
    };
    ((row.get(0), row.get(1)), facts)
}

fn check(row: &Row, first: usize) -> Check {
    let condition: Option<String> = row.get(first + 1);
    Check {
        name: row.get(first),
        condition: condition.unwrap_or_else(|| "TRUE".to_owned()),
    }
}

impl Facts {
    /// The unique and excluding indexes of a table.
    pub(super) fn keys(&self, table: u32) -> impl Iterator<Item = &Index> {
        let indexes = self.schema.indexes.iter();
        indexes.filter(move |index| {
            let excludes = index.constraint.is_some() && !index.unique;
            index.table_oid == table && (index.unique || excludes)
        })
    }

    /// Whether two nulls are the same for a unique index.
    pub(super) fn nulls_are_equal(&self, index: &Index) -> bool {
        self.nulls_equal.contains(&index.oid)
    }

    /// Whether all columns of a foreign key are null, or none.
    pub(super) fn is_match_full(&self, key: &ForeignKey) -> bool {
        let mut full = self.match_full.iter();
        full.any(|(table, name)| *table == key.table && *name == key.name)
    }

    /// The foreign keys of a table.
    pub(super) fn foreign_keys(&self, table: u32) -> impl Iterator<Item = &ForeignKey> {
        let keys = self.schema.foreign_keys.iter();
        keys.filter(move |key| key.table == table)
    }
}
