//! A share of a connection: what a caller sends statements on.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, Stream, TryStreamExt as _};

use super::Place;
use crate::connection::{PgConnection, PgRow};
use crate::pipeline::Pipeline;

/// A share of a connection of a [`Multiplexer`](super::Multiplexer); dropping it gives it back.
///
/// `&mut shared` goes into generated functions and Diesel's own. It has no transactions; those of
/// Diesel and of [`Transaction`](crate::transaction::Transaction) do not compile with it. A
/// function that loads several things in one round trip does so here as well, without a snapshot.
///
/// The rows of a statement are all read before the first is seen, so that a caller that takes its
/// time between two of them does not hold up others; a `:stream` query is held in memory.
#[derive(Debug)]
pub struct Multiplexed {
    conn: Arc<PgConnection>,
    _place: Place,
}

/// The rows of a statement that was sent through a [`Multiplexed`].
#[derive(Debug)]
pub struct MultiplexedRows(std::vec::IntoIter<PgRow>);

impl Multiplexed {
    pub(super) fn new(conn: Arc<PgConnection>, place: Place) -> Self {
        Self {
            conn,
            _place: place,
        }
    }
}

impl Pipeline for Multiplexed {
    fn pipeline(&self) -> &PgConnection {
        &self.conn
    }
}

impl SimpleAsyncConnection for Multiplexed {
    /// Always an error: several statements at once may leave a transaction open.
    async fn batch_execute(&mut self, statements: &str) -> QueryResult<()> {
        (&mut &*self.conn).batch_execute(statements).await
    }
}

impl AsyncConnectionCore for Multiplexed {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<MultiplexedRows>>;
    type Stream<'conn, 'query> = MultiplexedRows;
    type Row<'conn, 'query> = PgRow;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        let rows = self.conn.rows(&source.as_query());
        async move {
            let rows: Vec<PgRow> = rows.await?.try_collect().await?;
            Ok(MultiplexedRows(rows.into_iter()))
        }
        .boxed()
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        self.conn.count(&source)
    }
}

impl Stream for MultiplexedRows {
    type Item = QueryResult<PgRow>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}
