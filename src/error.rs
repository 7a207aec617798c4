//! The error of every query: opaque, with a [kind](ErrorKind) to match on and
//! the query's name.
//!
//! `Display` says what was being done; what went wrong beneath is
//! [`source`](std::error::Error::source) and is never repeated. Nothing here
//! may print parameter values.

mod classify;
mod sqlstate;

use core::fmt;
use std::error::Error as StdError;
use std::time::Duration;

pub use self::sqlstate::SqlState;
use crate::info::QueryInfo;
use crate::pool::PoolError;

/// The result of a query.
pub type Result<T> = core::result::Result<T, Error>;

/// What went wrong, as far as a program can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A `:one` query found no row.
    NotFound,
    /// A `:one` or `:opt` query found more than one row.
    TooManyRows,
    /// A unique constraint or primary key (SQLSTATE 23505).
    UniqueViolation,
    /// A foreign key (23503, and 23001 for `RESTRICT`).
    ForeignKeyViolation,
    /// A check constraint (23514).
    CheckViolation,
    /// A null where none is allowed (23502).
    NotNullViolation,
    /// An exclusion constraint (23P01).
    ExclusionViolation,
    /// A transaction lost against a concurrent one: run it again (40001).
    SerializationFailure,
    /// A deadlock was broken at this transaction's cost: run it again (40P01).
    Deadlock,
    /// A write in a read-only transaction (25006).
    ReadOnlyTransaction,
    /// The statement was cancelled, by `statement_timeout` or on request (57014), or a
    /// transaction was not done by its deadline.
    Timeout,
    /// A lock could not be had in time (55P03).
    LockTimeout,
    /// No connection, or the connection broke.
    Connection,
    /// A parameter could not be written in PostgreSQL's format.
    Encode,
    /// A value could not be read into its Rust type.
    Decode,
    /// Anything else; [`source`](std::error::Error::source) says what.
    Other,
}

impl ErrorKind {
    /// The name in snake case, such as `unique_violation`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(planwright::ErrorKind::TooManyRows.as_str(), "too_many_rows");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::TooManyRows => "too_many_rows",
            Self::UniqueViolation => "unique_violation",
            Self::ForeignKeyViolation => "foreign_key_violation",
            Self::CheckViolation => "check_violation",
            Self::NotNullViolation => "not_null_violation",
            Self::ExclusionViolation => "exclusion_violation",
            Self::SerializationFailure => "serialization_failure",
            Self::Deadlock => "deadlock",
            Self::ReadOnlyTransaction => "read_only_transaction",
            Self::Timeout => "timeout",
            Self::LockTimeout => "lock_timeout",
            Self::Connection => "connection",
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::Other => "other",
        }
    }

    /// True where the same transaction, run again from its start, may succeed:
    /// [`SerializationFailure`](Self::SerializationFailure) and
    /// [`Deadlock`](Self::Deadlock).
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::SerializationFailure | Self::Deadlock)
    }
}

/// A query failed.
///
/// # Examples
///
/// ```
/// use planwright::{Error, ErrorKind};
///
/// let error = Error::from(diesel::result::Error::NotFound);
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert_eq!(error.query(), None);
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    query: Option<&'static QueryInfo>,
    kind: ErrorKind,
    cause: Cause,
    /// Where it is that of one row of many.
    given: Given,
}

/// What became of the rows that a call was given.
#[derive(Clone, Copy, Default)]
struct Given {
    row: Option<u64>,
    committed: u64,
}

enum Cause {
    /// The row count said it all.
    Rows,
    Diesel(diesel::result::Error),
    Pool(PoolError),
    /// A transaction was not done in time.
    Deadline(Duration),
}

impl Error {
    /// What went wrong, as far as a program can act on it.
    ///
    /// `diesel-async` hides the SQLSTATE of errors that Diesel has no kind for.
    /// [`Deadlock`](ErrorKind::Deadlock), [`Timeout`](ErrorKind::Timeout),
    /// [`LockTimeout`](ErrorKind::LockTimeout) and a connection that the server
    /// ended are therefore told by PostgreSQL's English message, and are
    /// [`Other`](ErrorKind::Other) on a server whose `lc_messages` is not English.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The query's name, or none where no single query failed, such as a `COMMIT`.
    #[must_use]
    pub fn query(&self) -> Option<&'static str> {
        self.0.query.map(|info| info.name)
    }

    /// The server's code for what went wrong, where it is known. `diesel-async` hides the codes of
    /// errors that have no [kind](Self::kind) of their own.
    ///
    /// # Examples
    ///
    /// ```
    /// let not_found = planwright::Error::from(diesel::result::Error::NotFound);
    /// assert_eq!(not_found.sqlstate(), None);
    /// ```
    #[must_use]
    pub fn sqlstate(&self) -> Option<SqlState> {
        match &self.0.cause {
            Cause::Diesel(error) => classify::sqlstate(error),
            _ => None,
        }
    }

    /// The constraint that was violated, where the server names one.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Diesel(diesel::result::Error::DatabaseError(_, information)) => {
                information.constraint_name()
            }
            _ => None,
        }
    }

    /// The position, from zero, of the row that was refused, of the rows that a call of a `:bulk`
    /// or `:copy` query was given; none where no single row is known to be the cause.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.0.given.row
    }

    /// How many of the rows that a call of a `:bulk` query was given are done with, and
    /// committed: those before this position. It is more than zero only where each batch
    /// [commits on its own](crate::bulk::Bulk::per_batch).
    #[must_use]
    pub fn committed(&self) -> u64 {
        self.0.given.committed
    }

    /// The same error, of one of the rows that a call was given.
    pub(crate) fn of_given(mut self, row: Option<u64>, committed: u64) -> Self {
        self.0.given = Given { row, committed };
        self
    }

    /// More than one row where one was promised.
    #[cold]
    pub(crate) fn too_many_rows(query: &'static QueryInfo) -> Self {
        Self::new(Some(query), ErrorKind::TooManyRows, Cause::Rows)
    }

    /// No row where one was promised.
    #[cold]
    pub(crate) fn not_found(query: &'static QueryInfo) -> Self {
        Self::new(Some(query), ErrorKind::NotFound, Cause::Rows)
    }

    /// What Diesel says of the query `query`.
    #[cold]
    pub(crate) fn failed(query: &'static QueryInfo, error: diesel::result::Error) -> Self {
        Self::new(Some(query), classify::kind(&error), Cause::Diesel(error))
    }

    /// A transaction that was not done within its deadline.
    #[cold]
    pub(crate) fn deadline(deadline: Duration) -> Self {
        Self::new(None, ErrorKind::Timeout, Cause::Deadline(deadline))
    }

    fn new(query: Option<&'static QueryInfo>, kind: ErrorKind, cause: Cause) -> Self {
        let given = Given::default();
        Self(Box::new(Inner {
            query,
            kind,
            cause,
            given,
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0.kind {
            ErrorKind::NotFound => "found no row",
            ErrorKind::TooManyRows => "found more than one row",
            _ => "failed",
        };
        match (self.query(), &self.0.cause) {
            (Some(name), _) => {
                write!(f, "query `{name}` {what}")?;
                if let Some(row) = self.row() {
                    write!(f, " at row {row}, counted from 0")?;
                }
                match self.committed() {
                    0 => Ok(()),
                    committed => write!(f, "; the rows before {committed} are committed"),
                }
            }
            (None, Cause::Pool(_)) => f.write_str("no database connection"),
            (None, Cause::Deadline(deadline)) => {
                write!(f, "the transaction was not done within {deadline:?}")
            }
            (None, _) if self.0.kind == ErrorKind::NotFound => f.write_str("found no row"),
            (None, _) => f.write_str("database operation failed"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("query", &self.query())
            .field("kind", &self.0.kind);
        if let Some(row) = self.row() {
            debug.field("row", &row);
        }
        match &self.0.cause {
            Cause::Rows | Cause::Deadline(_) => &mut debug,
            Cause::Diesel(error) => debug.field("source", error),
            Cause::Pool(error) => debug.field("source", error),
        }
        .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Rows | Cause::Deadline(_) => None,
            Cause::Diesel(error) => Some(error),
            Cause::Pool(error) => Some(error),
        }
    }
}

/// An error outside of one query: `BEGIN` and `COMMIT`, or Diesel code beside
/// generated functions. It makes [`Error`] usable as the error of
/// [`diesel_async::AsyncConnection::transaction`].
impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::new(None, ErrorKind::NotFound, Cause::Rows),
            diesel::result::Error::DeserializationError(boxed) => match boxed.downcast::<Self>() {
                Ok(ours) => *ours,
                Err(other) => {
                    let error = diesel::result::Error::DeserializationError(other);
                    Self::new(None, ErrorKind::Decode, Cause::Diesel(error))
                }
            },
            error => Self::new(None, classify::kind(&error), Cause::Diesel(error)),
        }
    }
}

/// No connection could be had, so that one function can fail either way.
impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        Self::new(None, ErrorKind::Connection, Cause::Pool(error))
    }
}

/// Back into Diesel's error, for functions that return [`diesel::QueryResult`].
/// The query's name is lost where Diesel has its own error for the cause.
impl From<Error> for diesel::result::Error {
    fn from(error: Error) -> Self {
        match *error.0 {
            Inner {
                cause: Cause::Diesel(cause),
                ..
            } => cause,
            Inner {
                kind: ErrorKind::NotFound,
                ..
            } => Self::NotFound,
            inner => Self::DeserializationError(Box::new(Error(Box::new(inner)))),
        }
    }
}
