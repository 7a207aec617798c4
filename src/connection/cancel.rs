//! Requests to cancel a statement, which go to the server on a socket of their own.

use core::error::Error;
use core::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::NoTls;

/// What went wrong on the way.
type Cause = Box<dyn Error + Send + Sync>;

/// Opens another socket to the server of a connection, encrypted like it. A token of
/// `tokio-postgres` does not know the way of a client that was given its socket.
pub(crate) trait Redial: Send + Sync {
    fn redial(&self) -> BoxFuture<'_, Result<Box<dyn Wire>, Cause>>;
}

/// A socket, of whichever kind.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Wire for S {}

/// What cancels the statement that runs on one connection. It can be moved into another task.
#[derive(Clone)]
pub struct CancelToken {
    token: tokio_postgres::CancelToken,
    redial: Option<Arc<dyn Redial>>,
}

impl CancelToken {
    pub(super) fn new(token: tokio_postgres::CancelToken, redial: Option<Arc<dyn Redial>>) -> Self {
        Self { token, redial }
    }

    /// Asks the server to cancel what the connection runs. It is there when this is done, and may
    /// still arrive at the statement after the one that it was meant for.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached.
    pub async fn cancel_query(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(redial) = &self.redial else {
            return Ok(self.token.cancel_query(NoTls).await?);
        };
        let socket = redial.redial().await?;
        Ok(self.token.cancel_query_raw(socket, NoTls).await?)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").finish_non_exhaustive()
    }
}
