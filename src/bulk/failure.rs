//! What the driver says of a COPY, as Diesel would have said it.

use diesel::result::Error;

use crate::connection;

/// A COPY that failed.
pub(super) struct Failure {
    pub(super) error: Error,
    /// The row that was refused, by its position among the rows given.
    pub(super) row: Option<u64>,
}

impl Failure {
    /// What the driver says of a COPY into `table`.
    pub(super) fn of(table: &str, error: &tokio_postgres::Error) -> Self {
        let said = error.as_db_error().and_then(|said| said.where_());
        Self {
            row: said.and_then(|context| row(table, context)),
            error: connection::failure(error),
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
