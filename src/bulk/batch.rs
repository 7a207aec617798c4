//! Some of the rows of a call, and their columns as arrays.

use core::fmt;
use core::ops::Range;
use std::sync::Arc;

use diesel::pg::Pg;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Array, HasSqlType};

/// Rows that go to the server with one statement. A copy of it shares the rows.
pub struct Batch<R> {
    rows: Arc<Vec<R>>,
    range: Range<usize>,
}

impl<R> Batch<R> {
    pub(super) fn new(rows: Vec<R>) -> Self {
        let range = 0..rows.len();
        Self {
            rows: Arc::new(rows),
            range,
        }
    }

    /// Some of its rows. The range is one of this batch's positions.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let start = self.range.start;
        Self {
            rows: Arc::clone(&self.rows),
            range: start + range.start..start + range.end,
        }
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[R] {
        self.rows.get(self.range.clone()).unwrap_or_default()
    }

    /// One column of the rows, as the array that a statement takes.
    #[must_use]
    pub fn column<T>(&self, get: fn(&R) -> &T) -> Values<R, T> {
        Values {
            batch: self.clone(),
            get,
        }
    }
}

impl<R> Clone for Batch<R> {
    fn clone(&self) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            range: self.range.clone(),
        }
    }
}

impl<R> fmt::Debug for Batch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("rows", &self.range.len())
            .finish_non_exhaustive()
    }
}

/// One column of a batch: an array of what each row has there.
pub struct Values<R, T> {
    batch: Batch<R>,
    get: fn(&R) -> &T,
}

impl<R, T> Clone for Values<R, T> {
    fn clone(&self) -> Self {
        Self {
            batch: self.batch.clone(),
            get: self.get,
        }
    }
}

/// Without the values: they are not to be in any message.
impl<R, T> fmt::Debug for Values<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values")
            .field("rows", &self.batch.range.len())
            .finish_non_exhaustive()
    }
}

impl<R, T, ST> ToSql<Array<ST>, Pg> for Values<R, T>
where
    ST: 'static,
    T: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let values: Vec<&T> = self.batch.rows().iter().map(self.get).collect();
        ToSql::<Array<ST>, Pg>::to_sql(values.as_slice(), &mut out.reborrow())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_is_one_of_the_batch() {
        let batch = Batch::new(vec![0, 1, 2, 3, 4, 5]);
        let part = batch.part(2..6);
        assert_eq!(part.rows(), [2, 3, 4, 5]);
        assert_eq!(part.part(1..3).rows(), [3, 4]);
        assert_eq!(part.part(0..0).rows(), [0; 0]);
    }

    #[test]
    fn values_are_not_printed() {
        let values = Batch::new(vec!["secret"]).column(|row| row);
        assert_eq!(format!("{values:?}"), "Values { rows: 1, .. }");
    }
}
