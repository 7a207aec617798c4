//! Composite values (`rowtypes.c`), attribute by attribute, for generated structs.

use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::bind_collector::{BindCollector as _, RawBytesBindCollector};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::HasSqlType;

use super::reader::Reader;

/// The attributes of a composite value that is read.
#[allow(
    missing_debug_implementations,
    reason = "it borrows a value of Diesel's, which has none"
)]
pub struct RecordReader<'a> {
    value: PgValue<'a>,
    reader: Reader<'a>,
}

impl<'a> RecordReader<'a> {
    /// A value of a type that has so many attributes.
    ///
    /// # Errors
    /// When the value has another number of them.
    pub fn new(value: PgValue<'a>, name: &str, attributes: usize) -> deserialize::Result<Self> {
        let mut reader = Reader::of(&value);
        let found = reader.count()?;
        if found != attributes {
            return Err(format!(
                "the type {name} has {found} attributes, and the generated code knows {attributes}"
            )
            .into());
        }
        Ok(Self { value, reader })
    }

    /// The next attribute.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn attribute<ST, T>(&mut self, name: &str) -> deserialize::Result<T>
    where
        T: FromSql<ST, Pg>,
    {
        // The type's object identifier, which the server has written.
        self.reader.u32()?;
        let bytes = self.reader.sized()?;
        let value = bytes.map(|bytes| PgValue::new(bytes, &self.value));
        T::from_nullable_sql(value).map_err(|error| format!("the attribute {name}: {error}").into())
    }
}

/// The attributes of a composite value that is sent.
#[allow(
    missing_debug_implementations,
    reason = "it borrows a buffer of Diesel's, which has none"
)]
pub struct RecordWriter<'a, 'b, 'c> {
    out: &'a mut Output<'b, 'c, Pg>,
}

impl<'a, 'b, 'c> RecordWriter<'a, 'b, 'c> {
    /// A value with so many attributes.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: &'a mut Output<'b, 'c, Pg>, attributes: i32) -> deserialize::Result<Self> {
        out.write_all(&attributes.to_be_bytes())?;
        Ok(Self { out })
    }

    /// The next attribute. The server compares the object identifiers of its own types only; one
    /// of the user's may be zero.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn attribute<ST, T>(&mut self, value: &T) -> deserialize::Result<()>
    where
        T: ToSql<ST, Pg>,
        Pg: HasSqlType<ST>,
    {
        let of = <Pg as HasSqlType<ST>>::metadata(self.out.metadata_lookup()).oid()?;
        self.out.write_all(&of.to_be_bytes())?;
        sized(self.out, value)?;
        Ok(())
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
