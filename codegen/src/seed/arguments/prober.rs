//! A connection that looks at a statement without counting as one of its calls: it finds
//! arguments, shows the plan, and tells why a call fails.

use std::error::Error as StdError;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement};

use super::{Argument, Arguments, Call, Sampler};
use crate::pull::DatabaseUrl;
use crate::seed::error::SeedError;
use crate::seed::facts;
use crate::seed::picks::table_sql;

/// A connection that looks at a statement without counting as one of its calls.
pub struct Prober {
    client: Client,
    statement: Statement,
}

impl std::fmt::Debug for Prober {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prober").finish_non_exhaustive()
    }
}

impl Prober {
    /// Prepares a statement.
    ///
    /// # Errors
    /// When the database cannot be reached, or refuses the statement.
    pub async fn new(database: &DatabaseUrl, sql: &str) -> Result<Self, SeedError> {
        let connected = database.config().connect(NoTls).await;
        let (client, connection) = connected.map_err(SeedError::Connect)?;
        tokio::spawn(connection);
        let statement = client.prepare(sql).await;
        let statement = statement.map_err(SeedError::refused(
            "the database refuses the query: is its schema what the migrations build?",
        ))?;
        Ok(Self { client, statement })
    }

    /// Finds arguments.
    ///
    /// # Errors
    /// When the database cannot be asked, or a value that was given is none of its type.
    pub async fn arguments(&self, call: Call<'_>) -> Result<Arguments, SeedError> {
        let read = SeedError::refused("the database's schema cannot be read");
        let facts = facts::read(&self.client).await.map_err(read)?;
        let types = self.statement.params();
        let mut sampler = Sampler::new(call, &facts, types);
        sampler.group();
        for group in &mut sampler.groups {
            let sql = format!(
                "SELECT greatest(reltuples, 0)::float8 FROM pg_class WHERE oid = '{}'::regclass",
                table_sql(&facts, group.oid).replace('\'', "''")
            );
            let row = self.client.query_one(&sql, &[]).await;
            let row = row.map_err(SeedError::refused("the database cannot be asked"))?;
            group.rows = row.get(0);
        }
        let (sql, origins) = sampler.statement();
        let rows = self.client.query(&sql, &[]).await;
        let rows = rows.map_err(SeedError::refused("no arguments can be found"))?;
        let calls = rows.iter().map(|row| {
            let values = 0..types.len();
            values.map(|column| row.get::<_, Raw>(column).0).collect()
        });
        Ok(Arguments {
            calls: calls.collect(),
            origins,
        })
    }

    /// Runs the statement under EXPLAIN, in a transaction that is rolled back.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn explain(
        &self,
        sql: &str,
        arguments: &[Argument],
    ) -> Result<Vec<String>, SeedError> {
        let refused = || SeedError::refused("the query cannot be explained");
        let explain = format!("EXPLAIN (ANALYZE, BUFFERS) {sql}");
        self.client
            .batch_execute("BEGIN")
            .await
            .map_err(refused())?;
        let explained = self.explained(&explain, arguments).await;
        self.client
            .batch_execute("ROLLBACK")
            .await
            .map_err(refused())?;
        explained.map_err(refused())
    }

    async fn explained(
        &self,
        sql: &str,
        arguments: &[Argument],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let types = self.statement.params();
        let statement = self.client.prepare_typed(sql, types).await?;
        let values: Vec<Raw> = arguments.iter().cloned().map(Raw).collect();
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
        let rows = self.client.query(&statement, &values).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Whether a read-only transaction lets a call through: a SELECT may call a function that
    /// writes. It is rolled back.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn is_read_only(&self, arguments: &[Argument]) -> Result<bool, SeedError> {
        let failed = || SeedError::refused("the query cannot be tried in a read-only transaction");
        let begin = self.client.batch_execute("BEGIN READ ONLY").await;
        begin.map_err(failed())?;
        let called = self.call(arguments).await;
        let rollback = self.client.batch_execute("ROLLBACK").await;
        rollback.map_err(failed())?;
        let refused = called.err().and_then(|error| error.code().cloned());
        Ok(refused != Some(SqlState::READ_ONLY_SQL_TRANSACTION))
    }

    async fn call(&self, arguments: &[Argument]) -> Result<(), tokio_postgres::Error> {
        let values: Vec<Raw> = arguments.iter().cloned().map(Raw).collect();
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as _).collect();
        self.client.query(&self.statement, &values).await.map(drop)
    }

    /// The SQLSTATE of a call that failed, if it fails again. It is rolled back.
    pub async fn sqlstate(&self, arguments: &[Argument]) -> Option<String> {
        self.client.batch_execute("BEGIN").await.ok()?;
        let failed = self.call(arguments).await.err();
        let _ = self.client.batch_execute("ROLLBACK").await;
        Some(failed?.code()?.code().to_owned())
    }
}

/// A value as it is sent, of any type.
#[derive(Debug)]
struct Raw(Argument);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(Some(raw.to_vec())))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Raw {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match &self.0 {
            None => Ok(IsNull::Yes),
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
