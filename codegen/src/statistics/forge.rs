//! Files as large as production's, and the first pages of indexes that say so.
//!
//! A b-tree's first page tells the planner how high it is; below it stands one page for
//! each level, down to an empty leaf, so that a look at the ends of the index finds
//! nothing rather than a broken page. The layouts are PostgreSQL's
//! (`src/include/access/{nbtree,ginblock,brin_page}.h`, `src/include/storage/bufpage.h`).

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::files;
use super::snapshot::Gin;
use crate::failure::Failure;
use crate::files::FileError;

/// The bytes of a page.
const PAGE_BYTES: usize = 8_192;
/// Where the content of a page begins.
const HEADER: usize = 24;
/// Where the 16 bytes that a b-tree keeps at the end of each page begin.
const SPECIAL: usize = PAGE_BYTES - 16;
/// Where the first page's description begins, beyond the magic number and version.
const BTREE_ROOT: usize = HEADER + 8;
const BTREE_MAGIC: u32 = 0x05_3162;
const GIN_PENDING_PAGES: usize = HEADER + 12;
const GIN_TOTAL_PAGES: usize = HEADER + 24;
const BRIN_LAST_MAP_PAGE: usize = HEADER + 12;
const BRIN_MAGIC: u32 = 0xA810_9CFA;
/// Flags of b-tree pages.
const LEAF: u16 = 1;
const ROOT: u16 = 2;
/// No tree is higher: each level is hundreds of times as wide as the one above.
const MAX_HEIGHT: u32 = 10;

/// A file as it is to be.
pub(crate) struct Forged {
    /// Relative to the data directory.
    pub(crate) file: String,
    pub(crate) pages: u64,
    pub(crate) content: Content,
}

/// What the first pages say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing that the planner reads.
    Plain,
    /// A tree of so many levels above its leaves.
    Btree { height: u32 },
    /// The numbers of pages and keys.
    Gin(Gin),
    /// So many pages map ranges to entries.
    Brin { map_pages: u32 },
}

/// What the first pages of an index say.
pub(crate) fn content(method: &str, height: u32, gin: Option<Gin>, map_pages: u64) -> Content {
    match (method, gin) {
        ("btree", _) => Content::Btree {
            height: height.min(MAX_HEIGHT),
        },
        ("gin", Some(gin)) => Content::Gin(gin),
        ("brin", _) => Content::Brin {
            map_pages: u32::try_from(map_pages).unwrap_or(u32::MAX),
        },
        _ => Content::Plain,
    }
}

/// Forges one file. No server may have read its first pages.
pub(crate) fn forge(data_dir: &Path, forged: &Forged) -> Result<(), Failure> {
    let path = data_dir.join(&forged.file);
    let least = match forged.content {
        Content::Btree { height } if forged.pages > 1 => u64::from(height) + 2,
        Content::Plain => 0,
        _ => 1,
    };
    files::resize(&path, forged.pages.max(least))?;
    if forged.content == Content::Plain {
        return Ok(());
    }
    Ok(write(&path, forged).map_err(|source| FileError::write(&path, source))?)
}

fn write(path: &Path, forged: &Forged) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut first = [0; PAGE_BYTES];
    file.read_exact(&mut first)?;
    let mut pages = Vec::new();
    match forged.content {
        // An empty tree has no root.
        Content::Btree { height } if forged.pages > 1 => {
            expect_magic(&first, BTREE_MAGIC)?;
            for (place, word) in [1, height, 1, height].into_iter().enumerate() {
                put(&mut first, BTREE_ROOT + 4 * place, &word.to_ne_bytes());
            }
            pages = (0..=height)
                .rev()
                .map(|level| btree_page(level, height))
                .collect();
        }
        Content::Gin(gin) => {
            put(
                &mut first,
                GIN_PENDING_PAGES,
                &gin.pending_pages.to_ne_bytes(),
            );
            let total = u32::try_from(forged.pages).unwrap_or(u32::MAX);
            let words = [total, gin.entry_pages, gin.data_pages, 0];
            for (place, word) in words.into_iter().enumerate() {
                put(&mut first, GIN_TOTAL_PAGES + 4 * place, &word.to_ne_bytes());
            }
            put(&mut first, GIN_TOTAL_PAGES + 16, &gin.entries.to_ne_bytes());
        }
        Content::Brin { map_pages } => {
            expect_magic(&first, BRIN_MAGIC)?;
            put(&mut first, BRIN_LAST_MAP_PAGE, &map_pages.to_ne_bytes());
        }
        Content::Btree { .. } | Content::Plain => return Ok(()),
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&first)?;
    for page in &pages {
        file.write_all(page)?;
    }
    Ok(())
}

/// A first page of another form must not be written over.
fn expect_magic(page: &[u8; PAGE_BYTES], magic: u32) -> io::Result<()> {
    if page[HEADER..HEADER + 4] == magic.to_ne_bytes() {
        return Ok(());
    }
    let message = "the index does not begin as its access method says";
    Err(io::Error::new(io::ErrorKind::InvalidData, message))
}

fn put(page: &mut [u8; PAGE_BYTES], at: usize, bytes: &[u8]) {
    page[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The page of one level: block 1 is the root, each leads to the next block, and the last
/// is an empty leaf.
fn btree_page(level: u32, height: u32) -> [u8; PAGE_BYTES] {
    /// An entry without keys: its block number, and that it leads downwards.
    const ENTRY: usize = 8;
    const LEADS_DOWN: u16 = 0x2000;
    /// PostgreSQL's page size and the version of its layout, in one word.
    const SIZE_AND_VERSION: u16 = 8_192 + 4;
    let mut page = [0; PAGE_BYTES];
    let (mut lower, mut upper) = (HEADER, SPECIAL);
    if level > 0 {
        upper -= ENTRY;
        lower += 4;
        // A line pointer: 15 bits of offset, two that say it is in use, 15 of length.
        let pointer = u32::try_from(upper).unwrap_or(0) | 1 << 15 | 8 << 17;
        put(&mut page, HEADER, &pointer.to_ne_bytes());
        // The number of a block is two halves, the high one first; that of a level is small.
        let below = u16::try_from(height - level + 2).unwrap_or(0);
        for (place, word) in [0, below, 0, LEADS_DOWN | 8].into_iter().enumerate() {
            put(&mut page, upper + 2 * place, &word.to_ne_bytes());
        }
    }
    let bounds = [lower, upper, SPECIAL].map(|bound| u16::try_from(bound).unwrap_or(0));
    for (place, word) in bounds.into_iter().chain([SIZE_AND_VERSION]).enumerate() {
        put(&mut page, 12 + 2 * place, &word.to_ne_bytes());
    }
    // Neither a page before nor one behind; the level; the flags.
    put(&mut page, SPECIAL + 8, &level.to_ne_bytes());
    let leaf = if level == 0 { LEAF } else { 0 };
    let root = if level == height { ROOT } else { 0 };
    put(&mut page, SPECIAL + 12, &(leaf | root).to_ne_bytes());
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_tree_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("1"), [0; PAGE_BYTES]).expect("a file");
        let forged = Forged {
            file: "1".to_owned(),
            pages: 100,
            content: Content::Btree { height: 1 },
        };
        forge(folder.path(), &forged).expect_err("no tree");
        let bytes = std::fs::read(folder.path().join("1")).expect("a file");
        assert!(bytes.iter().all(|byte| *byte == 0));
        assert_eq!(bytes.len(), 100 * PAGE_BYTES);
    }
}
