//! One read-only session of the database that is looked at.

use planwright::pool::{Connection, Pool, PoolConfig};
use planwright_maintenance::server::{self, ServerFactsRow};

use crate::output::Problem;

/// The longest that one question may take, in milliseconds: a doctor harms nobody.
const STATEMENT_MS: i32 = 30_000;
/// The longest that one may wait for a lock, in milliseconds.
const LOCK_MS: i32 = 1_000;

/// A session, and what the server says of itself.
pub(crate) struct Session {
    pub(crate) conn: Connection,
    pub(crate) facts: ServerFactsRow,
}

impl Session {
    /// Opens the session, which can write nothing and waits for nobody.
    pub(crate) async fn open(url: &str) -> Result<Self, Problem> {
        let config = PoolConfig::development().with_base(1).with_overflow(0);
        let pool = Pool::connect(url, config).await;
        let pool = pool.map_err(|error| Problem::from_error(&error))?;
        let mut conn = pool
            .get()
            .await
            .map_err(|error| Problem::from_error(&error))?;
        let unreadable = |error| Problem::could_not("ask the server about itself", &error);
        server::guard_session(&mut conn, STATEMENT_MS, LOCK_MS, None)
            .await
            .map_err(unreadable)?;
        let facts = server::server_facts(&mut conn).await.map_err(unreadable)?;
        let schema = facts.statements_schema.as_deref();
        server::guard_session(&mut conn, STATEMENT_MS, LOCK_MS, schema)
            .await
            .map_err(unreadable)?;
        Ok(Self { conn, facts })
    }
}
