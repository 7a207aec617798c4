//! Sends a statement and brings its rows.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::sync::{Arc, OnceLock};

use diesel::QueryResult;
use diesel::connection::InstrumentationEvent;
use diesel::pg::{Pg, PgQueryBuilder};
use diesel::query_builder::{QueryBuilder as _, QueryFragment, QueryId};
use diesel::result::Error;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, Stream};
use pin_project_lite::pin_project;
use tokio_postgres::{RowStream, Statement};

use super::alone::alone;
use super::binds::{Binds, Value};
use super::row::PgRow;
use super::statements::{Key, Statements};
use super::{PgConnection, failure};

/// One call: everything of a query that is needed once the query itself is gone. Diesel's need
/// not be `Send`.
enum Call {
    Ready(Ready),
    /// The server is to be asked for something before.
    Unready(Text, Binds),
}

enum Text {
    Prepared(Statement),
    /// With the key to keep it under, where it may be kept.
    Sql(String, Option<Key>),
}

/// A statement that the server can be told to run.
enum Ready {
    Prepared(Statement, Vec<Value>),
    Sql(String, Binds),
}

impl PgConnection {
    /// Runs a query: its rows, as they arrive.
    pub(crate) fn rows<Q>(&self, query: &Q) -> BoxFuture<'_, QueryResult<PgRows>>
    where
        Q: QueryFragment<Pg> + QueryId,
    {
        match (self.call(query), self.begun(query)) {
            // By itself, because the future of all that may happen is three times as large.
            (Ok(Call::Ready(Ready::Prepared(statement, values))), None) => async move {
                let rows = self.client.query_raw(&statement, values).await;
                self.arriving(rows)
            }
            .boxed(),
            (call, sql) => async move {
                let rows = match call {
                    Ok(call) => self.send(call).await,
                    Err(error) => Err(error),
                };
                self.ended(sql, rows.as_ref().err());
                rows
            }
            .boxed(),
        }
    }

    /// Runs a statement: the number of rows it touched.
    pub(crate) fn count<Q>(&self, query: &Q) -> BoxFuture<'_, QueryResult<usize>>
    where
        Q: QueryFragment<Pg> + QueryId,
    {
        match (self.call(query), self.begun(query)) {
            (Ok(Call::Ready(Ready::Prepared(statement, values))), None) => async move {
                let count = self.client.execute_raw(&statement, values).await;
                self.counted(count)
            }
            .boxed(),
            (call, sql) => async move {
                let count = match call {
                    Ok(call) => self.execute(call).await,
                    Err(error) => Err(error),
                };
                self.ended(sql, count.as_ref().err());
                count
            }
            .boxed(),
        }
    }

    /// Makes the server know a statement that is to be sent several times at once.
    pub(crate) fn prepare<Q>(&self, query: &Q) -> BoxFuture<'_, QueryResult<()>>
    where
        Q: QueryFragment<Pg> + QueryId,
    {
        let call = self.call(query);
        async move { self.ready(call?).await.map(drop) }.boxed()
    }

    fn call<Q: QueryFragment<Pg> + QueryId>(&self, query: &Q) -> QueryResult<Call> {
        let binds = Binds::of(query, &self.type_names)?;
        let of_type = if query.is_safe_to_cache_prepared(&Pg)? {
            Q::query_id().map(Key::Type)
        } else {
            None
        };
        if let Some(prepared) = of_type.as_ref().and_then(|key| self.statements.get(key)) {
            return Ok(Call::prepared(prepared, binds));
        }
        let sql = sql(query)?;
        let key = match of_type {
            Some(key) => Some(key),
            None if query.is_safe_to_cache_prepared(&Pg)? => {
                Some(Key::Text(sql.clone(), binds.oids()?))
            }
            None => None,
        };
        let known = key.as_ref().and_then(|key| self.statements.get(key));
        Ok(match known {
            Some(prepared) => Call::prepared(prepared, binds),
            None => Call::Unready(Text::Sql(sql, key), binds),
        })
    }

    /// Makes the server know the statement, where it must.
    async fn ready(&self, call: Call) -> QueryResult<Ready> {
        match call {
            Call::Ready(ready) => Ok(ready),
            Call::Unready(text, binds) => self.introduce(text, binds).await,
        }
    }

    async fn introduce(&self, text: Text, mut binds: Binds) -> QueryResult<Ready> {
        if let (true, Text::Sql(sql, _)) = (self.shared, &text) {
            alone(sql)?;
        }
        binds.resolve(self).await?;
        let (sql, key) = match text {
            Text::Prepared(prepared) => return Ok(Ready::Prepared(prepared, binds.values)),
            Text::Sql(sql, _) if matches!(self.statements, Statements::Unnamed) => {
                return Ok(Ready::Sql(sql, binds));
            }
            Text::Sql(sql, key) => (sql, key),
        };
        let prepared = self.client.prepare_typed(&sql, &binds.types()?).await;
        let prepared = prepared.map_err(|error| self.driver.failure(&error))?;
        if let Some(key) = key {
            self.statements.keep(key, &prepared);
        }
        Ok(Ready::Prepared(prepared, binds.values))
    }

    async fn send(&self, call: Call) -> QueryResult<PgRows> {
        let rows = match self.ready(call).await? {
            Ready::Prepared(prepared, values) => self.client.query_raw(&prepared, values).await,
            Ready::Sql(sql, binds) => {
                let types = binds.types()?;
                let values = binds.values.into_iter().zip(types);
                self.client.query_typed_raw(&sql, values).await
            }
        };
        self.arriving(rows)
    }

    fn arriving(&self, rows: Result<RowStream, tokio_postgres::Error>) -> QueryResult<PgRows> {
        let rows = rows.map_err(|error| self.driver.failure(&error))?;
        let cause = self.driver.cause();
        Ok(PgRows { rows, cause })
    }

    async fn execute(&self, call: Call) -> QueryResult<usize> {
        let count = match self.ready(call).await? {
            Ready::Prepared(prepared, values) => self.client.execute_raw(&prepared, values).await,
            Ready::Sql(sql, binds) => {
                let types = binds.types()?;
                let values: Vec<_> = binds
                    .values
                    .iter()
                    .zip(types)
                    .map(|(value, of)| (value as &(dyn tokio_postgres::types::ToSql + Sync), of))
                    .collect();
                self.client.execute_typed(&sql, &values).await
            }
        };
        self.counted(count)
    }

    fn counted(&self, count: Result<u64, tokio_postgres::Error>) -> QueryResult<usize> {
        let count = count.map_err(|error| self.driver.failure(&error))?;
        usize::try_from(count).map_err(|error| Error::DeserializationError(Box::new(error)))
    }

    /// Tells who listens that the query begins, and gives its text for the end.
    fn begun<Q: QueryFragment<Pg>>(&self, query: &Q) -> Option<String> {
        self.instrumented.then(|| {
            let debug = diesel::debug_query::<Pg, _>(query);
            let begun = InstrumentationEvent::start_query(&debug);
            self.listener().on_connection_event(begun);
            sql(query).unwrap_or_default()
        })
    }

    fn ended(&self, sql: Option<String>, error: Option<&Error>) {
        if let Some(sql) = sql {
            self.finished(&sql, error);
        }
    }
}

fn sql<Q: QueryFragment<Pg>>(query: &Q) -> QueryResult<String> {
    let mut builder = PgQueryBuilder::default();
    query.to_sql(&mut builder, &Pg)?;
    Ok(builder.finish())
}

impl Call {
    fn prepared(prepared: Statement, binds: Binds) -> Self {
        if binds.are_known() {
            Self::Ready(Ready::Prepared(prepared, binds.values))
        } else {
            Self::Unready(Text::Prepared(prepared), binds)
        }
    }
}

pin_project! {
    /// The rows of a query, as they arrive; the first error is the last item.
    pub struct PgRows {
        #[pin]
        rows: RowStream,
        cause: Arc<OnceLock<tokio_postgres::Error>>,
    }
}

impl Stream for PgRows {
    type Item = QueryResult<PgRow>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let row = ready!(this.rows.poll_next(context));
        Poll::Ready(row.map(|row| match row {
            Ok(row) => Ok(PgRow(row)),
            Err(error) => Err(failure::statement(&error, this.cause)),
        }))
    }
}

impl fmt::Debug for PgRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgRows").finish_non_exhaustive()
    }
}
