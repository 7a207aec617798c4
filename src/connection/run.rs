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
use tokio_postgres::RowStream;

use super::alone::alone;
use super::binds::{Binds, Value};
use super::row::{Oids, PgRow, oids};
use super::statements::{Key, Prepared, Statements};
use super::{PgConnection, failure};

/// One call: everything of a query that is needed once the query itself is gone. Diesel's need
/// not be `Send`.
struct Call {
    text: Text,
    binds: Binds,
}

enum Text {
    Prepared(Arc<Prepared>),
    /// With the key to keep it under, where it may be kept.
    Sql(String, Option<Key>),
}

/// A statement that the server can be told to run.
enum Ready {
    Prepared(Arc<Prepared>, Vec<Value>),
    Sql(String, Binds),
}

impl PgConnection {
    /// Runs a query: its rows, as they arrive.
    pub(crate) fn rows<Q>(&self, query: &Q) -> BoxFuture<'_, QueryResult<PgRows>>
    where
        Q: QueryFragment<Pg> + QueryId,
    {
        let call = self.call(query);
        let sql = self.begun(query);
        async move {
            let rows = match call {
                Ok(call) => self.send(call).await,
                Err(error) => Err(error),
            };
            self.ended(sql, rows.as_ref().err());
            rows
        }
        .boxed()
    }

    /// Runs a statement: the number of rows it touched.
    pub(crate) fn count<Q>(&self, query: &Q) -> BoxFuture<'_, QueryResult<usize>>
    where
        Q: QueryFragment<Pg> + QueryId,
    {
        let call = self.call(query);
        let sql = self.begun(query);
        async move {
            let count = match call {
                Ok(call) => self.execute(call).await,
                Err(error) => Err(error),
            };
            self.ended(sql, count.as_ref().err());
            count
        }
        .boxed()
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
            let text = Text::Prepared(prepared);
            return Ok(Call { text, binds });
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
        let text = known.map_or_else(|| Text::Sql(sql, key), Text::Prepared);
        Ok(Call { text, binds })
    }

    /// Makes the server know the statement, where it must.
    async fn ready(&self, call: Call) -> QueryResult<Ready> {
        let Call { text, mut binds } = call;
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
        let prepared = Arc::new(Prepared::new(prepared));
        if let Some(key) = key {
            self.statements.keep(key, &prepared);
        }
        Ok(Ready::Prepared(prepared, binds.values))
    }

    async fn send(&self, call: Call) -> QueryResult<PgRows> {
        let (rows, oids) = match self.ready(call).await? {
            Ready::Prepared(prepared, values) => {
                let rows = self.client.query_raw(&prepared.statement, values).await;
                (rows, Some(Arc::clone(&prepared.oids)))
            }
            Ready::Sql(sql, binds) => {
                let types = binds.types()?;
                let values = binds.values.into_iter().zip(types);
                (self.client.query_typed_raw(&sql, values).await, None)
            }
        };
        let rows = rows.map_err(|error| self.driver.failure(&error))?;
        Ok(PgRows {
            rows: Box::pin(rows),
            oids,
            cause: self.driver.cause(),
        })
    }

    async fn execute(&self, call: Call) -> QueryResult<usize> {
        let count = match self.ready(call).await? {
            Ready::Prepared(prepared, values) => {
                self.client.execute_raw(&prepared.statement, values).await
            }
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

/// The rows of a query, as they arrive; the first error is the last item.
pub struct PgRows {
    rows: Pin<Box<RowStream>>,
    /// Those of the columns; of a statement without a name they are known with its first row.
    oids: Option<Oids>,
    cause: Arc<OnceLock<tokio_postgres::Error>>,
}

impl Stream for PgRows {
    type Item = QueryResult<PgRow>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = match ready!(self.rows.as_mut().poll_next(context)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => {
                return Poll::Ready(Some(Err(failure::statement(&error, &self.cause))));
            }
            Some(Ok(row)) => row,
        };
        let oids = self.oids.get_or_insert_with(|| oids(row.columns()));
        let oids = Arc::clone(oids);
        Poll::Ready(Some(Ok(PgRow::new(row, oids))))
    }
}

impl fmt::Debug for PgRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgRows").finish_non_exhaustive()
    }
}
