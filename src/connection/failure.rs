//! From the client's errors to Diesel's.

use std::error::Error as _;
use std::sync::OnceLock;

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// A connection that could not be opened.
pub(super) fn connection(error: &tokio_postgres::Error) -> ConnectionError {
    ConnectionError::CouldntSetupConfiguration(failure(error))
}

/// What the client says of a statement, as Diesel would have said it.
pub(crate) fn failure(error: &tokio_postgres::Error) -> Error {
    statement(error, &OnceLock::new())
}

/// A statement that failed. When it did because the connection ended, `cause` knows why.
pub(super) fn statement(
    error: &tokio_postgres::Error,
    cause: &OnceLock<tokio_postgres::Error>,
) -> Error {
    if let Some(answer) = error.as_db_error() {
        return server(answer.clone());
    }
    let kind = DatabaseErrorKind::UnableToSendCommand;
    match cause.get() {
        Some(cause) if error.is_closed() => match cause.as_db_error() {
            Some(answer) => server(answer.clone()),
            None => Error::DatabaseError(kind, Box::new(in_words(cause))),
        },
        _ => Error::DatabaseError(kind, Box::new(in_words(error))),
    }
}

fn server(answer: DbError) -> Error {
    Error::DatabaseError(kind(answer.code()), Box::new(Answer(answer)))
}

fn in_words(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Which of the errors that Diesel tells apart has this SQLSTATE.
fn kind(code: &SqlState) -> DatabaseErrorKind {
    const KINDS: [(&SqlState, DatabaseErrorKind); 11] = [
        (
            &SqlState::UNIQUE_VIOLATION,
            DatabaseErrorKind::UniqueViolation,
        ),
        (
            &SqlState::FOREIGN_KEY_VIOLATION,
            DatabaseErrorKind::ForeignKeyViolation,
        ),
        (
            &SqlState::RESTRICT_VIOLATION,
            DatabaseErrorKind::RestrictViolation,
        ),
        (
            &SqlState::EXCLUSION_VIOLATION,
            DatabaseErrorKind::ExclusionViolation,
        ),
        (
            &SqlState::NOT_NULL_VIOLATION,
            DatabaseErrorKind::NotNullViolation,
        ),
        (
            &SqlState::CHECK_VIOLATION,
            DatabaseErrorKind::CheckViolation,
        ),
        (
            &SqlState::T_R_SERIALIZATION_FAILURE,
            DatabaseErrorKind::SerializationFailure,
        ),
        (
            &SqlState::READ_ONLY_SQL_TRANSACTION,
            DatabaseErrorKind::ReadOnlyTransaction,
        ),
        (
            &SqlState::ADMIN_SHUTDOWN,
            DatabaseErrorKind::ClosedConnection,
        ),
        (
            &SqlState::CRASH_SHUTDOWN,
            DatabaseErrorKind::ClosedConnection,
        ),
        (
            &SqlState::CANNOT_CONNECT_NOW,
            DatabaseErrorKind::ClosedConnection,
        ),
    ];
    let found = KINDS.into_iter().find(|(known, _)| *known == code);
    found.map_or(DatabaseErrorKind::Unknown, |(_, kind)| kind)
}

/// What the server said.
struct Answer(DbError);

impl DatabaseErrorInformation for Answer {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn details(&self) -> Option<&str> {
        self.0.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.0.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.0.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.0.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.0.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        match self.0.position()? {
            ErrorPosition::Original(position) | ErrorPosition::Internal { position, .. } => {
                i32::try_from(*position).ok()
            }
        }
    }
}
