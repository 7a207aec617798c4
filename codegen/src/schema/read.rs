//! Reads the schema from the server's catalogues.

mod indexes;

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error, Row};

use super::{
    Attribute, Function, Operator, Order, Schema, Table, TableColumn, Type, TypeKind, meaning,
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

const ATTRIBUTES: &str = "
SELECT c.reltype, a.attname::text, a.atttypid
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.reltype, a.attnum";

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
SELECT o.oid, o.oprname::text, o.oprleft, o.oprright, s.strategy
FROM pg_operator o
LEFT JOIN (SELECT a.amopopr, min(a.amopstrategy) AS strategy
           FROM pg_amop a JOIN pg_am m ON m.oid = a.amopmethod
           WHERE m.amname = 'btree'
           GROUP BY a.amopopr) s ON s.amopopr = o.oid";

const PARENTS: &str = "SELECT inhrelid, inhparent FROM pg_inherits ORDER BY inhrelid, inhseqno";

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
    let attributes = client.query(ATTRIBUTES, &[]).await?;
    let (operators, index_rows, foreign_keys, parents, meaning) = tokio::try_join!(
        client.query(OPERATORS, &[]),
        client.query(indexes::INDEXES, &[]),
        client.query(indexes::FOREIGN_KEYS, &[]),
        client.query(PARENTS, &[]),
        meaning::read(client),
    )?;
    let mut schema = Schema {
        meaning,
        ..Schema::default()
    };
    add_tables(&mut schema, &tables, &columns);
    add_types(&mut schema, &types, &labels);
    add_attributes(&mut schema, &attributes);
    forbid_nulls(&mut schema, &columns);
    add_functions(&mut schema, &functions, &operators);
    for row in &parents {
        if let Some(table) = schema.tables.get_mut(&row.get(0)) {
            table.parents.push(row.get(1));
        }
    }
    let found = index_rows.iter();
    let found = found.filter_map(|row| indexes::index(&schema, row));
    schema.indexes = found.collect();
    schema.foreign_keys = foreign_keys.iter().map(indexes::foreign_key).collect();
    Ok(schema)
}

fn add_tables(schema: &mut Schema, tables: &[Row], columns: &[Row]) {
    for row in tables {
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
    for row in columns {
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
}

fn add_types(schema: &mut Schema, types: &[Row], labels: &[Row]) {
    let mut labels_of: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for row in labels {
        labels_of.entry(row.get(0)).or_default().push(row.get(1));
        schema.enum_labels.insert(row.get(2), row.get(1));
    }
    for row in types {
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
}

fn add_attributes(schema: &mut Schema, attributes: &[Row]) {
    let mut all: BTreeMap<u32, Vec<Attribute>> = BTreeMap::new();
    for row in attributes {
        all.entry(row.get(0)).or_default().push(Attribute {
            name: row.get(1),
            type_oid: row.get(2),
        });
    }
    for (oid, attributes) in all {
        if let Some(of) = schema.types.get_mut(&oid) {
            of.kind = TypeKind::Composite(attributes);
        }
    }
}

/// A table's column of a domain that forbids null holds none, as long as nobody writes one
/// that a query made of no row (the manual's "CREATE DOMAIN", notes). A view's column may be
/// null: an outer join in it checks no domain.
fn forbid_nulls(schema: &mut Schema, columns: &[Row]) {
    for row in columns {
        let (_, forbids_null) = schema.base_type(row.get(5));
        let table = schema.tables.get_mut(&row.get(0));
        let table = table.filter(|table| matches!(table.kind, 'r' | 'p'));
        if let Some(column) = table.and_then(|t| t.columns.get_mut(&row.get(1))) {
            column.not_null |= forbids_null;
        }
    }
}

fn add_functions(schema: &mut Schema, functions: &[Row], operators: &[Row]) {
    for row in functions {
        let function = Function {
            name: row.get(1),
            strict: row.get(2),
            builtin: row.get(3),
            volatile: row.get(4),
            body: row.get(5),
        };
        schema.functions.insert(row.get(0), function);
    }
    for row in operators {
        let operator = Operator {
            name: row.get(1),
            left: row.get(2),
            right: row.get(3),
            order: row.get::<_, Option<i16>>(4).and_then(Order::of),
        };
        schema.operators.insert(row.get(0), operator);
    }
}

/// `"char"` columns hold one character.
fn first_char(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}
