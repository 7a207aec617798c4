//! Ranges of types for which Diesel's own conversion has no value of an empty one.

use core::ops::Bound;
use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self as st, HasSqlType, SqlType};

use super::reader::Reader;

/// A range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range<T> {
    /// It holds nothing.
    Empty,
    /// It holds what is between two bounds.
    Between(Bound<T>, Bound<T>),
}

/// Several ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Multirange<T>(pub Vec<Range<T>>);

// The flags of `rangetypes.h`.
const EMPTY: u8 = 0x01;
const LOWER_INCLUDED: u8 = 0x02;
const UPPER_INCLUDED: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

fn bound<T, ST>(
    reader: &mut Reader<'_>,
    of: &PgValue<'_>,
    infinite: bool,
    included: bool,
) -> deserialize::Result<Bound<T>>
where
    T: FromSql<ST, Pg>,
{
    if infinite {
        return Ok(Bound::Unbounded);
    }
    let bytes = reader.sized()?.ok_or("a bound is null")?;
    let value = T::from_sql(PgValue::new(bytes, of))?;
    Ok(if included {
        Bound::Included(value)
    } else {
        Bound::Excluded(value)
    })
}

impl<T, ST> FromSql<st::Range<ST>, Pg> for Range<T>
where
    T: FromSql<ST, Pg>,
{
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let flags = reader.u8()?;
        let has = |flag| flags & flag != 0;
        if has(EMPTY) {
            return Ok(Self::Empty);
        }
        let lower = bound(
            &mut reader,
            &value,
            has(LOWER_INFINITE),
            has(LOWER_INCLUDED),
        )?;
        let upper = bound(
            &mut reader,
            &value,
            has(UPPER_INFINITE),
            has(UPPER_INCLUDED),
        )?;
        reader.end()?;
        Ok(Self::Between(lower, upper))
    }
}

impl<T, ST> ToSql<st::Range<ST>, Pg> for Range<T>
where
    T: ToSql<ST, Pg>,
    ST: 'static,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        match self {
            Self::Empty => {
                out.write_all(&[EMPTY])?;
                Ok(IsNull::No)
            }
            Self::Between(lower, upper) => {
                let bounds = (lower.as_ref(), upper.as_ref());
                ToSql::<st::Range<ST>, Pg>::to_sql(&bounds, &mut out.reborrow())
            }
        }
    }
}

impl<T, ST> FromSql<st::Multirange<ST>, Pg> for Multirange<T>
where
    T: FromSql<ST, Pg>,
{
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let mut ranges = Vec::new();
        for _ in 0..reader.count()? {
            let bytes = reader.sized()?.ok_or("a range is null")?;
            ranges.push(FromSql::<st::Range<ST>, Pg>::from_sql(PgValue::new(
                bytes, &value,
            ))?);
        }
        reader.end()?;
        Ok(Self(ranges))
    }
}

impl<T, ST> ToSql<st::Multirange<ST>, Pg> for Multirange<T>
where
    T: ToSql<ST, Pg>,
    ST: SqlType + 'static,
    Pg: HasSqlType<st::Range<ST>>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&i32::try_from(self.0.len())?.to_be_bytes())?;
        for range in &self.0 {
            super::records::sized::<st::Range<ST>, _>(out, range)?;
        }
        Ok(IsNull::No)
    }
}
