//! Reads one column of a row, and names the column where that fails.

use core::fmt;
use std::error::Error as StdError;

use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::row::{Field as _, Row};

/// Reads column `index` of `row`. Generated code decodes with nothing else:
/// Diesel's own `get_value` does not say which column it could not read.
///
/// # Errors
///
/// A [`ColumnError`] with the column's name, beneath it what Diesel says.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "a row of eight columns is one function, as with get_value"
)]
pub fn column<'a, ST, T>(row: &impl Row<'a, Pg>, index: usize) -> deserialize::Result<T>
where
    T: FromSql<ST, Pg>,
{
    match row.get_value::<ST, T, usize>(index) {
        Ok(value) => Ok(value),
        Err(error) => Err(failed(row, index, error)),
    }
}

/// One column of a row could not be read into its Rust type.
#[derive(Debug)]
pub struct ColumnError {
    name: String,
    index: usize,
    cause: Box<dyn StdError + Send + Sync>,
}

impl ColumnError {
    /// The column's name, as the statement gives it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The column's position, from zero.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot decode column `{}` (position {})",
            self.name, self.index
        )
    }
}

impl StdError for ColumnError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.cause)
    }
}

#[cold]
#[inline(never)]
fn failed<'a>(
    row: &impl Row<'a, Pg>,
    index: usize,
    cause: Box<dyn StdError + Send + Sync>,
) -> Box<dyn StdError + Send + Sync> {
    let name = row
        .get(index)
        .and_then(|field| field.field_name().map(str::to_owned));
    Box::new(ColumnError {
        name: name.unwrap_or_default(),
        index,
        cause,
    })
}
