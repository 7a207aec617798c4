//! Writes row counts, page counts and distinct values into the server's catalogues, and
//! gives every file the size that goes with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use planwright_embedded::EmbeddedServer;
use tokio_postgres::Client;

use super::declared::Sizes;
use super::files;
use super::relations::{self, Index, Relation};
use super::sizes::TableSize;
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
/// A BRIN index has an entry for this many pages of its table.
const BRIN_RANGE: u64 = 128;
/// A page of a BRIN index maps this many ranges to their entries.
const BRIN_MAPPED: u64 = 1_360;
/// `pg_class.relpages` is a signed integer of 32 bits.
const MAX_PAGES: u64 = i32::MAX as u64 - 1;

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
    for one in &relations {
        relation(&sizes, one, &mut sql, &mut lengths);
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

/// What takes the place of one relation's statistics, and the lengths of its files.
fn relation(
    sizes: &Sizes<'_>,
    relation: &Relation,
    sql: &mut String,
    lengths: &mut Vec<(String, u64)>,
) {
    let rows = sizes.rows(relation);
    let width: u64 = relation.columns.values().map(|c| u64::from(c.width)).sum();
    let heap = pages(rows, padded(width) + ROW_OVERHEAD, 100);
    forget(sql, relation.oid);
    size(sql, relation.oid, rows, heap);
    lengths.extend(relation.file.clone().map(|file| (file, heap)));
    for index in &relation.indexes {
        let pages = index_pages(index, rows, heap);
        forget(sql, index.oid);
        size(sql, index.oid, rows, pages);
        lengths.extend(index.file.clone().map(|file| (file, pages)));
    }
    for (attribute, column) in &relation.columns {
        let Some(distinct) = sizes.distinct(relation, *attribute) else {
            continue;
        };
        for inherit in inherits(relation) {
            let at = (relation.oid, *attribute, *inherit);
            statistic(sql, at, column.width, distinct);
        }
    }
}

/// The values of `stainherit` that the planner looks for: rows of the table itself, and
/// rows of it and its children.
fn inherits(relation: &Relation) -> &'static [bool] {
    match (relation.partitioned, relation.has_children) {
        (true, _) => &[true],
        (false, true) => &[false, true],
        (false, false) => &[false],
    }
}

/// The pages of an index on a table of that many rows and pages.
fn index_pages(index: &Index, rows: u64, heap: u64) -> u64 {
    let width = u64::from(index.width);
    if index.method == "brin" {
        let ranges = heap.div_ceil(BRIN_RANGE);
        // The least and the greatest value of each range; a page that describes the
        // others, and pages that map ranges to entries.
        let entry = padded(2 * width) + ENTRY_OVERHEAD;
        return (1 + ranges.div_ceil(BRIN_MAPPED) + pages(ranges, entry, 100)).min(MAX_PAGES);
    }
    // The first page of a b-tree describes the others.
    (1 + pages(rows, padded(width) + ENTRY_OVERHEAD, FILL)).min(MAX_PAGES)
}

/// Rows of a width come in pages.
fn pages(rows: u64, width: u64, fill: u64) -> u64 {
    let usable = (PAGE - PAGE_HEADER) * fill / 100;
    rows.div_ceil((usable / width).max(1)).min(MAX_PAGES)
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

/// A migration may have seeded rows and analysed them; what it found is not production's.
fn forget(sql: &mut String, oid: u32) {
    let _ = writeln!(
        sql,
        "DELETE FROM pg_statistic WHERE starelid = {oid};
         DELETE FROM pg_statistic_ext_data WHERE stxoid IN
             (SELECT oid FROM pg_statistic_ext WHERE stxrelid = {oid});"
    );
}

/// A line of `pg_statistic` that tells the number of distinct values and nothing else.
fn statistic(
    sql: &mut String,
    (oid, attribute, inherit): (u32, i16, bool),
    width: u32,
    distinct: u64,
) {
    let _ = writeln!(
        sql,
        "INSERT INTO pg_statistic
             (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
              stakind1, stakind2, stakind3, stakind4, stakind5,
              staop1, staop2, staop3, staop4, staop5,
              stacoll1, stacoll2, stacoll3, stacoll4, stacoll5)
         VALUES ({oid}, {attribute}, {inherit}, 0, {width}, {distinct},
                 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brin_has_an_entry_for_a_range_of_pages() {
        let index = |method: &str| Index {
            oid: 1,
            file: None,
            method: method.to_owned(),
            width: 8,
        };
        // A million pages are 7813 ranges: 6 pages of the map, 27 of entries.
        assert_eq!(
            index_pages(&index("brin"), 100_000_000, 1_000_000),
            1 + 6 + 27
        );
        assert!(index_pages(&index("btree"), 100_000_000, 1_000_000) > 200_000);
    }

    #[test]
    fn page_counts_fit_the_catalogue() {
        assert_eq!(pages(1_000_000_000_000, 4_096, 100), MAX_PAGES);
        assert!(i32::try_from(MAX_PAGES).is_ok());
    }
}
