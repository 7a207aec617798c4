//! What the server itself counts by (`xid.c`, `xid8funcs.c`, `tid.c`, `pg_lsn.c`).

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

macro_rules! numbers {
    ($($name:ident($number:ident);)*) => {$(
        impl FromSql<sql::$name, Pg> for $number {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                let mut reader = Reader::of(&value);
                let number = reader.$number()?;
                reader.end()?;
                Ok(number)
            }
        }

        impl ToSql<sql::$name, Pg> for $number {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(&self.to_be_bytes())?;
                Ok(IsNull::No)
            }
        }
    )*};
}

numbers! {
    Xid(u32);
    Xid8(u64);
    Cid(u32);
    PgLsn(u64);
}

/// Where a row stands in its table, of the type `tid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tid {
    /// The block of the file.
    pub block: u32,
    /// The place in the block.
    pub offset: u16,
}

impl FromSql<sql::Tid, Pg> for Tid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let (block, offset) = (reader.u32()?, reader.u16()?);
        reader.end()?;
        Ok(Self { block, offset })
    }
}

impl ToSql<sql::Tid, Pg> for Tid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.block.to_be_bytes())?;
        out.write_all(&self.offset.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
