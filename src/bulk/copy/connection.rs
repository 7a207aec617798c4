//! The connections that take a COPY, and where its bytes go.

use core::fmt;
use core::pin::Pin;
use std::io::Cursor;

use futures_util::SinkExt as _;
use tokio_postgres::{Client, CopyInSink};

use crate::connection::PgConnection;
use crate::{pool, testing};

/// A connection that takes `COPY … FROM STDIN`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no `COPY … FROM STDIN`",
    label = "needs a connection that does, such as a `PgConnection`",
    note = "where it is a guard of another pool, pass the connection inside: `&mut *conn`"
)]
pub trait CopyIn: Send {
    /// Begins the statement.
    fn copy_in(
        &mut self,
        sql: &str,
    ) -> impl Future<Output = Result<CopySink, tokio_postgres::Error>> + Send;
}

impl CopyIn for PgConnection {
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        self.client().copy_in(sql).await.map(CopySink::new)
    }
}

impl CopyIn for pool::Connection {
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        CopyIn::copy_in(&mut **self, sql).await
    }
}

impl CopyIn for testing::Counted {
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        CopyIn::copy_in(&mut **self, sql).await
    }
}

impl CopyIn for Client {
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        Client::copy_in(self, sql).await.map(CopySink::new)
    }
}

impl<C: CopyIn> CopyIn for &mut C {
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        C::copy_in(self, sql).await
    }
}

impl<M> CopyIn for bb8::PooledConnection<'_, M>
where
    M: bb8::ManageConnection,
    M::Connection: CopyIn,
{
    async fn copy_in(&mut self, sql: &str) -> Result<CopySink, tokio_postgres::Error> {
        M::Connection::copy_in(self, sql).await
    }
}

/// Where the bytes of a COPY go. Dropped before it is finished, it tells the server to give the
/// statement up.
pub struct CopySink(Pin<Box<CopyInSink<Cursor<Vec<u8>>>>>);

impl CopySink {
    /// Of a statement that has begun: the answer of [`Client::copy_in`].
    #[must_use]
    pub fn new(sink: CopyInSink<Cursor<Vec<u8>>>) -> Self {
        Self(Box::pin(sink))
    }

    /// Hands bytes to the driver, and waits while it still has the last ones.
    pub(super) async fn send(&mut self, bytes: Vec<u8>) -> Result<(), tokio_postgres::Error> {
        self.0.feed(Cursor::new(bytes)).await
    }

    /// Ends the statement: how many rows it inserted.
    pub(super) async fn finish(mut self) -> Result<u64, tokio_postgres::Error> {
        self.0.as_mut().finish().await
    }
}

impl fmt::Debug for CopySink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopySink").finish_non_exhaustive()
    }
}
