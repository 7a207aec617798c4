//! Reads [`Security`] from the server's catalogues.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Error, Row};

use super::{Column, Computed, Conversion, Operator, Relation, Routine, Security, Trigger, When};

// Objects from number 16384 on are not PostgreSQL's own.

const SCHEMAS: &str = "
SELECT nspname::text FROM pg_namespace
WHERE (oid >= 16384 OR nspname = 'public') AND nspname !~ '^pg_'";

const ROLES: &str = "
SELECT rolname::text FROM pg_roles";

const RELATIONS: &str = "
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.oid < 16384,
       coalesce((SELECT k.conkey FROM pg_constraint k
                 WHERE k.conrelid = c.oid AND k.contype = 'p'), '{}')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'pg_toast'";

const COLUMNS: &str = "
SELECT a.attrelid, a.attnum::int8, a.attname::text, a.attgenerated <> '', a.attidentity = 'a',
       c.oid < 16384 AND has_column_privilege('public', c.oid, a.attnum, 'SELECT')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')";

/// Of an aggregate, the functions that it is made of are what runs.
const ROUTINES: &str = "
SELECT p.oid, n.nspname::text, p.proname::text, p.proargtypes::oid[],
       p.oid < 16384 AND has_function_privilege('public', p.oid, 'EXECUTE'),
       CASE WHEN p.prokind = 'a' THEN EXISTS (
                SELECT FROM pg_aggregate g
                JOIN pg_proc part ON part.oid IN (
                    g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
                    g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn)
                JOIN pg_language l ON l.oid = part.prolang
                WHERE g.aggfnoid = p.oid AND NOT part.prosecdef
                  AND l.lanname NOT IN ('internal', 'c'))
            ELSE NOT p.prosecdef AND l.lanname NOT IN ('internal', 'c') END
         AND p.oid >= 16384,
       p.provolatile = 'v'
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang";

const OPERATORS: &str = "
SELECT o.oid, o.oprcode::oid, nullif(n.oprcode::oid, 0),
       (SELECT f.amproc::oid
        FROM pg_amop m
        JOIN pg_am a ON a.oid = m.amopmethod AND a.amname = 'hash'
        JOIN pg_amproc f ON f.amprocfamily = m.amopfamily AND f.amprocnum = 1
                        AND f.amproclefttype = m.amoplefttype
                        AND f.amprocrighttype = m.amoplefttype
        WHERE m.amopopr IN (o.oid, o.oprnegate)
        ORDER BY m.amopopr = o.oid DESC, f.oid
        LIMIT 1)
FROM pg_operator o LEFT JOIN pg_operator n ON n.oid = o.oprnegate
WHERE o.oid >= 16384";

/// A value is checked by the domains that its type is, is made of, or is made from.
const TYPE_CHECKS: &str = "
WITH RECURSIVE part (whole, type) AS (
    SELECT oid, oid FROM pg_type WHERE oid >= 16384
    UNION
    SELECT p.whole, below.type
    FROM part p
    JOIN pg_type t ON t.oid = p.type
    LEFT JOIN pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid)
    CROSS JOIN LATERAL (
        VALUES (t.typelem), (t.typbasetype), (r.rngsubtype)
        UNION ALL
        SELECT a.atttypid FROM pg_attribute a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS below (type)
    WHERE below.type >= 16384
)
SELECT p.whole, k.conbin::text
FROM part p JOIN pg_constraint k ON k.contypid = p.type
WHERE k.contype = 'c'
ORDER BY p.whole, k.oid";

const CONVERSIONS: &str = "
SELECT oid, typinput::oid, typoutput::oid FROM pg_type WHERE typtype = 'b' AND oid >= 16384";

/// The first column is the table, the second says whether it is a generated column's.
const COMPUTED: &str = "
SELECT k.conrelid, false, k.conbin::text
FROM pg_constraint k
WHERE k.contype = 'c' AND k.conrelid >= 16384
  AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
UNION ALL
SELECT d.adrelid, true, d.adbin::text
FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attgenerated = 's'
UNION ALL
SELECT x.indrelid, false, tree
FROM pg_index x CROSS JOIN LATERAL (VALUES (x.indexprs::text), (x.indpred::text)) AS t (tree)
WHERE x.indrelid >= 16384 AND x.indisready AND tree IS NOT NULL
UNION ALL
SELECT p.partrelid, false, p.partexprs::text
FROM pg_partitioned_table p
WHERE p.partexprs IS NOT NULL
ORDER BY 1, 2, 3";

/// Whether the bounds of a range are equal is asked, too; those of several columns need
/// every comparison.
const PARTITIONING: &str = "
SELECT p.partrelid, o.oprcode::oid
FROM pg_partitioned_table p
CROSS JOIN LATERAL unnest(p.partclass) AS key (class)
JOIN pg_opclass c ON c.oid = key.class
JOIN pg_amop m ON m.amopfamily = c.opcfamily
              AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
JOIN pg_operator o ON o.oid = m.amopopr
WHERE CASE p.partstrat
          WHEN 'r' THEN p.partnatts > 1 OR m.amopstrategy IN (1, 3, 4)
          WHEN 'l' THEN m.amopstrategy = 3
          ELSE false
      END";

const PARTITION_KEYS: &str = "SELECT partrelid, partattrs::int2[] FROM pg_partitioned_table";

const TRIGGERS: &str = "
SELECT t.tgrelid, t.tgname::text, t.tgfoid, p.tgrelid, t.tgtype::int4,
       t.tgattr::int2[], t.tgqual::text
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
ORDER BY n.nspname, c.relname, t.tgname";

impl Security {
    /// Reads everything in one pipelined round of queries.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub(crate) async fn read(client: &Client) -> Result<Self, Error> {
        let (schemas, roles, relations, columns, routines) = tokio::try_join!(
            client.query(SCHEMAS, &[]),
            client.query(ROLES, &[]),
            client.query(RELATIONS, &[]),
            client.query(COLUMNS, &[]),
            client.query(ROUTINES, &[]),
        )?;
        let (operators, type_checks, conversions, computed) = tokio::try_join!(
            client.query(OPERATORS, &[]),
            client.query(TYPE_CHECKS, &[]),
            client.query(CONVERSIONS, &[]),
            client.query(COMPUTED, &[]),
        )?;
        let (partitioning, partition_keys, triggers) = tokio::try_join!(
            client.query(PARTITIONING, &[]),
            client.query(PARTITION_KEYS, &[]),
            client.query(TRIGGERS, &[]),
        )?;
        let names = |rows: &[Row]| -> BTreeSet<String> { rows.iter().map(|r| r.get(0)).collect() };
        let mut security = Self {
            schemas: names(&schemas),
            roles: names(&roles),
            relations: relations.iter().map(relation).collect(),
            routines: routines.iter().map(routine).collect(),
            operators: operators.iter().map(operator).collect(),
            conversions: conversions.iter().map(conversion).collect(),
            partition_keys: partition_keys.iter().map(partition_key).collect(),
            triggers: triggers.iter().map(trigger).collect(),
            ..Self::default()
        };
        for row in &columns {
            if let Some(relation) = security.relations.get_mut(&row.get(0)) {
                relation.columns.insert(row.get(1), column(row));
            }
        }
        for row in &type_checks {
            let checks = security.type_checks.entry(row.get(0)).or_default();
            checks.push(row.get(1));
        }
        for row in &computed {
            let of_table = security.computed.entry(row.get(0)).or_default();
            of_table.push(Computed {
                when: if row.get(1) {
                    When::Generated
                } else {
                    When::Written
                },
                tree: row.get(2),
            });
        }
        for row in &partitioning {
            let of_table = security.partitioning.entry(row.get(0)).or_default();
            of_table.insert(row.get(1));
        }
        Ok(security)
    }
}

fn relation(row: &Row) -> (u32, Relation) {
    let kind: String = row.get(3);
    let relation = Relation {
        schema: row.get(1),
        name: row.get(2),
        kind: kind.chars().next().unwrap_or(' '),
        builtin: row.get(4),
        columns: std::collections::BTreeMap::new(),
        primary_key: numbers(row.get(5)),
    };
    (row.get(0), relation)
}

fn column(row: &Row) -> Column {
    Column {
        name: row.get(2),
        generated: row.get(3),
        identity: row.get(4),
        open: row.get(5),
    }
}

fn routine(row: &Row) -> (u32, Routine) {
    let routine = Routine {
        schema: row.get(1),
        name: row.get(2),
        arguments: row.get(3),
        open: row.get(4),
        opaque: row.get(5),
        volatile: row.get(6),
    };
    (row.get(0), routine)
}

fn operator(row: &Row) -> (u32, Operator) {
    let operator = Operator {
        function: row.get(1),
        negator: row.get(2),
        hash: row.get(3),
    };
    (row.get(0), operator)
}

fn conversion(row: &Row) -> (u32, Conversion) {
    let conversion = Conversion {
        input: row.get(1),
        output: row.get(2),
    };
    (row.get(0), conversion)
}

fn trigger(row: &Row) -> Trigger {
    Trigger {
        table: row.get(0),
        name: row.get(1),
        function: row.get(2),
        inherited_from: row.get(3),
        events: row.get(4),
        columns: numbers(row.get(5)),
        condition: row.get(6),
    }
}

fn partition_key(row: &Row) -> (u32, Vec<i64>) {
    (row.get(0), numbers(row.get(1)))
}

fn numbers(numbers: Vec<i16>) -> Vec<i64> {
    numbers.into_iter().map(i64::from).collect()
}
