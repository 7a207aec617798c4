//! Times of day with an offset (`date.c`).

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

/// A time of day with an offset from UTC, of the type `time with time zone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeTz {
    /// Microseconds since midnight; a whole day is `24:00:00`.
    pub microseconds: i64,
    /// Seconds east of UTC.
    pub offset: i32,
}

impl FromSql<sql::TimeTz, Pg> for TimeTz {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let (microseconds, west) = (reader.i64()?, reader.i32()?);
        reader.end()?;
        Ok(Self {
            microseconds,
            offset: west.checked_neg().ok_or("an offset is out of range")?,
        })
    }
}

impl ToSql<sql::TimeTz, Pg> for TimeTz {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let west = self
            .offset
            .checked_neg()
            .ok_or("an offset is out of range")?;
        out.write_all(&self.microseconds.to_be_bytes())?;
        out.write_all(&west.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
