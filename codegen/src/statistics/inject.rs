//! Writes row counts, page counts and distinct values into the server's catalogues, and
//! gives every file the size that goes with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use planwright_embedded::EmbeddedServer;
use tokio_postgres::Client;

use super::files;
use super::relations::{self, Relation};
use super::sizes::{DEFAULT_ROWS, TableSize};
use crate::failure::Failure;
use crate::server::ServerError;

/// PostgreSQL's page, in bytes.
pub(super) const PAGE: u64 = 8_192;
/// A page's header.
const PAGE_HEADER: u64 = 24;
/// A row's header with its padding, and its line pointer.
const ROW_OVERHEAD: u64 = 24 + 4;
/// An index entry's header and its line pointer.
const ENTRY_OVERHEAD: u64 = 8 + 4;
/// How full b-tree leaves are after a build, in per cent.
const FILL: u64 = 90;
/// Foreign keys are followed this far.
const MAX_HOPS: usize = 16;

/// Makes the server plan as if every table had its declared number of rows. The server
/// is restarted.
pub(crate) async fn inject(
    server: &EmbeddedServer,
    client: Client,
    declared: &BTreeMap<String, TableSize>,
) -> Result<(), Failure> {
    let relations = relations::read(&client).await.map_err(ServerError::from)?;
    let sizes = Sizes {
        declared,
        relations: &relations,
    };
    let mut sql = String::new();
    let mut lengths = Vec::new();
    for relation in &relations {
        sizes.relation(relation, &mut sql, &mut lengths);
    }
    client
        .batch_execute(&sql)
        .await
        .map_err(ServerError::from)?;
    drop(client);
    server
        .offline(async |data_dir: &std::path::Path| {
            for (file, pages) in &lengths {
                files::extend(&data_dir.join(file), *pages)?;
            }
            Ok(())
        })
        .await
}

struct Sizes<'a> {
    declared: &'a BTreeMap<String, TableSize>,
    relations: &'a [Relation],
}

impl Sizes<'_> {
    fn relation(&self, relation: &Relation, sql: &mut String, lengths: &mut Vec<(String, u64)>) {
        let rows = self.rows(relation);
        let width: u64 = relation.columns.values().map(|c| u64::from(c.width)).sum();
        let pages = pages(rows, padded(width) + ROW_OVERHEAD, 100);
        size(sql, relation.oid, rows, pages);
        lengths.extend(relation.file.clone().map(|file| (file, pages)));
        for index in &relation.indexes {
            let entry = padded(u64::from(index.width)) + ENTRY_OVERHEAD;
            // The first page of a b-tree describes the others.
            let pages = 1 + self::pages(rows, entry, FILL);
            size(sql, index.oid, rows, pages);
            lengths.extend(index.file.clone().map(|file| (file, pages)));
        }
        for (attribute, column) in &relation.columns {
            let distinct = self.distinct(relation, *attribute, MAX_HOPS);
            if let Some(distinct) = distinct {
                statistic(sql, relation.oid, *attribute, column.width, distinct);
            }
        }
    }

    fn rows(&self, relation: &Relation) -> u64 {
        self.declared
            .get(&relation.name)
            .map_or(DEFAULT_ROWS, |size| size.rows.0)
    }

    /// The distinct values of a column: as declared; as many as the table has rows, when
    /// it is unique; as many as what it refers to has, where that is declared; as many as its enum has labels.
    fn distinct(&self, relation: &Relation, attribute: i16, hops: usize) -> Option<u64> {
        let column = relation.columns.get(&attribute)?;
        let rows = self.rows(relation);
        let declared = self.declared.get(&relation.name);
        if let Some(count) = declared.and_then(|size| size.distinct.get(&column.name)) {
            return Some(count.0.min(rows));
        }
        if column.unique {
            return Some(rows);
        }
        if let (Some((target, attribute)), Some(hops)) = (column.refers_to, hops.checked_sub(1)) {
            let target = self.relations.iter().find(|r| r.oid == target)?;
            // Of two assumed sizes nothing follows.
            self.declared.get(&target.name)?;
            return self
                .distinct(target, attribute, hops)
                .map(|count| count.min(rows));
        }
        (column.labels > 0).then(|| u64::from(column.labels).min(rows))
    }
}

/// Rows of a width come in pages.
fn pages(rows: u64, width: u64, fill: u64) -> u64 {
    let usable = (PAGE - PAGE_HEADER) * fill / 100;
    rows.div_ceil((usable / width).max(1))
}

/// Rows and entries begin at multiples of eight bytes.
fn padded(width: u64) -> u64 {
    width.next_multiple_of(8)
}

fn size(sql: &mut String, oid: u32, rows: u64, pages: u64) {
    let _ = writeln!(
        sql,
        "UPDATE pg_class SET reltuples = {rows}, relpages = {pages},
             relallvisible = CASE WHEN relkind IN ('r', 'm') THEN {pages} ELSE 0 END
         WHERE oid = {oid};"
    );
}

/// A line of `pg_statistic` that tells the number of distinct values and nothing else.
fn statistic(sql: &mut String, oid: u32, attribute: i16, width: u32, distinct: u64) {
    let _ = writeln!(
        sql,
        "INSERT INTO pg_statistic
             (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
              stakind1, stakind2, stakind3, stakind4, stakind5,
              staop1, staop2, staop3, staop4, staop5,
              stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
         VALUES ({oid}, {attribute}, FALSE, 0, {width}, {distinct},
                 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
    );
}
