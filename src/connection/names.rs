//! The OIDs of types that Diesel knows by name, such as enums: they differ between databases.

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use diesel::QueryResult;
use diesel::pg::{FailedToLookupTypeError, PgMetadataCacheKey};
use diesel::result::Error;
use tokio_postgres::types::Type;

use super::PgConnection;

/// A type's schema, if it was given one, and its name.
pub(super) type TypeName = (Option<String>, String);

/// The OIDs of a type and of its array.
pub(super) type TypeOids = (u32, u32);

/// What was found out so far.
#[derive(Debug, Default)]
pub(super) struct TypeNames(Mutex<BTreeMap<TypeName, TypeOids>>);

impl TypeNames {
    pub(super) fn get(&self, name: &TypeName) -> Option<TypeOids> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).copied()
    }

    fn keep(&self, name: TypeName, oids: TypeOids) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name, oids);
    }
}

impl PgConnection {
    /// The OIDs of a type. They are asked for once.
    pub(super) async fn type_oids(&self, name: TypeName) -> QueryResult<TypeOids> {
        const QUERY: &str = "SELECT oid, typarray FROM pg_catalog.pg_type \
             WHERE oid = pg_catalog.to_regtype(\
             pg_catalog.concat(pg_catalog.quote_ident($1) || '.', pg_catalog.quote_ident($2)))";
        if let Some(oids) = self.type_names.get(&name) {
            return Ok(oids);
        }
        let (schema, simple) = &name;
        let row = self
            .client
            .query_typed(QUERY, &[(schema, Type::TEXT), (simple, Type::TEXT)])
            .await
            .map_err(|error| self.driver.failure(&error))?;
        let Some(row) = row.first() else {
            let (schema, simple) = name;
            let key = PgMetadataCacheKey::new(schema.map(Into::into), simple.into());
            let missing = FailedToLookupTypeError::new(key.into_owned());
            return Err(Error::SerializationError(Box::new(missing)));
        };
        let oids = (row.get(0), row.get(1));
        self.type_names.keep(name, oids);
        Ok(oids)
    }

    /// Lets the client read each type that is not PostgreSQL's own. It does so with statements
    /// that it names, so it must happen in one transaction; later it knows them.
    pub(super) async fn read_types(&self) -> QueryResult<()> {
        // The columns of one result are at most 1,664.
        const AT_ONCE: usize = 1_000;
        const FIRST_OF_USERS: u32 = 16_384;
        let failed = |error| self.driver.failure(&error);
        self.batch("BEGIN").await?;
        let types = self
            .client
            .query_typed(
                "SELECT pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t \
                 LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid \
                 WHERE t.oid >= $1 AND t.typtype <> 'p' \
                 AND (t.typrelid = 0 OR c.relkind = 'c') ORDER BY t.oid",
                &[(&FIRST_OF_USERS, Type::OID)],
            )
            .await
            .map_err(failed)?;
        for types in types.chunks(AT_ONCE) {
            let mut query = String::from("SELECT ");
            for (index, row) in types.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(query, "{comma}NULL::{}", row.get::<_, &str>(0));
            }
            // It looks types up once it knows the columns. Of a query the rows would be under way
            // meanwhile, and an answer behind rows that nobody reads yet does not arrive.
            self.client.prepare(&query).await.map_err(failed)?;
        }
        self.batch("COMMIT").await
    }
}
