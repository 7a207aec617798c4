//! An index that is only supposed: made on an empty file, then given the size that it would
//! have. For use within a transaction that is rolled back.

use std::path::Path;

use tokio_postgres::Row;

use super::forge::{self, Forged};
use super::inject;
use super::pages;
use crate::failure::Failure;
use crate::server::{Refusal, Server, ServerError};

/// The name of the table whose empty file stands in for others.
const EMPTY: &str = "\"planwright: an empty file\"";

const CLASSES: &str = "
SELECT oid, relfilenode, reltuples::float8, relpages, relallvisible
FROM pg_class WHERE oid = ANY ($1)";

/// The tables' own files and sizes, and what stands in for them.
const HIDE: &str = "
UPDATE pg_class SET relfilenode = (SELECT relfilenode FROM pg_class WHERE oid = $1::text::regclass)
WHERE oid = ANY ($2)";

/// Indexes that are not yet there when the transaction begins have no older row.
const MADE: &str = "
SELECT c.oid, c.relname::text, pg_relation_filepath(c.oid), m.amname::text,
       t.oid::regclass::text, t.reltuples::float8, t.relpages::int8,
       pg_get_expr(i.indpred, i.indrelid),
       coalesce((SELECT option_value::int8 FROM pg_options_to_table(c.reloptions)
                 WHERE option_name = 'pages_per_range'), 128),
       ARRAY(SELECT coalesce(s.stawidth, CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END)::int4
             FROM generate_series(1, i.indnatts) n
             JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = n
             LEFT JOIN pg_statistic s ON s.starelid = i.indrelid
                                     AND s.staattnum = i.indkey[n - 1] AND NOT s.stainherit
             ORDER BY n),
       coalesce((SELECT r.relname FROM pg_class r WHERE r.oid = pg_partition_root(c.oid)),
                c.relname)::text
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY ($1) AND i.indexrelid <> ALL ($2)";

/// After an ANALYZE the planner would know the values of an expression: it is taken to have as
/// many as that of its columns which has the most.
const EXPRESSIONS: &str = "
INSERT INTO pg_statistic
    (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
     stakind1, stakind2, stakind3, stakind4, stakind5,
     staop1, staop2, staop3, staop4, staop5,
     stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
SELECT DISTINCT ON (i.indexrelid, a.attnum)
       i.indexrelid, a.attnum, FALSE, s.stanullfrac, s.stawidth, s.stadistinct,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = i.indexrelid AND i.indkey[a.attnum - 1] = 0
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                AND d.refobjid = i.indrelid AND d.refobjsubid > 0
JOIN pg_statistic s ON s.starelid = i.indrelid AND s.staattnum = d.refobjsubid
                   AND NOT s.stainherit
WHERE i.indrelid = ANY ($1) AND i.indexrelid <> ALL ($2)
ORDER BY i.indexrelid, a.attnum,
         CASE WHEN s.stadistinct < 0 THEN -s.stadistinct * greatest(t.reltuples, 1)
              ELSE s.stadistinct END DESC,
         d.refobjsubid";

/// An index that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Built {
    pub(crate) name: String,
    /// The index that it is a part of; itself, unless its table is a partition.
    pub(crate) root: String,
    pub(crate) pages: u64,
    /// Whether it holds the rows of a condition only.
    pub(crate) partial: bool,
}

/// Makes an index with a statement, on tables that have so many rows as the catalogue says.
pub(crate) async fn build(
    server: &Server,
    data_dir: &Path,
    tables: &[u32],
    create: &str,
) -> Result<Result<Vec<Built>, Refusal>, Failure> {
    let before = existing(server, tables).await?;
    let own = server.ask(CLASSES, &[&tables]).await?;
    server
        .execute(&format!("CREATE TABLE IF NOT EXISTS {EMPTY} ()"))
        .await?;
    server.ask(HIDE, &[&EMPTY, &tables]).await?;
    let made = server.attempt(create).await?;
    for row in &own {
        restore(server, row).await?;
    }
    if let Err(refusal) = made {
        return Ok(Err(refusal));
    }
    server.ask(EXPRESSIONS, &[&tables, &before]).await?;
    let mut built = Vec::new();
    for row in &server.ask(MADE, &[&tables, &before]).await? {
        let forged = size(server, row).await?;
        built.push(Built {
            name: row.get(1),
            root: row.get(10),
            pages: forged.pages,
            partial: row.get::<_, Option<&str>>(7).is_some(),
        });
        forge::forge(data_dir, &forged)?;
    }
    Ok(Ok(built))
}

async fn existing(server: &Server, tables: &[u32]) -> Result<Vec<u32>, ServerError> {
    const EXISTING: &str = "SELECT indexrelid FROM pg_index WHERE indrelid = ANY ($1)";
    let rows = server.ask(EXISTING, &[&tables]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn restore(server: &Server, row: &Row) -> Result<(), ServerError> {
    let (oid, file): (u32, u32) = (row.get(0), row.get(1));
    let (rows, pages, visible): (f64, i32, i32) = (row.get(2), row.get(3), row.get(4));
    let restore = format!(
        "UPDATE pg_class SET relfilenode = {file}, reltuples = {rows}, relpages = {pages},
             relallvisible = {visible}
         WHERE oid = {oid}"
    );
    server.execute(&restore).await
}

/// Puts the size of a new index into the catalogue, and says how its file is to be forged.
async fn size(server: &Server, row: &Row) -> Result<Forged, ServerError> {
    let (oid, method): (u32, &str) = (row.get(0), row.get(3));
    let (table, predicate): (&str, Option<&str>) = (row.get(4), row.get(7));
    let rows = match predicate {
        Some(predicate) => inject::expected(&server.client, table, predicate).await?,
        None => row.get::<_, f64>(5).max(0.0),
    };
    let table_pages = row.get::<_, i64>(6).unsigned_abs();
    let range = row.get::<_, i64>(8).unsigned_abs();
    let widths: Vec<i32> = row.get(9);
    let widths = || widths.iter().map(|width| width.unsigned_abs());
    let pages = pages::index(method, inject::sized(rows), table_pages, range, widths());
    let update =
        format!("UPDATE pg_class SET reltuples = {rows}, relpages = {pages} WHERE oid = {oid}");
    server.execute(&update).await?;
    let height = pages::btree_height(pages, widths());
    Ok(Forged {
        file: row.get(2),
        pages,
        content: forge::content(method, height, None, pages::revmap(table_pages, range)),
    })
}
