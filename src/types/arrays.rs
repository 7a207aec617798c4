//! Arrays of types whose object identifiers differ between databases.

use core::marker::PhantomData;
use std::io::Write as _;

use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use diesel::query_builder::QueryId;
use diesel::query_builder::bind_collector::{BindCollector as _, RawBytesBindCollector};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType, is_nullable};

use crate::bulk::Values;

/// A type of a database, by its name.
pub trait TypeName {
    /// Its schema.
    const SCHEMA: &'static str;
    /// Its name.
    const NAME: &'static str;
}

/// An array of such a type, as a parameter. The type of a single value the server infers; an array
/// says what its elements are, which is looked up.
#[derive(Debug, Clone, Copy)]
pub struct ArrayOf<T>(PhantomData<T>);

impl<T: 'static> SqlType for ArrayOf<T> {
    type IsNull = is_nullable::NotNull;
}

impl<T: QueryId> QueryId for ArrayOf<T> {
    type QueryId = ArrayOf<T::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = T::HAS_STATIC_QUERY_ID;
}

impl<T> HasSqlType<ArrayOf<T>> for Pg {
    fn metadata(_: &mut (dyn PgMetadataLookup + 'static)) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

impl<T, U> ToSql<ArrayOf<T>, Pg> for [U]
where
    T: TypeName,
    U: ToSql<T, Pg>,
    Pg: HasSqlType<T>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let of = out.metadata_lookup().lookup_type(T::NAME, Some(T::SCHEMA));
        let of = of.oid()?;
        // One dimension, no flags, and the first element has the number one.
        let dimensions = i32::from(!self.is_empty());
        out.write_all(&dimensions.to_be_bytes())?;
        out.write_all(&0_i32.to_be_bytes())?;
        out.write_all(&of.to_be_bytes())?;
        if self.is_empty() {
            return Ok(IsNull::No);
        }
        out.write_all(&i32::try_from(self.len())?.to_be_bytes())?;
        out.write_all(&1_i32.to_be_bytes())?;
        for element in self {
            sized::<T, _>(out, element)?;
        }
        Ok(IsNull::No)
    }
}

impl<T, U> ToSql<ArrayOf<T>, Pg> for Vec<U>
where
    T: TypeName,
    U: ToSql<T, Pg>,
    Pg: HasSqlType<T>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<ArrayOf<T>, Pg>::to_sql(self.as_slice(), out)
    }
}

impl<R, T, U> ToSql<ArrayOf<T>, Pg> for Values<R, U>
where
    T: TypeName,
    U: ToSql<T, Pg>,
    Pg: HasSqlType<T>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let values: Vec<&U> = self.all().collect();
        ToSql::<ArrayOf<T>, Pg>::to_sql(values.as_slice(), &mut out.reborrow())
    }
}

/// A value behind its size.
pub(super) fn sized<ST, T>(out: &mut Output<'_, '_, Pg>, value: &T) -> serialize::Result
where
    T: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    // Only Diesel's own collector makes the buffer that a value is written to.
    let mut bytes = RawBytesBindCollector::<Pg>::new();
    bytes.push_bound_value::<ST, T>(value, out.metadata_lookup())?;
    match bytes.binds.pop().flatten() {
        None => out.write_all(&(-1_i32).to_be_bytes())?,
        Some(bytes) => {
            out.write_all(&i32::try_from(bytes.len())?.to_be_bytes())?;
            out.write_all(&bytes)?;
        }
    }
    Ok(IsNull::No)
}
