//! The invalid index that an interrupted build left, and its end.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types as st;
use diesel::{QueryResult, QueryableByName, RunQueryDsl as _};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

use super::concurrent::Concurrent;
use crate::connection::PgConnection;

/// What an interrupted build left.
#[derive(Debug, QueryableByName)]
pub(super) struct Invalid {
    /// Its name with its schema, quoted.
    #[diesel(sql_type = st::Text)]
    pub(super) name: String,
    /// The process that builds an index of the table just now, which may be this one.
    #[diesel(sql_type = st::Nullable<st::Integer>)]
    pub(super) builder: Option<i32>,
}

/// Everybody sees who builds indexes and who holds which lock; which index it is, only some.
const FIND: &str = "
    SELECT format('%I.%I', n.nspname, i.relname) AS name,
           (SELECT min(p.pid) FROM pg_stat_progress_create_index p
            JOIN pg_locks l ON l.pid = p.pid AND l.relation = x.indrelid AND l.granted
            WHERE l.mode = 'ShareUpdateExclusiveLock') AS builder
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = i.relnamespace
    WHERE NOT x.indisvalid AND i.relkind = 'i'
      AND i.relname = $1 AND x.indrelid = to_regclass($2)";

/// The invalid index in the way of one that is to be built. A valid one is never found.
pub(super) fn find(
    conn: &mut AsyncConnectionWrapper<PgConnection>,
    wanted: &Concurrent,
) -> QueryResult<Option<Invalid>> {
    let found: Vec<Invalid> = diesel::sql_query(FIND)
        .bind::<st::Text, _>(&wanted.index)
        .bind::<st::Text, _>(&wanted.table)
        .load(conn)?;
    Ok(found.into_iter().next())
}

/// Drops it. Nobody waits for that but this session.
pub(super) fn drop(
    conn: &mut AsyncConnectionWrapper<PgConnection>,
    invalid: &Invalid,
) -> QueryResult<()> {
    conn.batch_execute(&format!("DROP INDEX CONCURRENTLY {}", invalid.name))
}
