//! The binary format of COPY
//! ([the manual's "Binary Format"](https://www.postgresql.org/docs/current/sql-copy.html)).
//!
//! Diesel writes a column of many rows as an array: behind a header, each value with its length.
//! The fields of a row have the same form, so rows are the columns' values taken in turn.

use std::io;

use diesel::QueryResult;
use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use diesel::query_builder::BindCollector as _;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::result::Error;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType};

/// The number of dimensions, flags, the element's type, the length and the lower bound.
const ARRAY_HEADER: usize = 5 * size_of::<i32>();

/// The columns of some rows.
#[derive(Debug, Default)]
pub struct Columns {
    /// Each an array as PostgreSQL receives it.
    arrays: Vec<Vec<u8>>,
}

impl Columns {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// What stands before the first row: the signature, no flags, and no extension.
    pub(super) fn header() -> Vec<u8> {
        let mut bytes = b"PGCOPY\n\xff\r\n\0".to_vec();
        bytes.extend([0; 2 * size_of::<i32>()]);
        bytes
    }

    /// What stands behind the last row.
    pub(super) fn trailer() -> Vec<u8> {
        (-1_i16).to_be_bytes().to_vec()
    }

    /// Encodes a column: what each row has there.
    ///
    /// # Errors
    ///
    /// When a value cannot be written in PostgreSQL's format.
    pub fn column<ST, R, T>(&mut self, rows: &[R], get: fn(&R) -> &T) -> QueryResult<()>
    where
        ST: 'static,
        T: ToSql<ST, Pg>,
        Pg: HasSqlType<ST>,
    {
        let values: Vec<&T> = rows.iter().map(get).collect();
        let mut collector = RawBytesBindCollector::<Pg>::new();
        collector.push_bound_value::<Array<ST>, [&T]>(&values, &mut NoTypes)?;
        self.arrays.extend(collector.binds.into_iter().flatten());
        Ok(())
    }

    /// Appends the rows.
    pub(super) fn append_rows(&self, rows: usize, bytes: &mut Vec<u8>) -> QueryResult<()> {
        let fields = i16::try_from(self.arrays.len()).map_err(|_| malformed())?;
        let values = |array| <[u8]>::get(array, ARRAY_HEADER..).ok_or_else(malformed);
        let mut rests = Vec::with_capacity(self.arrays.len());
        for array in &self.arrays {
            rests.push(values(array)?);
        }
        bytes.reserve(self.arrays.iter().map(Vec::len).sum::<usize>() + rows * size_of::<i16>());
        for _ in 0..rows {
            bytes.extend(fields.to_be_bytes());
            for rest in &mut rests {
                let (field, behind) = split(rest).ok_or_else(malformed)?;
                bytes.extend(field);
                *rest = behind;
            }
        }
        Ok(())
    }
}

/// A value with its length, -1 for null, and what stands behind it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = i32::from_be_bytes(*bytes.first_chunk()?);
    let value = usize::try_from(length).unwrap_or(0);
    bytes.split_at_checked(size_of::<i32>() + value)
}

/// Cannot happen as long as Diesel writes arrays as PostgreSQL reads them.
#[cold]
fn malformed() -> Error {
    let message = "the columns of COPY are not arrays of one value for each row";
    Error::SerializationError(io::Error::other(message).into())
}

/// COPY says no type: the server knows those of the columns.
struct NoTypes;

impl PgMetadataLookup for NoTypes {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

#[cfg(test)]
mod tests {
    use diesel::sql_types::{Int4, Nullable, Text};

    use super::*;

    #[test]
    fn rows_are_written_as_the_manual_says() {
        let rows = [(7, Some("ab".to_owned())), (-1, None)];
        let mut columns = Columns::new();
        columns.column::<Int4, _, _>(&rows, |row| &row.0).unwrap();
        columns
            .column::<Nullable<Text>, _, _>(&rows, |row| &row.1)
            .unwrap();
        let mut bytes = Vec::new();
        columns.append_rows(2, &mut bytes).unwrap();
        let expected = b"\0\x02\0\0\0\x04\0\0\0\x07\0\0\0\x02ab\
                         \0\x02\0\0\0\x04\xff\xff\xff\xff\xff\xff\xff\xff";
        assert_eq!(bytes, expected);
        assert_eq!(Columns::header().len(), 19);
    }

    #[test]
    fn more_rows_than_values_are_an_error() {
        let mut columns = Columns::new();
        columns.column::<Int4, _, _>(&[1, 2], |row| row).unwrap();
        assert!(columns.append_rows(3, &mut Vec::new()).is_err());
    }
}
