//! A connection's socket, watched on its way in and out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Link, RoundTrips, Trips};

/// A socket that tells a link of what passes, and counts round trips where there is a counter.
pub(crate) struct Watched<S> {
    socket: S,
    trips: Trips,
}

impl<S> Watched<S> {
    pub(crate) fn new(socket: S, link: Arc<Link>, counter: Option<RoundTrips>) -> Self {
        Self {
            socket,
            trips: Trips::new(link, counter),
        }
    }
}

/// The driver drops it when the connection ends, before whoever waits for an answer hears of it.
impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.trips.closed();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        self.trips.received(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

// Vectored writes are left to their default, which is `poll_write`.
impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.socket).poll_write(context, bytes))?;
        self.trips.sent(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
