//! Takes a snapshot of what a live database's planner knows.
//!
//! It reads catalogues and `pg_stats` in one read-only transaction, and plans a few
//! statements to learn the heights of b-trees. What the role may not see is left out, and
//! said.

mod heights;
mod indexes;
mod queries;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Client, Error, Row};

use super::extended;
use super::snapshot::{Distinct, Extended, FORMAT, Fraction, Pages, Rows, Server, Snapshot, Table};
use values::column;

/// Of which columns values of rows are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Values {
    /// Of none.
    #[default]
    None,
    /// Of all.
    All,
    /// Of these, as `table.column`.
    Of(BTreeSet<String>),
}

/// A snapshot, and what could not be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// What could not be taken, and what that means.
    pub notes: Vec<String>,
}

/// Why no snapshot could be taken.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The server refused, or the connection failed.
    #[error("the database could not be asked for its statistics")]
    Postgres(#[from] Error),
    /// Its pages are not those that the scratch server has.
    #[error("the server has pages of {0} bytes; only 8192 can be planned for")]
    BlockSize(String),
    /// The server is older than what is supported.
    #[error("the server is PostgreSQL {0}; 14 is the oldest that is supported")]
    Version(u32),
    /// None of the tables is there.
    #[error(
        "none of the catalog's tables is in the database: it is another one, or its migrations are \
         pending"
    )]
    NoTables,
    /// A column of `Values::Of` that is not there.
    #[error("values were asked for of `{0}`, which is no column of the catalog's tables")]
    UnknownColumn(String),
}

impl Values {
    fn wants(&self, table: &str, column: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Of(columns) => columns.contains(&format!("{table}.{column}")),
        }
    }
}

/// Takes the statistics of the tables named, as a reader calls them.
pub(crate) async fn pull(
    client: &Client,
    tables: &BTreeSet<String>,
    values: &Values,
) -> Result<Pulled, PullError> {
    client
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let pulled = within(client, tables, values).await;
    // The connection may be gone; what failed first is what is said.
    let ended = client.batch_execute("ROLLBACK").await;
    let pulled = pulled?;
    ended?;
    Ok(pulled)
}

/// Takes them in the transaction that is open.
async fn within(
    client: &Client,
    tables: &BTreeSet<String>,
    values: &Values,
) -> Result<Pulled, PullError> {
    let mut taken = Puller {
        client,
        values,
        notes: Vec::new(),
        tables: BTreeMap::new(),
        oids: BTreeMap::new(),
    };
    let server = taken.server().await?;
    taken.tables(tables).await?;
    if taken.tables.is_empty() && !tables.is_empty() {
        return Err(PullError::NoTables);
    }
    taken.columns().await?;
    taken.indexes().await?;
    taken.extended(server.major).await?;
    Ok(Pulled {
        snapshot: Snapshot {
            format: FORMAT,
            server,
            tables: taken.tables,
        },
        notes: taken.notes,
    })
}

struct Puller<'a> {
    client: &'a Client,
    values: &'a Values,
    notes: Vec<String>,
    tables: BTreeMap<String, Table>,
    /// The names of the tables by object identifier.
    oids: BTreeMap<u32, String>,
}

impl Puller<'_> {
    async fn server(&self) -> Result<Server, PullError> {
        let row = self.client.query_one(queries::SERVER, &[]).await?;
        let (version, block_size): (i32, String) = (row.get(0), row.get(1));
        let major = version.unsigned_abs() / 10_000;
        if major < 14 {
            return Err(PullError::Version(major));
        }
        if block_size != "8192" {
            return Err(PullError::BlockSize(block_size));
        }
        let settings = self.client.query(queries::SETTINGS, &[]).await?;
        let settings = settings.iter().map(|row| (row.get(0), row.get(1)));
        Ok(Server {
            major,
            collation: row.get(2),
            settings: settings.collect(),
        })
    }

    async fn tables(&mut self, wanted: &BTreeSet<String>) -> Result<(), PullError> {
        for row in &self.client.query(queries::TABLES, &[]).await? {
            let name: String = row.get(1);
            if !wanted.contains(&name) {
                continue;
            }
            let table = table(row);
            // A partitioned table has no rows of its own.
            if table.rows.is_none() && row.get::<_, &str>(2) != "p" {
                self.notes.push(format!(
                    "`{name}` was never analysed: run ANALYZE and take the snapshot again"
                ));
            }
            self.oids.insert(row.get(0), name.clone());
            self.tables.insert(name, table);
        }
        let missing = wanted
            .iter()
            .filter(|name| !self.tables.contains_key(*name));
        let missing: Vec<String> = missing
            .map(|name| format!("`{name}` is not in the database: are migrations pending?"))
            .collect();
        self.notes.extend(missing);
        Ok(())
    }

    async fn columns(&mut self) -> Result<(), PullError> {
        let oids: Vec<u32> = self.oids.keys().copied().collect();
        let rows = self.client.query(queries::COLUMNS, &[&oids]).await?;
        let mut known = BTreeSet::new();
        let mut hidden: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for row in &rows {
            let Some(table) = self.oids.get(&row.get(0)) else {
                continue;
            };
            let name: String = row.get(1);
            known.insert(format!("{table}.{name}"));
            if !row.get::<_, bool>(2) {
                hidden.entry(table).or_default().push(name);
            }
        }
        if let Values::Of(columns) = self.values
            && let Some(unknown) = columns.iter().find(|column| !known.contains(*column))
        {
            return Err(PullError::UnknownColumn(unknown.clone()));
        }
        let hidden = hidden.into_iter().map(|(table, columns)| {
            format!(
                "this role may not read `{}` of `{table}`, so nothing is known of their values",
                columns.join("`, `")
            )
        });
        self.notes.extend(hidden);
        for row in &self.client.query(queries::STATISTICS, &[&oids]).await? {
            let (oid, name, inherited): (u32, String, bool) = (row.get(0), row.get(1), row.get(2));
            let Some(table_name) = self.oids.get(&oid) else {
                continue;
            };
            let wanted = self.values.wants(table_name, &name);
            if let Some(table) = self.tables.get_mut(table_name) {
                let columns = if inherited {
                    &mut table.with_children
                } else {
                    &mut table.columns
                };
                columns.insert(name, column(row, 3, wanted));
            }
        }
        Ok(())
    }

    async fn extended(&mut self, major: u32) -> Result<(), PullError> {
        let oids: Vec<u32> = self.oids.keys().copied().collect();
        let query = queries::extended(major);
        for row in &self.client.query(&query, &[&oids]).await? {
            let name: String = row.get(1);
            let Some(table) = self.oids.get(&row.get(0)) else {
                continue;
            };
            let columns: BTreeMap<String, String> =
                serde_json::from_str(row.get(2)).unwrap_or_default();
            let (distinct, dependencies): (Option<String>, Option<String>) =
                (row.get(3), row.get(4));
            let values = Extended {
                distinct: combinations(distinct.as_deref(), &columns)
                    .into_iter()
                    .collect(),
                dependencies: combinations(dependencies.as_deref(), &columns)
                    .into_iter()
                    .map(|(columns, degree)| (columns, fraction(degree)))
                    .collect(),
            };
            if row.get(5) {
                self.notes.push(format!(
                    "`{name}` keeps most common combinations of values, which are not taken"
                ));
            }
            if let Some(table) = self.tables.get_mut(table) {
                table.extended.insert(name, values);
            }
        }
        Ok(())
    }
}

/// The row and page counts as they are now: the planner scales the last count of rows by the
/// pages that there are.
fn table(row: &Row) -> Table {
    let (rows, counted, pages, visible): (f64, i64, i64, i64) =
        (row.get(3), row.get(4), row.get(5), row.get(6));
    Table {
        rows: scaled(rows, counted, pages),
        pages: Pages(pages.unsigned_abs()),
        all_visible: Pages(visible.unsigned_abs()),
        ..Table::default()
    }
}

/// A number of rows that was counted when there were so many pages, now that there are
/// so many. `None` when they were never counted.
#[expect(clippy::cast_precision_loss, reason = "the planner computes so, too")]
fn scaled(rows: f64, counted: i64, pages: i64) -> Option<Rows> {
    match (rows, counted) {
        (rows, _) if rows < 0.0 => None,
        (_, 0) if pages > 0 => None,
        (_, 0) => Some(Rows(0.0)),
        (rows, counted) => Some(Rows((rows / counted as f64 * pages as f64).round())),
    }
}

/// `{"3, 4": 31, "3 => 4": 0.5}` with columns by name; those of expressions are left out.
fn combinations(text: Option<&str>, columns: &BTreeMap<String, String>) -> Vec<(String, f64)> {
    let list: BTreeMap<String, f64> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let named = |numbers: &str| -> Option<String> {
        let names = numbers
            .split(extended::COLUMNS)
            .map(|n| columns.get(n).cloned());
        Some(
            names
                .collect::<Option<Vec<String>>>()?
                .join(extended::COLUMNS),
        )
    };
    let whole = |numbers: &str| match numbers.split_once(extended::DETERMINE) {
        Some((from, to)) => Some(named(from)? + extended::DETERMINE + &named(to)?),
        None => named(numbers),
    };
    list.iter()
        .filter_map(|(numbers, value)| Some((whole(numbers)?, *value)))
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the catalogue holds four bytes"
)]
fn fraction(number: f64) -> Fraction {
    Fraction((number as f32).clamp(0.0, 1.0))
}

/// What `pg_stats` calls `n_distinct`.
fn distinct(number: f32) -> Distinct {
    Distinct(number.max(-1.0))
}
