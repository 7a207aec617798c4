//! How many pages rows and index entries take, and how high a b-tree is.
//!
//! The layout is PostgreSQL's (the manual's "Database Physical Storage"): pages of 8 KiB
//! with a header of 24 bytes; a row has a header of 23 bytes, padded to 24, and a line
//! pointer of 4; an index entry has a header of 8 bytes and a line pointer of 4.

/// PostgreSQL's page, in bytes.
pub(crate) const PAGE: u64 = 8_192;
/// `pg_class.relpages` is a signed integer of 32 bits.
pub(crate) const MAX_PAGES: u64 = i32::MAX as u64 - 1;

const PAGE_HEADER: u64 = 24;
const ROW_OVERHEAD: u64 = 24 + 4;
const ENTRY_OVERHEAD: u64 = 8 + 4;
/// What a b-tree keeps at the end of each page.
const BTREE_SPECIAL: u64 = 16;
/// How full b-tree leaves, and the pages above them, are after a build, in per cent.
const LEAF_FILL: u64 = 90;
const UPPER_FILL: u64 = 70;
/// A page of a BRIN index maps this many ranges to their entries.
const BRIN_MAPPED: u64 = 1_360;

/// The pages of a table.
pub(super) fn heap(rows: u64, widths: impl Iterator<Item = u32>) -> u64 {
    pages(rows, padded(widths) + ROW_OVERHEAD, 100, 0)
}

/// The pages of an index on that many rows; a BRIN index depends on the table's pages.
pub(crate) fn index(
    method: &str,
    rows: u64,
    table_pages: u64,
    pages_per_range: u64,
    widths: impl Iterator<Item = u32> + Clone,
) -> u64 {
    if method == "brin" {
        let ranges = table_pages.div_ceil(pages_per_range.max(1));
        // The least and the greatest value of each range; a page that describes the
        // others, and pages that map ranges to entries.
        let entry = padded(widths.clone().chain(widths)) + ENTRY_OVERHEAD;
        let entries = pages(ranges, entry, 100, 0);
        return (1 + revmap(table_pages, pages_per_range) + entries).min(MAX_PAGES);
    }
    // The first page of a b-tree describes the others.
    let entry = padded(widths) + ENTRY_OVERHEAD;
    (1 + pages(rows, entry, LEAF_FILL, BTREE_SPECIAL)).min(MAX_PAGES)
}

/// The pages of a BRIN index that map ranges of the table to entries.
pub(super) fn revmap(table_pages: u64, pages_per_range: u64) -> u64 {
    let ranges = table_pages.div_ceil(pages_per_range.max(1));
    ranges.div_ceil(BRIN_MAPPED).max(1)
}

/// The levels above the leaves of a b-tree that has so many pages in all.
pub(crate) fn btree_height(pages: u64, widths: impl Iterator<Item = u32>) -> u32 {
    let usable = (PAGE - PAGE_HEADER - BTREE_SPECIAL) * UPPER_FILL / 100;
    let fan_out = (usable / (padded(widths) + ENTRY_OVERHEAD)).max(2);
    let mut height = 0;
    let mut level = pages.saturating_sub(1);
    while level > 1 {
        level = level.div_ceil(fan_out);
        height += 1;
    }
    height
}

/// Rows of a width come in pages.
fn pages(rows: u64, width: u64, fill: u64, special: u64) -> u64 {
    let usable = (PAGE - PAGE_HEADER - special) * fill / 100;
    rows.div_ceil((usable / width).max(1)).min(MAX_PAGES)
}

/// Rows and entries begin at multiples of eight bytes.
fn padded(widths: impl Iterator<Item = u32>) -> u64 {
    widths.map(u64::from).sum::<u64>().next_multiple_of(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brin_has_an_entry_for_a_range_of_pages() {
        // A million pages are 7813 ranges: 6 pages of the map, 27 of entries.
        let brin = index("brin", 100_000_000, 1_000_000, 128, [8].into_iter());
        assert_eq!(brin, 1 + 6 + 27);
        let btree = index("btree", 100_000_000, 1_000_000, 128, [8].into_iter());
        assert!(btree > 200_000);
    }

    #[test]
    fn page_counts_fit_the_catalogue() {
        let wide = [4_096].into_iter();
        assert_eq!(heap(1_000_000_000_000, wide), MAX_PAGES);
        assert!(i32::try_from(MAX_PAGES).is_ok());
    }

    #[test]
    fn a_tree_grows_with_its_pages() {
        let height = |pages| btree_height(pages, [8].into_iter());
        // A leaf alone is the root; a page above it holds some 285 of them.
        assert_eq!([1, 2, 3, 280, 300].map(height), [0, 0, 1, 1, 2]);
        assert_eq!(height(60_000), 2);
        assert_eq!(height(100_000), 3);
    }
}
