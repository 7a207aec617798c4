//! What the server says of a migration's SQL.
//!
//! `diesel_migrations` keeps only the message. The connection's instrumentation
//! sees the whole error, and the SQL it is about.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::result::{DatabaseErrorInformation, Error};

/// What the server says of a migration's SQL: message, place, detail, hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    message: String,
    /// Line and column from 1, in characters.
    place: Option<(usize, usize)>,
    detail: Option<String>,
    hint: Option<String>,
}

/// Keeps the first failure of a connection until it is taken.
#[derive(Clone, Default)]
pub(super) struct Failures(Arc<Mutex<Option<Failure>>>);

impl Failures {
    /// The first failure since the last call.
    pub(super) fn take(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Instrumentation for Failures {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery {
            query,
            error: Some(Error::DatabaseError(_, information)),
            ..
        } = event
        {
            let failure = || Failure::new(&query.to_string(), &**information);
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert_with(failure);
        }
    }
}

impl Failure {
    fn new(sql: &str, information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Self {
        let position = information.statement_position();
        Self {
            message: information.message().to_owned(),
            place: position.and_then(|position| place(sql, usize::try_from(position).ok()?)),
            detail: information.details().map(str::to_owned),
            hint: information.hint().map(str::to_owned),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some((line, column)) = self.place {
            write!(f, " at line {line}, column {column}")?;
        }
        if let Some(detail) = &self.detail {
            write!(f, "; {detail}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// Line and column of the server's position: characters, from 1.
fn place(sql: &str, position: usize) -> Option<(usize, usize)> {
    let index = position.checked_sub(1)?;
    let before: Vec<char> = sql.chars().take(index).collect();
    if before.len() < index {
        return None;
    }
    let line = before
        .iter()
        .filter(|character| **character == '\n')
        .count()
        + 1;
    let column = before
        .iter()
        .rev()
        .take_while(|character| **character != '\n')
        .count()
        + 1;
    Some((line, column))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places_count_characters_from_one() {
        assert_eq!(place("SELECT 1", 1), Some((1, 1)));
        assert_eq!(place("ä;\nSELECT x", 11), Some((2, 8)));
        assert_eq!(place("ab\ncd", 3), Some((1, 3)));
        assert_eq!(place("ab", 4), None);
        assert_eq!(place("ab", 0), None);
    }
}
