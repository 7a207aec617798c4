//! The connection that pools lend: Diesel's traits over the client of `tokio-postgres`.
//!
//! The module sends statements and brings back rows. It may not know any query, time anything,
//! or decide when a connection is opened.
//!
//! # Against `diesel_async::AsyncPgConnection`
//!
//! The two are used alike: generated functions, Diesel's own, and the pools of `diesel-async` take
//! either. This one has what the other cannot be given from outside:
//!
//! - [`copy_in`](PgConnection::copy_in), since the client is at hand;
//! - statements without a name, for a pooler in transaction mode
//!   ([`with_unnamed_statements`](PgConnection::with_unnamed_statements));
//! - statements that are prepared at the same time where several are under way;
//! - any socket beneath, so that round trips can be counted.
//!
//! It has no `build_transaction`, for which [`Transaction`](crate::transaction::Transaction) does
//! more, and no `save_changes`.

mod alone;
mod binds;
mod cancel;
mod driver;
mod failure;
mod names;
mod row;
mod run;
mod statements;

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use diesel::connection::{
    CacheSize, DynInstrumentation, Instrumentation, InstrumentationEvent, StrQueryHelper,
};
use diesel::pg::{Pg, PgNotification};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
    TransactionManager as _,
};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{Client, Connection, CopyInSink, NoTls};

pub use self::cancel::CancelToken;
pub(crate) use self::cancel::{Redial, Wire};
pub(crate) use self::failure::failure;
pub use self::row::{PgField, PgRow};
pub use self::run::PgRows;

use self::driver::Driver;
use self::names::TypeNames;
use self::statements::Statements;

/// A connection to PostgreSQL: what [`Pool`](crate::pool::Pool) lends.
///
/// It implements Diesel's traits, so that `&mut conn` goes into generated functions and Diesel's
/// own. Several statements are under way at once through `&mut &conn`
/// ([`Pipeline`](crate::Pipeline)).
///
/// The session's time zone is UTC. Each statement is prepared once. What Diesel's instrumentation
/// is told are statements, their ends, and transactions.
///
/// # Examples
///
/// ```no_run
/// use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
/// use planwright::PgConnection;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut conn = PgConnection::establish("postgres://agent@localhost/restaurants").await?;
/// let one = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"));
/// assert_eq!(one.get_result::<i32>(&mut conn).await?, 1);
/// # Ok(())
/// # }
/// ```
pub struct PgConnection {
    client: Client,
    statements: Statements,
    /// The OIDs of types that Diesel knows by name.
    type_names: Arc<TypeNames>,
    transaction_state: AnsiTransactionManager,
    instrumentation: Mutex<DynInstrumentation>,
    /// Whether anybody listens to `instrumentation`: building the events costs more than a call.
    instrumented: bool,
    driver: Driver,
    /// The way of requests to cancel, where the client does not know it.
    redial: Option<Arc<dyn Redial>>,
    /// Whether callers that do not know of each other use it at once.
    shared: bool,
}

impl PgConnection {
    /// A connection of a client that is logged in; `connection` is driven by a task that ends
    /// with this value. It must be called inside a Tokio runtime.
    ///
    /// Use it where [`establish`](AsyncConnection::establish), which knows no TLS, is not
    /// enough.
    ///
    /// # Errors
    ///
    /// When the session's time zone cannot be set.
    pub async fn try_from_client_and_connection<S, T>(
        client: Client,
        connection: Connection<S, T>,
    ) -> ConnectionResult<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let instrumentation = DynInstrumentation::default_instrumentation();
        let conn = Self {
            client,
            statements: Statements::default(),
            type_names: Arc::default(),
            transaction_state: AnsiTransactionManager::default(),
            instrumented: diesel::connection::get_default_instrumentation().is_some(),
            instrumentation: Mutex::new(instrumentation),
            driver: Driver::start(connection),
            redial: None,
            shared: false,
        };
        let utc = conn.batch("SET TIME ZONE 'UTC'").await;
        utc.map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    /// Sends each statement without a name from now on, with its text and in one round trip:
    /// slower for the server, which parses and plans it each time, and right behind a pooler that
    /// gives each transaction another server connection, such as `PgBouncer` with `pool_mode =
    /// transaction` and no `max_prepared_statements`.
    ///
    /// The types that are not PostgreSQL's own, such as enums, are read now: one made later is
    /// not known to this connection. Statements of several round trips, `COPY` above all, need a
    /// transaction around them.
    ///
    /// # Errors
    ///
    /// When the types cannot be read.
    pub async fn with_unnamed_statements(mut self) -> QueryResult<Self> {
        self.read_types().await?;
        self.statements = Statements::Unnamed;
        Ok(self)
    }

    /// Sends requests to cancel on sockets of `redial`.
    pub(crate) fn with_redial(mut self, redial: Arc<dyn Redial>) -> Self {
        self.redial = Some(redial);
        self
    }

    /// From now on it takes only statements that leave nothing behind.
    pub(crate) fn share(&mut self) {
        self.shared = true;
    }

    /// The client beneath, for what Diesel has no words for. A transaction that is begun on it is
    /// also ended on it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What cancels the statement that runs on this connection.
    #[must_use]
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken::new(self.client.cancel_token(), self.redial.clone())
    }

    /// Whether the connection has ended. What the client could not see yet does not count.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Begins `COPY … FROM STDIN`: what is sent into the sink are the bytes in the format that
    /// the statement names. Rows are there when [`finish`](CopyInSink::finish) says so; a sink
    /// dropped before leaves none.
    ///
    /// # Errors
    ///
    /// What the server says of the statement; of rows it speaks in the sink.
    pub async fn copy_in(
        &self,
        statement: &str,
    ) -> Result<CopyInSink<Bytes>, tokio_postgres::Error> {
        self.client.copy_in(statement).await
    }

    /// The next notification of the channels that this session listens to, waiting for it; `None`
    /// when the connection has ended.
    pub async fn notification(&mut self) -> Option<PgNotification> {
        self.driver.notification().await
    }

    /// Runs statements that are separated by semicolons.
    async fn batch(&self, statements: &str) -> QueryResult<()> {
        if self.shared {
            return Err(alone::not_several());
        }
        if self.instrumented {
            let query = StrQueryHelper::new(statements);
            let started = InstrumentationEvent::start_query(&query);
            self.listener().on_connection_event(started);
        }
        let done = self.client.batch_execute(statements).await;
        let done = done.map_err(|error| self.driver.failure(&error));
        self.finished(statements, done.as_ref().err());
        done
    }

    fn finished(&self, sql: &str, error: Option<&diesel::result::Error>) {
        if self.instrumented {
            let query = StrQueryHelper::new(sql);
            let finished = InstrumentationEvent::finish_query(&query, error);
            self.listener().on_connection_event(finished);
        }
    }

    fn listener(&self) -> MutexGuard<'_, DynInstrumentation> {
        let instrumentation = self.instrumentation.lock();
        instrumentation.unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimpleAsyncConnection for PgConnection {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.batch(query).await
    }
}

impl SimpleAsyncConnection for &PgConnection {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.batch(query).await
    }
}

impl AsyncConnectionCore for PgConnection {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<PgRows>>;
    type Stream<'conn, 'query> = PgRows;
    type Row<'conn, 'query> = PgRow;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        self.rows(&source.as_query())
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        self.count(&source)
    }
}

/// Several statements can be under way at once.
impl<'a> AsyncConnectionCore for &'a PgConnection {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'a, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'a, QueryResult<PgRows>>;
    type Stream<'conn, 'query> = PgRows;
    type Row<'conn, 'query> = PgRow;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        let conn: &'a PgConnection = self;
        conn.rows(&source.as_query())
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        let conn: &'a PgConnection = self;
        conn.count(&source)
    }
}

impl AsyncConnection for PgConnection {
    type TransactionManager = AnsiTransactionManager;

    /// Connects without TLS.
    async fn establish(database_url: &str) -> ConnectionResult<Self> {
        let mut listener = DynInstrumentation::default_instrumentation();
        let started = InstrumentationEvent::start_establish_connection(database_url);
        listener.on_connection_event(started);
        let conn = match tokio_postgres::connect(database_url, NoTls).await {
            Ok((client, connection)) => {
                Self::try_from_client_and_connection(client, connection).await
            }
            Err(error) => Err(failure::connection(&error)),
        };
        let error = conn.as_ref().err();
        let finished = InstrumentationEvent::finish_establish_connection(database_url, error);
        listener.on_connection_event(finished);
        conn
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transaction_state
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        let listener = self.instrumentation.get_mut();
        &mut **listener.unwrap_or_else(PoisonError::into_inner)
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.instrumentation = Mutex::new(instrumentation.into());
        self.instrumented = true;
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.statements.set_size(size);
    }
}

impl PoolableConnection for PgConnection {
    /// Closed, in a transaction, or in a state that nobody knows.
    fn is_broken(&mut self) -> bool {
        self.is_closed() || AnsiTransactionManager::is_broken_transaction_manager(self)
    }
}

impl fmt::Debug for PgConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgConnection")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
