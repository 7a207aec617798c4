//! `statistics/snapshot.toml`: what a database's planner knows of its tables.
//!
//! Numbers only, unless values were asked for: how many rows and pages, how many distinct
//! values, how often the most common one. The labels of enums and booleans are no secret,
//! they stand in the migrations; so their frequencies are kept by name.

mod numbers;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use crate::diagnostics::{Diagnostic, SourceText};
use crate::toml_text::key;
pub use numbers::{Correlation, Distinct, Fraction, Pages, Rows};

/// The version of the file's form.
pub(super) const FORMAT: u32 = 1;

/// What a database's planner knows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The version of the file's form.
    pub format: u32,
    /// The server it was taken from.
    pub server: Server,
    /// Its tables, as a reader calls them.
    #[serde(default)]
    pub tables: BTreeMap<String, Table>,
}

/// The server that a snapshot was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its major version.
    pub major: u32,
    /// How its database orders text; with `C` or `POSIX` a plain index serves `LIKE 'x%'`.
    pub collation: String,
    /// The planner settings that differ from PostgreSQL's defaults, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// A table, or a partition of one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its rows; absent when it was never analysed.
    pub rows: Option<Rows>,
    /// Its pages of 8 KiB.
    pub pages: Pages,
    /// Of these, the pages whose rows everybody can see.
    #[serde(default)]
    pub all_visible: Pages,
    /// Its columns.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
    /// The columns of it and of its partitions or children together.
    #[serde(default)]
    pub with_children: BTreeMap<String, Column>,
    /// Its indexes.
    #[serde(default)]
    pub indexes: BTreeMap<String, Index>,
    /// Its extended statistics (`CREATE STATISTICS`).
    #[serde(default)]
    pub extended: BTreeMap<String, Extended>,
}

/// The values of a column, as `pg_stats` describes them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The fraction of nulls.
    #[serde(default)]
    pub null_fraction: Fraction,
    /// The average width in bytes.
    pub width: u32,
    /// The number of distinct values; negative, its share of the rows.
    #[serde(default)]
    pub distinct: Distinct,
    /// How closely the rows' order on disk follows the values' order.
    pub correlation: Option<Correlation>,
    /// How often the most common value is there.
    pub most_common: Option<Fraction>,
    /// How often each label of an enum or boolean is there.
    #[serde(default)]
    pub labels: BTreeMap<String, Fraction>,
    /// The most common values, each with how often it is there.
    #[serde(default)]
    pub values: Vec<(String, Fraction)>,
    /// Values that part the others into groups of equal size.
    #[serde(default)]
    pub histogram: Vec<String>,
    /// The most common elements of arrays or documents.
    pub elements: Option<Elements>,
}

/// The most common elements of arrays or documents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elements {
    /// The elements.
    pub values: Vec<String>,
    /// How often each is there, then the least and the greatest of these, and that of nulls.
    pub frequencies: Vec<f32>,
    /// A histogram of the number of distinct elements, then their average.
    #[serde(default)]
    pub counts: Vec<f32>,
}

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its entries; absent when it was never analysed.
    pub rows: Option<Rows>,
    /// Its pages of 8 KiB.
    pub pages: Pages,
    /// The levels of a b-tree above its leaves.
    pub height: Option<u32>,
    /// What a GIN index says of itself.
    pub gin: Option<Gin>,
    /// The values of its expressions, by the names that the index gives them.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
}

/// What a GIN index says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gin {
    /// The pages of its list of pending entries.
    #[serde(default)]
    pub pending_pages: u32,
    /// The pages of keys.
    pub entry_pages: u32,
    /// The pages of rows.
    pub data_pages: u32,
    /// The keys.
    pub entries: u64,
}

/// Statistics of several columns together; those of most common values hold values, and
/// are not taken.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// The distinct combinations, by column names parted by commas.
    #[serde(default)]
    pub distinct: BTreeMap<String, f64>,
    /// How far the columns before `=>` determine the one behind it.
    #[serde(default)]
    pub dependencies: BTreeMap<String, Fraction>,
}

impl Snapshot {
    /// Reads the text of a snapshot.
    ///
    /// # Errors
    /// When it is none, with the place and the reason.
    pub fn from_text(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// At the place in the text that cannot be read, with the reason.
    pub(crate) fn parse(source: &SourceText) -> Result<Self, Box<Diagnostic>> {
        let refuse = |message: String, span| {
            let diagnostic = Diagnostic::error("invalid-statistics", message);
            Box::new(
                diagnostic
                    .at(&source.path, span, "")
                    .help("take the snapshot again: `planwright stats pull --database-url …`"),
            )
        };
        // A newer form may have fields that are not known here: look at its number first.
        let newer = toml::from_str::<FormatOnly>(&source.text).ok();
        if let Some(FormatOnly { format }) = newer.filter(|newer| *newer.format.get_ref() > FORMAT)
        {
            let message = format!(
                "the snapshot has the form {}, this version reads up to {FORMAT}",
                format.get_ref()
            );
            return Err(refuse(message, format.span()));
        }
        Self::from_text(&source.text)
            .map_err(|error| refuse(error.message().to_owned(), error.span().unwrap_or(0..0)))
    }
}

/// Where the text of a snapshot speaks of a column; of its table, if not that.
pub(crate) fn place_of_column(text: &str, table: &str, column: &str) -> Range<usize> {
    let section = format!("[tables.{}", key(table));
    let start = text.find(&section).unwrap_or(0);
    if column.is_empty() {
        return start..start + section.len().min(text.len() - start);
    }
    let column = key(column);
    let sections = text[start..].match_indices(&column).find(|(at, _)| {
        let before = text[..start + at].chars().next_back();
        let behind = text[start + at + column.len()..].trim_start();
        matches!(before, Some('\n' | '.' | ' ')) && behind.starts_with(['=', ']'])
    });
    match sections {
        Some((at, found)) => start + at..start + at + found.len(),
        None => start..start + section.len().min(text.len() - start),
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: toml::Spanned<u32>,
}
