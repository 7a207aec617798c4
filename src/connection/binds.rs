//! The values of a statement's parameters, as bytes.
//!
//! Diesel serialises values at once, and asks for the OIDs of types that it knows by name while
//! it does so; the answer may need a round trip. So a value is serialised twice where a type is
//! not known yet, each time with other numbers in place of the OIDs: the bytes that differ are
//! where the OIDs belong.

use core::error::Error;
use std::sync::Arc;

use bytes::BytesMut;
use diesel::QueryResult;
use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use diesel::query_builder::QueryFragment;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type};

use super::PgConnection;
use super::names::{TypeName, TypeNames, TypeOids};

/// The parameters of one call.
#[derive(Debug)]
pub(super) struct Binds {
    pub(super) values: Vec<Value>,
    metadata: Vec<PgTypeMetadata>,
    /// Types without OIDs, in the order of the numbers that stand for them.
    unknown: Vec<TypeName>,
    /// The values with other numbers, when there are such types.
    again: Vec<Option<Vec<u8>>>,
}

/// A value as it is sent.
#[derive(Debug)]
pub(super) struct Value(Option<Vec<u8>>);

impl Binds {
    pub(super) fn of<Q: QueryFragment<Pg> + ?Sized>(
        query: &Q,
        names: &Arc<TypeNames>,
    ) -> QueryResult<Self> {
        let mut lookup = Lookup::new(names, FIRST);
        let mut found = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut found, &mut lookup, &Pg)?;
        let unknown = lookup.unknown;
        let mut again = RawBytesBindCollector::<Pg>::new();
        if !unknown.is_empty() {
            query.collect_binds(&mut again, &mut Lookup::new(names, SECOND), &Pg)?;
        }
        Ok(Self {
            values: found.binds.into_iter().map(Value).collect(),
            metadata: found.metadata,
            unknown,
            again: again.binds,
        })
    }

    /// Whether every type's OID is known.
    pub(super) fn are_known(&self) -> bool {
        self.unknown.is_empty()
    }

    /// Puts the OIDs of types that were not known where they belong.
    pub(super) async fn resolve(&mut self, conn: &PgConnection) -> QueryResult<()> {
        let mut oids = Vec::new();
        for name in core::mem::take(&mut self.unknown) {
            let (oid, array_oid) = conn.type_oids(name).await?;
            oids.extend([oid, array_oid]);
        }
        if oids.is_empty() {
            return Ok(());
        }
        let real = |number: u32| {
            let place = number.checked_sub(FIRST)?;
            oids.get(usize::try_from(place).ok()?).copied()
        };
        for metadata in &mut self.metadata {
            if let (Ok(oid), Ok(array_oid)) = (metadata.oid(), metadata.array_oid()) {
                let real = |number| real(number).unwrap_or(number);
                *metadata = PgTypeMetadata::new(real(oid), real(array_oid));
            }
        }
        for (Value(value), again) in self.values.iter_mut().zip(&self.again) {
            if let (Some(value), Some(again)) = (value, again) {
                replace(value, again, real);
            }
        }
        Ok(())
    }

    /// The OIDs of the parameters' types.
    pub(super) fn oids(&self) -> QueryResult<Vec<u32>> {
        let oids = self.metadata.iter().map(PgTypeMetadata::oid);
        let oids: Result<_, _> = oids.collect();
        oids.map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
    }

    /// The parameters' types, as the client wants them.
    pub(super) fn types(&self) -> QueryResult<Vec<Type>> {
        let named = |oid| {
            let other = || Type::new(String::new(), oid, Kind::Simple, String::new());
            Type::from_oid(oid).unwrap_or_else(other)
        };
        Ok(self.oids()?.into_iter().map(named).collect())
    }
}

/// Numbers that stand for OIDs: the server gives out its own from 16,384 upwards.
const FIRST: u32 = 0xFFFE_0000;
const SECOND: u32 = 0xFFFF_0000;

/// Writes the real OIDs where `value` has a number that stands for one, and `again` its other.
fn replace(value: &mut [u8], again: &[u8], real: impl Fn(u32) -> Option<u32>) {
    for place in 0..value.len().saturating_sub(3) {
        let number = |bytes: &[u8]| {
            let bytes = bytes.get(place..)?.first_chunk()?;
            Some(u32::from_be_bytes(*bytes))
        };
        let (Some(one), Some(other)) = (number(value), number(again)) else {
            return;
        };
        if other.checked_sub(SECOND) == one.checked_sub(FIRST)
            && let Some(oid) = real(one)
        {
            value[place..place + 4].copy_from_slice(&oid.to_be_bytes());
        }
    }
}

/// Answers with what is known, or with a number that stands for it.
struct Lookup {
    names: Arc<TypeNames>,
    first: u32,
    unknown: Vec<TypeName>,
}

impl Lookup {
    fn new(names: &Arc<TypeNames>, first: u32) -> Self {
        Self {
            names: Arc::clone(names),
            first,
            unknown: Vec::new(),
        }
    }

    fn number(&mut self, name: TypeName) -> TypeOids {
        let known = self.unknown.iter().position(|unknown| *unknown == name);
        let place = known.unwrap_or_else(|| {
            self.unknown.push(name);
            self.unknown.len() - 1
        });
        // A statement has at most 65,535 parameters; so many types do not exist.
        let number = self.first + 2 * u32::try_from(place).unwrap_or_default();
        (number, number + 1)
    }
}

impl PgMetadataLookup for Lookup {
    fn lookup_type(&mut self, type_name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let name = (schema.map(str::to_owned), type_name.to_owned());
        let (oid, array_oid) = match self.names.get(&name) {
            Some(oids) => oids,
            None => self.number(name),
        };
        PgTypeMetadata::new(oid, array_oid)
    }
}

impl ToSql for Value {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(of, out)
    }
}
