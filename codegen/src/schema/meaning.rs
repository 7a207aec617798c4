//! Reads what operators, views and constraints mean.

use tokio_postgres::{Client, Error};

use super::Meaning;

/// The equality of a type is that of its default order: a class of operators that was
/// made for another purpose may call different values equal.
const EQUALITY: &str = "
SELECT DISTINCT o.amopopr
FROM pg_amop o
JOIN pg_am m ON m.oid = o.amopmethod
JOIN pg_opclass c ON c.opcfamily = o.amopfamily
WHERE m.amname = 'btree' AND o.amopstrategy = 3 AND c.opcdefault";

const LOOSE_COLLATIONS: &str = "SELECT oid FROM pg_collation WHERE NOT collisdeterministic";

const VIEWS: &str = "
SELECT r.ev_class, r.ev_action::text
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename = '_RETURN' AND c.relkind IN ('v', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')";

const CONSTRAINT_INDEXES: &str = "
SELECT oid, conindid FROM pg_constraint WHERE contype IN ('p', 'u') AND conindid <> 0";

/// Reads everything in one pipelined round of queries.
pub(super) async fn read(client: &Client) -> Result<Meaning, Error> {
    let (equality, collations, views, constraints) = tokio::try_join!(
        client.query(EQUALITY, &[]),
        client.query(LOOSE_COLLATIONS, &[]),
        client.query(VIEWS, &[]),
        client.query(CONSTRAINT_INDEXES, &[]),
    )?;
    Ok(Meaning {
        equality: equality.iter().map(|row| row.get(0)).collect(),
        loose_collations: collations.iter().map(|row| row.get(0)).collect(),
        views: views.iter().map(|row| (row.get(0), row.get(1))).collect(),
        constraint_indexes: constraints
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect(),
    })
}
