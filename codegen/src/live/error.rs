//! Why a database could not be described.

/// Why a database could not be described.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The server refused, or the connection failed.
    #[error("the database could not be asked for its schema")]
    Postgres(#[from] tokio_postgres::Error),
    /// The server answered what this version does not read.
    #[error("what the server says of its schema cannot be read")]
    Answer(#[from] serde_json::Error),
    /// The server is older than what is supported.
    #[error("the server is PostgreSQL {0}; 14 is the oldest that is supported")]
    Version(u32),
}
