//! From Diesel's error to an [`ErrorKind`].
//!
//! `diesel-async` 0.9 keeps the message, but not the SQLSTATE, of an error that
//! `DatabaseErrorKind` does not name. The messages are those of PostgreSQL's
//! `src/backend/tcop/postgres.c` (`ProcessInterrupts`) and
//! `src/backend/storage/lmgr/deadlock.c`, the same in versions 14 to 18.

use diesel::result::{DatabaseErrorKind, Error};

use super::{ErrorKind, SqlState};

/// The kind of `error`.
pub(super) fn kind(error: &Error) -> ErrorKind {
    match error {
        Error::NotFound => ErrorKind::NotFound,
        Error::DeserializationError(_) => ErrorKind::Decode,
        Error::SerializationError(_) => ErrorKind::Encode,
        Error::BrokenTransactionManager => ErrorKind::Connection,
        Error::RollbackErrorOnCommit { commit_error, .. } => kind(commit_error),
        Error::DatabaseError(kind, information) => database(*kind, information.message()),
        _ => ErrorKind::Other,
    }
}

/// The server's code for `error`, as far as its kind tells.
pub(super) fn sqlstate(error: &Error) -> Option<SqlState> {
    let (database, information) = match error {
        Error::DatabaseError(kind, information) => (kind, information),
        Error::RollbackErrorOnCommit { commit_error, .. } => return sqlstate(commit_error),
        _ => return None,
    };
    let code = match database {
        DatabaseErrorKind::UniqueViolation => "23505",
        DatabaseErrorKind::ForeignKeyViolation => "23503",
        DatabaseErrorKind::RestrictViolation => "23001",
        DatabaseErrorKind::CheckViolation => "23514",
        DatabaseErrorKind::NotNullViolation => "23502",
        DatabaseErrorKind::ExclusionViolation => "23P01",
        DatabaseErrorKind::SerializationFailure => "40001",
        DatabaseErrorKind::ReadOnlyTransaction => "25006",
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            return None;
        }
        _ => match unnamed(information.message()) {
            ErrorKind::Deadlock => "40P01",
            ErrorKind::LockTimeout => "55P03",
            ErrorKind::Timeout => "57014",
            _ => return None,
        },
    };
    SqlState::new(code)
}

fn database(kind: DatabaseErrorKind, message: &str) -> ErrorKind {
    match kind {
        DatabaseErrorKind::UniqueViolation => ErrorKind::UniqueViolation,
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            ErrorKind::ForeignKeyViolation
        }
        DatabaseErrorKind::CheckViolation => ErrorKind::CheckViolation,
        DatabaseErrorKind::NotNullViolation => ErrorKind::NotNullViolation,
        DatabaseErrorKind::ExclusionViolation => ErrorKind::ExclusionViolation,
        DatabaseErrorKind::SerializationFailure => ErrorKind::SerializationFailure,
        DatabaseErrorKind::ReadOnlyTransaction => ErrorKind::ReadOnlyTransaction,
        DatabaseErrorKind::ClosedConnection => ErrorKind::Connection,
        DatabaseErrorKind::UnableToSendCommand => unsent(message),
        _ => unnamed(message),
    }
}

/// `tokio-postgres` failed before the server answered.
fn unsent(message: &str) -> ErrorKind {
    if message.starts_with("error serializing parameter") || message.starts_with("expected ") {
        ErrorKind::Encode
    } else {
        ErrorKind::Connection
    }
}

/// The server answered with an error that Diesel has no kind for.
fn unnamed(message: &str) -> ErrorKind {
    if message == "deadlock detected" {
        ErrorKind::Deadlock
    } else if message == "canceling statement due to lock timeout"
        || message.starts_with("could not obtain lock on ")
    {
        ErrorKind::LockTimeout
    } else if message.starts_with("canceling statement due to ") {
        ErrorKind::Timeout
    } else if message.starts_with("terminating connection due to ") {
        ErrorKind::Connection
    } else {
        ErrorKind::Other
    }
}
