//! How many rows each table counts as, and how that is known.

use std::collections::BTreeMap;

use tokio_postgres::{Client, Error};

use super::declared::Sizes;
use super::relations;
use super::sizes::TableSize;

/// How many rows tables count as, by the name a reader calls them.
#[derive(Debug, Default)]
pub(crate) struct TableRows(BTreeMap<String, KnownRows>);

/// A number of rows.
#[derive(Debug, Clone, Copy)]
struct KnownRows {
    rows: u64,
    /// Whether nobody said so.
    assumed: bool,
}

impl TableRows {
    /// The rows of a table; of one that is not known, none.
    pub(crate) fn of(&self, table: &str) -> u64 {
        self.0.get(table).map_or(0, |known| known.rows)
    }

    /// Whether the number is assumed.
    pub(crate) fn is_assumed(&self, table: &str) -> bool {
        self.0.get(table).is_none_or(|known| known.assumed)
    }

    /// `at 200000 rows`, `at an assumed 100000 rows`.
    pub(crate) fn describe(&self, table: &str) -> String {
        let assumed = if self.is_assumed(table) {
            "an assumed "
        } else {
            ""
        };
        format!("at {assumed}{} rows", self.of(table))
    }
}

/// Reads the tables there are, and says how large each one counts as.
pub(crate) async fn rows(
    client: &Client,
    declared: &BTreeMap<String, TableSize>,
) -> Result<TableRows, Error> {
    let relations = relations::read(client).await?;
    let sizes = Sizes {
        declared,
        relations: &relations,
    };
    let known = relations.iter().map(|relation| {
        let known = KnownRows {
            rows: sizes.rows(relation),
            assumed: sizes.is_assumed(relation),
        };
        (relation.name.clone(), known)
    });
    Ok(TableRows(known.collect()))
}
