//! What the driver says of a COPY, as Diesel would have said it.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// A COPY that failed.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The row that was refused, by its position among the rows given.
    pub(super) row: Option<u64>,
}

impl Failure {
    /// What the driver says of a COPY into `table`.
    pub(super) fn of(table: &str, error: &tokio_postgres::Error) -> Self {
        let Some(said) = error.as_db_error() else {
            let kind = DatabaseErrorKind::UnableToSendCommand;
            return Self {
                error: Error::DatabaseError(kind, Box::new(error.to_string())),
                row: None,
            };
        };
        Self {
            row: said.where_().and_then(|context| row(table, context)),
            error: Error::DatabaseError(kind(said.code()), Box::new(Said(said.clone()))),
        }
    }
}

/// The row in a context such as `COPY customers, line 3, column phone`. The word for a line is in
/// the server's language; lines are counted from one.
fn row(table: &str, context: &str) -> Option<u64> {
    let prefix = format!("COPY {table}, ");
    let place = context
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))?;
    let digits = place.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit());
    let line: u64 = digits[..end.unwrap_or(digits.len())].parse().ok()?;
    line.checked_sub(1)
}

/// The same kinds as those of `diesel-async`.
fn kind(code: &SqlState) -> DatabaseErrorKind {
    use DatabaseErrorKind as Kind;
    match *code {
        SqlState::UNIQUE_VIOLATION => Kind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => Kind::ForeignKeyViolation,
        SqlState::RESTRICT_VIOLATION => Kind::RestrictViolation,
        SqlState::EXCLUSION_VIOLATION => Kind::ExclusionViolation,
        SqlState::T_R_SERIALIZATION_FAILURE => Kind::SerializationFailure,
        SqlState::READ_ONLY_SQL_TRANSACTION => Kind::ReadOnlyTransaction,
        SqlState::NOT_NULL_VIOLATION => Kind::NotNullViolation,
        SqlState::CHECK_VIOLATION => Kind::CheckViolation,
        _ => Kind::Unknown,
    }
}

/// What the server said.
struct Said(DbError);

impl DatabaseErrorInformation for Said {
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
        let (ErrorPosition::Original(position) | ErrorPosition::Internal { position, .. }) =
            self.0.position()?;
        i32::try_from(*position).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_line_is_a_row_counted_from_zero() {
        for (context, found) in [
            ("COPY notes, line 1", Some(0)),
            ("COPY notes, line 30, column body", Some(29)),
            ("COPY notes, Zeile 3, Spalte body: »x«", Some(2)),
            ("SQL function \"f\"\nCOPY notes, line 7", Some(6)),
            ("COPY others, line 7", None),
            ("COPY notes, line 0", None),
            ("COPY notes", None),
            ("", None),
        ] {
            assert_eq!(row("notes", context), found, "{context}");
        }
        assert_eq!(row("a, line 7", "COPY a, line 7, line 2"), Some(1));
    }
}
