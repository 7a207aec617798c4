//! A statement that is only known at run time, called like a generated one: prepared once a
//! connection, with arguments in binary form. Rows are received and not decoded.

use std::io::Write as _;
use std::pin::pin;

use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, Untyped};
use diesel_async::AsyncConnectionCore;
use futures_util::TryStreamExt as _;
use planwright_codegen::seed::Argument;

/// A statement that is only known at run time.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) returns: Returns,
}

/// What a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    /// Rows.
    Rows,
    /// How many rows it touched.
    Count,
}

impl Statement {
    /// Calls it; how many rows came, or were touched.
    pub(super) async fn call<C>(
        &self,
        connection: &mut C,
        arguments: &[Argument],
    ) -> diesel::QueryResult<u64>
    where
        C: AsyncConnectionCore<Backend = Pg>,
    {
        let arguments: Vec<Bound<'_>> = arguments.iter().map(Bound).collect();
        let call = Call {
            sql: &self.sql,
            arguments: &arguments,
        };
        match self.returns {
            Returns::Count => {
                let rows = connection.execute_returning_count(call).await?;
                Ok(rows as u64)
            }
            Returns::Rows => {
                let mut rows = 0;
                let mut stream = pin!(connection.load(call).await?);
                while stream.try_next().await?.is_some() {
                    rows += 1;
                }
                Ok(rows)
            }
        }
    }
}

/// Sends a command without arguments.
pub(super) async fn command<C>(connection: &mut C, sql: &str) -> diesel::QueryResult<()>
where
    C: AsyncConnectionCore<Backend = Pg>,
{
    let command = Call {
        sql,
        arguments: &[],
    };
    connection.execute_returning_count(command).await.map(drop)
}

struct Call<'a> {
    sql: &'a str,
    arguments: &'a [Bound<'a>],
}

/// Statements are told apart by their text.
impl QueryId for Call<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Call<'_> {
    type SqlType = Untyped;
}

impl QueryFragment<Pg> for Call<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(self.sql);
        for argument in self.arguments {
            out.push_bind_param_value_only::<Inferred, _>(argument)?;
        }
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

/// The type that the server infers.
struct Inferred;

impl HasSqlType<Inferred> for Pg {
    fn metadata(_: &mut (dyn PgMetadataLookup + 'static)) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

#[derive(Debug)]
struct Bound<'a>(&'a Argument);

impl ToSql<Inferred, Pg> for Bound<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        match self.0 {
            None => Ok(IsNull::Yes),
            Some(bytes) => {
                out.write_all(bytes)?;
                Ok(IsNull::No)
            }
        }
    }
}
