//! The user's types of the case `mapped_types`.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types as st;

/// Newtypes over what Diesel converts, as `diesel-derive-newtype` writes them.
macro_rules! newtypes {
    ($($(#[$derive:meta])* $name:ident($inner:ty) of $sql:ty;)*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        $(#[$derive])*
        pub struct $name(pub $inner);

        impl FromSql<$sql, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                FromSql::<$sql, Pg>::from_sql(value).map(Self)
            }
        }

        impl ToSql<$sql, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<$sql, Pg>::to_sql(&self.0, out)
            }
        }
    )*};
}

newtypes! {
    #[derive(Copy)] CustomerId(i64) of st::BigInt;
    OrderId(uuid::Uuid) of st::Uuid;
    Handle(String) of st::Citext;
    Email(String) of st::Text;
}

/// An enum of the user's in place of the generated one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Paid,
}

impl FromSql<crate::mapped_types::types::OrderStatus, Pg> for Status {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"open" => Ok(Self::Open),
            b"paid" => Ok(Self::Paid),
            _ => Err("no status".into()),
        }
    }
}

impl ToSql<crate::mapped_types::types::OrderStatus, Pg> for Status {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write as _;
        out.write_all(match self {
            Self::Open => b"open",
            Self::Paid => b"paid",
        })?;
        Ok(IsNull::No)
    }
}

/// A type that Diesel does not know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
}

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(oid = 600, array_oid = 1017))]
    pub struct Point;
}

impl FromSql<sql_types::Point, Pg> for Place {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let bytes = value.as_bytes();
        let number = |at: usize| {
            let bytes = bytes
                .get(at..at + 8)
                .and_then(|bytes| bytes.try_into().ok());
            bytes.map(f64::from_be_bytes).ok_or("no point")
        };
        Ok(Self {
            x: number(0)?,
            y: number(8)?,
        })
    }
}

impl ToSql<sql_types::Point, Pg> for Place {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write as _;
        out.write_all(&self.x.to_be_bytes())?;
        out.write_all(&self.y.to_be_bytes())?;
        Ok(IsNull::No)
    }
}
