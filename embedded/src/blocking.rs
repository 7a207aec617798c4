//! The bridge from asynchronous code to what blocks: files, locks, processes.

use tokio::task::spawn_blocking;

use crate::Error;

/// Runs what blocks away from the asynchronous tasks.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
