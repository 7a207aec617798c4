//! Vectors of numbers (`vector.c` of the extension `vector`).

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

impl FromSql<sql::Vector, Pg> for Vec<f32> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let dimensions = reader.u16()?;
        // Unused, and zero.
        reader.u16()?;
        let numbers = (0..dimensions).map(|_| reader.f32()).collect();
        reader.end()?;
        numbers
    }
}

impl ToSql<sql::Vector, Pg> for [f32] {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&u16::try_from(self.len())?.to_be_bytes())?;
        out.write_all(&[0, 0])?;
        for number in self {
            out.write_all(&number.to_be_bytes())?;
        }
        Ok(IsNull::No)
    }
}

impl ToSql<sql::Vector, Pg> for Vec<f32> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql::Vector, Pg>::to_sql(self.as_slice(), out)
    }
}
