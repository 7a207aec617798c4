//! A row as Diesel reads it.

use core::error::Error;
use core::num::NonZeroU32;
use core::ops::Range;
use std::sync::Arc;

use diesel::backend::Backend;
use diesel::pg::{Pg, PgValue, TypeOidLookup};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use tokio_postgres::Column;
use tokio_postgres::types::{FromSql, Type};

/// The OIDs of a result's columns, shared by its rows.
pub(super) type Oids = Arc<[Oid]>;

#[derive(Clone, Copy, Debug)]
pub(super) struct Oid(NonZeroU32);

/// The OIDs of these columns. The server gives no column the OID 0.
pub(super) fn oids(columns: &[Column]) -> Oids {
    let oid = |column: &Column| NonZeroU32::new(column.type_().oid()).unwrap_or(NonZeroU32::MAX);
    columns.iter().map(|column| Oid(oid(column))).collect()
}

/// A row of a [`PgConnection`](super::PgConnection).
#[derive(Debug)]
pub struct PgRow {
    row: tokio_postgres::Row,
    oids: Oids,
}

/// A column's value in a [`PgRow`].
#[derive(Debug)]
pub struct PgField<'a> {
    row: &'a PgRow,
    index: usize,
}

impl PgRow {
    pub(super) fn new(row: tokio_postgres::Row, oids: Oids) -> Self {
        Self { row, oids }
    }
}

impl TypeOidLookup for Oid {
    fn lookup(&self) -> NonZeroU32 {
        self.0
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
        self.oids.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        Some(PgField { row: self, index })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for PgRow {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.oids.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for PgRow {
    fn idx(&self, name: &'a str) -> Option<usize> {
        let mut columns = self.row.columns().iter();
        columns.position(|column| column.name() == name)
    }
}

impl<'a> Field<'a, Pg> for PgField<'a> {
    fn field_name(&self) -> Option<&str> {
        Some(self.row.row.columns()[self.index].name())
    }

    fn value(&self) -> Option<<Pg as Backend>::RawValue<'_>> {
        // Any column is read as bytes, so that this cannot fail.
        let Bytes(bytes) = self.row.row.get(self.index);
        bytes.map(|bytes| PgValue::new(bytes, &self.row.oids[self.index]))
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
