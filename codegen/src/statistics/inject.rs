//! Writes what is known into the server's catalogues, and gives every file the size that
//! goes with it.
//!
//! The catalogue rows are written directly on every version: `pg_restore_relation_stats`
//! and its sisters came with version 18, and write the same rows.

use std::fmt::Write as _;
use std::path::Path;

use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, Error};

use super::files;
use super::forge::{self, Content, Forged};
use super::known::Known;
use super::pages;
use super::profile::{ExtendedProfile, IndexProfile, TableProfile, profiles};
use super::relations::{self, Relation};
use super::sizes::TableSize;
use super::slots;
use super::snapshot::Snapshot;
use crate::failure::Failure;
use crate::server::{Server, ServerError, first_column};

/// What the scratch server is to plan for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale<'a> {
    /// The sizes that planwright.toml declares.
    pub(crate) declared: &'a std::collections::BTreeMap<String, TableSize>,
    /// What was taken from a database.
    pub(crate) snapshot: Option<&'a Snapshot>,
    /// By how much every table has grown since.
    pub(crate) growth: f64,
}

impl<'a> Scale<'a> {
    /// The same, of relations.
    pub(crate) fn known(&self, relations: &'a [Relation]) -> Known<'a> {
        Known {
            relations,
            declared: self.declared,
            snapshot: self.snapshot,
            growth: self.growth,
        }
    }
}

/// A statistic that the server cannot take: the table or index and column it is of, and why.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) relation: String,
    pub(crate) column: String,
    pub(crate) error: Error,
}

/// Why statistics were not put in place.
pub(crate) enum InjectError {
    /// The server cannot take one of them.
    Refused(Refused),
    /// Something else failed.
    Failure(Failure),
}

impl<E: Into<Failure>> From<E> for InjectError {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

/// Makes the server's database plan as if it were as large as is known. The server is
/// restarted.
pub(crate) async fn inject(
    embedded: &EmbeddedServer,
    database: &str,
    scale: &Scale<'_>,
) -> Result<(), InjectError> {
    let client = connect(embedded, database).await?;
    let relations = relations::read(&client).await.map_err(ServerError::from)?;
    let tables = profiles(&scale.known(&relations));
    catalogue(&client, &tables).await?;
    for table in &tables {
        if let Some(file) = &table.relation.file {
            files::resize(&embedded.data_dir().join(file), table.pages)?;
        }
    }
    drop(client);
    // A new connection: the old one may have measured the files as they were.
    let client = connect(embedded, database).await?;
    let mut forged = Vec::new();
    for table in &tables {
        // Once more, when the server has written what it had in memory.
        forged.extend(table.relation.file.clone().map(|file| Forged {
            file,
            pages: table.pages,
            content: Content::Plain,
        }));
        for index in &table.indexes {
            forged.extend(size_of_index(&client, table, index).await?);
        }
    }
    drop(client);
    embedded
        .offline(async |data_dir: &Path| {
            for one in &forged {
                forge::forge(data_dir, one)?;
            }
            Ok::<(), Failure>(())
        })
        .await?;
    Ok(())
}

async fn connect(embedded: &EmbeddedServer, database: &str) -> Result<Client, Failure> {
    let server = Server::connect(&embedded.config(database)).await?;
    Ok(server.client)
}

/// Writes the rows of `pg_class`, `pg_statistic` and `pg_statistic_ext_data`.
async fn catalogue(client: &Client, tables: &[TableProfile<'_>]) -> Result<(), InjectError> {
    let mut sql = String::new();
    for table in tables {
        forget(&mut sql, table.relation.oid);
        class(&mut sql, table.relation.oid, table.rows, table.pages);
        let _ = writeln!(
            sql,
            "UPDATE pg_class SET relallvisible = {} WHERE oid = {} AND relkind IN ('r', 'm');",
            table.all_visible, table.relation.oid
        );
        for index in &table.indexes {
            forget(&mut sql, index.index.oid);
        }
    }
    client
        .batch_execute(&sql)
        .await
        .map_err(ServerError::from)?;
    for table in tables {
        let of_indexes = table.indexes.iter().flat_map(|index| &index.columns);
        let columns: Vec<_> = table.columns.iter().chain(of_indexes).collect();
        let all: String = columns.iter().map(|column| slots::insert(column)).collect();
        if client.batch_execute(&all).await.is_err() {
            // One by one, to say which.
            for column in columns {
                let inserted = client.batch_execute(&slots::insert(column)).await;
                inserted.map_err(|error| InjectError::Refused(refused(table, column, error)))?;
            }
        }
    }
    let extended: Vec<_> = tables.iter().flat_map(|table| &table.extended).collect();
    if !extended.is_empty() {
        client
            .batch_execute(&extended_sql(&extended))
            .await
            .map_err(ServerError::from)?;
    }
    Ok(())
}

fn refused(
    table: &TableProfile<'_>,
    column: &super::profile::ColumnProfile,
    error: Error,
) -> Refused {
    let relation = table.relation;
    let mut indexes = relation.indexes.iter();
    let index = indexes.find(|index| index.oid == column.oid);
    let columns = index.map_or(&relation.columns, |index| &index.columns);
    let name = columns.get(&column.attribute);
    Refused {
        relation: relation.name.clone(),
        column: name.map(|column| column.name.clone()).unwrap_or_default(),
        error,
    }
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

/// The numbers of rows and pages; without a number of rows the planner goes by the file.
fn class(sql: &mut String, oid: u32, rows: Option<f64>, pages: u64) {
    let (rows, pages) = match rows {
        Some(rows) => (rows, pages),
        None => (-1.0, 0),
    };
    let _ = writeln!(
        sql,
        "UPDATE pg_class SET reltuples = {rows}, relpages = {pages} WHERE oid = {oid};"
    );
}

/// The types of extended statistics take no text, but they are made of bytes.
fn extended_sql(extended: &[&ExtendedProfile]) -> String {
    let hex = |bytes: &Option<Vec<u8>>, name: &str| match bytes {
        Some(bytes) => format!("'\\x{}'::bytea::{name}", crate::fingerprint::hex(bytes)),
        None => "NULL".to_owned(),
    };
    let mut sql = "
        BEGIN;
        CREATE CAST (bytea AS pg_ndistinct) WITHOUT FUNCTION;
        CREATE CAST (bytea AS pg_dependencies) WITHOUT FUNCTION;
    "
    .to_owned();
    for one in extended {
        let (distinct, dependencies) = (
            hex(&one.distinct, "pg_ndistinct"),
            hex(&one.dependencies, "pg_dependencies"),
        );
        // Version 14 has one row for each object.
        let _ = writeln!(
            sql,
            "INSERT INTO pg_statistic_ext_data
             SELECT (jsonb_populate_record(NULL::pg_statistic_ext_data,
                 jsonb_build_object('stxoid', {}, 'stxdinherit', {}))).*;
             UPDATE pg_statistic_ext_data
             SET stxdndistinct = {distinct}, stxddependencies = {dependencies} WHERE stxoid = {};",
            one.oid, one.inherited, one.oid
        );
    }
    sql.push_str(
        "
        DROP CAST (bytea AS pg_ndistinct);
        DROP CAST (bytea AS pg_dependencies);
        COMMIT;",
    );
    sql
}

/// Puts the size of an index into the catalogue, and says how its file is to be forged.
async fn size_of_index(
    client: &Client,
    table: &TableProfile<'_>,
    profile: &IndexProfile<'_>,
) -> Result<Option<Forged>, Failure> {
    let index = profile.index;
    let rows = match (profile.rows, &index.predicate) {
        (Some(rows), _) => Some(rows),
        // Neither the index nor its table was ever analysed.
        (None, None) => None,
        (None, Some(_)) if table.rows.is_none() => None,
        (None, Some(predicate)) => Some(expected(client, &table.relation.sql, predicate).await?),
    };
    let widths = || profile.widths.iter().copied();
    let sized = sized(rows.unwrap_or(0.0));
    let pages = profile.pages.unwrap_or_else(|| {
        let range = index.pages_per_range;
        pages::index(&index.method, sized, table.pages, range, widths())
    });
    let mut sql = String::new();
    class(&mut sql, index.oid, rows, pages);
    client
        .batch_execute(&sql)
        .await
        .map_err(ServerError::from)?;
    let height = profile
        .height
        .unwrap_or_else(|| pages::btree_height(pages, widths()));
    Ok(index.file.clone().map(|file| Forged {
        file,
        pages,
        content: forge::content(
            &index.method,
            height,
            profile.gin,
            pages::revmap(table.pages, index.pages_per_range),
        ),
    }))
}

/// How many rows of a table meet a condition, as the planner sees it.
pub(crate) async fn expected(
    client: &Client,
    table: &str,
    predicate: &str,
) -> Result<f64, ServerError> {
    let explain = format!("EXPLAIN (FORMAT JSON) SELECT 1 FROM ONLY {table} WHERE {predicate}");
    let answer = client.simple_query(&explain).await?;
    let json = serde_json::from_str(&first_column(&answer)).unwrap_or(serde_json::Value::Null);
    // A Gather's rows are those of all its workers.
    Ok(json[0]["Plan"]["Plan Rows"].as_f64().unwrap_or(1.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
pub(super) fn sized(rows: f64) -> u64 {
    rows.round() as u64
}
