//! A row as Diesel reads it.

use core::error::Error;
use core::num::NonZeroU32;
use core::ops::Range;

use diesel::backend::Backend;
use diesel::pg::{Pg, PgValue, TypeOidLookup};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use tokio_postgres::Column;
use tokio_postgres::types::{FromSql, Type};

/// A row of a [`PgConnection`](super::PgConnection).
#[derive(Debug)]
pub struct PgRow(pub(super) tokio_postgres::Row);

/// A column's value in a [`PgRow`].
#[derive(Debug)]
pub struct PgField<'a> {
    row: &'a tokio_postgres::Row,
    index: usize,
}

impl PgField<'_> {
    fn column(&self) -> &Column {
        &self.row.columns()[self.index]
    }
}

impl TypeOidLookup for PgField<'_> {
    /// The server gives no type the OID 0.
    fn lookup(&self) -> NonZeroU32 {
        NonZeroU32::new(self.column().type_().oid()).unwrap_or(NonZeroU32::MAX)
    }
}

impl RowSealed for PgRow {}

impl<'a> Row<'a, Pg> for PgRow {
    type Field<'b>
        = PgField<'b>
    where
        'a: 'b,
        Self: 'b;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        Some(PgField {
            row: &self.0,
            index,
        })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for PgRow {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.0.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for PgRow {
    fn idx(&self, name: &'a str) -> Option<usize> {
        let mut columns = self.0.columns().iter();
        columns.position(|column| column.name() == name)
    }
}

impl<'a> Field<'a, Pg> for PgField<'a> {
    fn field_name(&self) -> Option<&str> {
        Some(self.column().name())
    }

    fn value(&self) -> Option<<Pg as Backend>::RawValue<'_>> {
        // Any column is read as bytes, so that this cannot fail.
        let Bytes(bytes) = self.row.get(self.index);
        bytes.map(|bytes| PgValue::new(bytes, self))
    }
}

/// A value as the server sent it.
struct Bytes<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(bytes)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
